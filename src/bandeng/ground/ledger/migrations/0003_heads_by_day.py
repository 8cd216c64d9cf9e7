from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0002_insert_only"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="ledgerhead",
            index=models.Index(fields=["signed_at", "size"], name="ledger_head_by_day"),
        ),
    ]
