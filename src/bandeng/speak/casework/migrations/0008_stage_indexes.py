from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("casework", "0007_lapse_index")]

    operations = [
        migrations.AddIndex(
            model_name="caseaccess",
            index=models.Index(
                condition=models.Q(("stage", "staff")), fields=["office", "case"], name="case_access_staff"
            ),
        ),
        migrations.AddIndex(
            model_name="caseaccess",
            index=models.Index(
                condition=models.Q(("stage", "answered")), fields=["office", "case"], name="case_access_answered"
            ),
        ),
    ]
