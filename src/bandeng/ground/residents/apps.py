from django.apps import AppConfig


class ResidentsConfig(AppConfig):
    name = "bandeng.ground.residents"
    label = "residents"

    def ready(self):
        from . import kinds  # noqa: F401 - declares the kinds of acts
