from django.db import migrations

from bandeng.ground.directory.shipped import load_roles


def load(apps, schema_editor):
    load_roles(apps.get_model("directory", "Role"))


class Migration(migrations.Migration):
    """Dispatchers and handlers join cases to one matter; handlers write its note and the core of the answer."""

    dependencies = [("directory", "0003_erasing_roles")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
