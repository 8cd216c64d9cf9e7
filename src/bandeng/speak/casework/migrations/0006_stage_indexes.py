from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("casework", "0005_access_stage")]

    operations = [
        migrations.AddIndex(
            model_name="case",
            index=models.Index(condition=models.Q(("status", "replied")), fields=["due_at"], name="case_lapse"),
        ),
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
