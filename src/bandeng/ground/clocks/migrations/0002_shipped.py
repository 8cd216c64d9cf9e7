from django.db import migrations

from bandeng.ground.clocks.shipped import load_first_calendar


def load(apps, schema_editor):
    load_first_calendar(apps.get_model("clocks", "CalendarVersion"), apps.get_model("clocks", "CalendarDay"))


class Migration(migrations.Migration):
    dependencies = [("clocks", "0001_initial")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
