from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("casework", "0006_stages_named")]

    operations = [
        migrations.AddIndex(
            model_name="case",
            index=models.Index(condition=models.Q(("status", "replied")), fields=["due_at"], name="case_lapse"),
        ),
    ]
