from django.db import migrations

from bandeng.ground.directory.shipped import load_roles


def load(apps, schema_editor):
    load_roles(apps.get_model("directory", "Role"))


class Migration(migrations.Migration):
    dependencies = [("directory", "0001_initial")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
