from django.db import migrations

WITH_STAFF = ("registered", "dispatched", "disputed", "working", "drafted", "approved")


def name_the_stages(apps, schema_editor):
    """Write in whose hands each case is on the rows that were there before."""
    access = apps.get_model("casework", "CaseAccess")
    cases = apps.get_model("casework", "Case").objects
    open_ones = cases.filter(status__in=[*WITH_STAFF, "replied"]).values("pk")
    access.objects.exclude(case__in=open_ones).update(stage="ended")
    access.objects.filter(case__in=cases.filter(status="replied").values("pk")).update(stage="answered")


class Migration(migrations.Migration):
    dependencies = [("casework", "0005_access_stage")]

    operations = [migrations.RunPython(name_the_stages, migrations.RunPython.noop)]
