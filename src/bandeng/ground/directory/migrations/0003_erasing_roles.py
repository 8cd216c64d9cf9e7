from django.db import migrations

from bandeng.ground.directory.shipped import load_roles


def load(apps, schema_editor):
    load_roles(apps.get_model("directory", "Role"))


class Migration(migrations.Migration):
    """Supervisors propose to erase what was said, audit administrators confirm."""

    dependencies = [("directory", "0002_roles")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
