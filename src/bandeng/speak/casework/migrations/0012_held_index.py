from django.db import migrations, models

WITH_STAFF = ["approved", "dispatched", "disputed", "drafted", "registered", "working"]


class Migration(migrations.Migration):
    dependencies = [("casework", "0011_due_index")]

    operations = [
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("status__in", WITH_STAFF)),
                fields=["holder", "due_at", "id"],
                name="case_held_first",
            ),
        ),
        migrations.RemoveIndex(model_name="case", name="case_queue"),
    ]
