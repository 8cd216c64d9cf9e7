from django.db import migrations, models

WITH_STAFF = ["approved", "dispatched", "disputed", "drafted", "registered", "working"]


class Migration(migrations.Migration):
    dependencies = [("casework", "0010_statement_masked_with")]

    operations = [
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("status__in", WITH_STAFF)), fields=["due_at", "id"], name="case_due_first"
            ),
        ),
        migrations.RemoveIndex(model_name="case", name="case_due"),
    ]
