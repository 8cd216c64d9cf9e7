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
    dependencies = [
        ("casework", "0004_erasure_proposal"),
        ("core", "0002_wrong_try"),
        ("directory", "0003_erasing_roles"),
        ("residents", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="caseaccess",
            name="stage",
            field=models.CharField(
                choices=[("staff", "staff"), ("answered", "answered"), ("ended", "ended")],
                db_default="staff",
                default="staff",
                max_length=10,
            ),
        ),
        migrations.RunPython(name_the_stages, migrations.RunPython.noop),
    ]
