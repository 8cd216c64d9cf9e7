from django.db import migrations

from bandeng.ground.ledger.triggers import install, remove


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [migrations.RunPython(install, remove)]
