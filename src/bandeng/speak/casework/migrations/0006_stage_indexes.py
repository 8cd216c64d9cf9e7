from django.db import migrations, models

WITH_STAFF = ("registered", "dispatched", "disputed", "working", "drafted", "approved")


def name_the_stages(apps, schema_editor):
    """Write in whose hands each case is on the rows that were there before."""
    access = apps.get_model("casework", "CaseAccess")
    cases = apps.get_model("casework", "Case").objects
    open_ones = cases.filter(status__in=[*WITH_STAFF, "replied"]).values("pk")
    access.objects.exclude(case__in=open_ones).update(stage="ended")
    access.objects.filter(case__in=cases.filter(status="replied").values("pk")).update(stage="answered")


class Migration(migrations.Migration):
    # Each step by itself: together they would hold the table of sight while waiting for cases, and the former version,
    # which goes on registering meanwhile, holds cases while it waits for sight.
    atomic = False

    dependencies = [("casework", "0005_access_stage")]

    operations = [
        migrations.RunPython(name_the_stages, migrations.RunPython.noop),
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
