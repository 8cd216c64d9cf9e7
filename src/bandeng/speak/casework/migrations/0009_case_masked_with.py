from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("casework", "0008_stage_indexes")]

    operations = [
        migrations.AddField(
            model_name="case",
            name="masked_with",
            field=models.PositiveSmallIntegerField(db_default=0),
        ),
    ]
