from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    name = "bandeng.speak.casework"
    label = "casework"

    def ready(self):
        from . import clockwork, kinds

        kinds.declare()
        clockwork.register()
