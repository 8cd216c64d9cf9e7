from django.db import migrations

from bandeng.ground.policies.shipped import load_laws, load_parameters, load_procedures


def load(apps, schema_editor):
    model = lambda name: apps.get_model("policies", name)  # noqa: E731
    load_laws(model("Law"), model("Article"))
    load_parameters(model("Parameter"), model("ParameterVersion"), model("Article"))
    load_procedures(model("Procedure"), model("Parameter"))


class Migration(migrations.Migration):
    dependencies = [("policies", "0001_initial")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
