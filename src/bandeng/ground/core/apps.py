from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "bandeng.ground.core"
    label = "core"
