from django.db import migrations, models


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
    ]
