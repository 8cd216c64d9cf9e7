from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("casework", "0009_case_masked_with")]

    operations = [
        migrations.AddField(
            model_name="statement",
            name="masked_with",
            field=models.PositiveSmallIntegerField(db_default=0),
        ),
    ]
