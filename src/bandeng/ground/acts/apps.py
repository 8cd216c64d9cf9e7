from django.apps import AppConfig


class ActsConfig(AppConfig):
    name = "bandeng.ground.acts"
    label = "acts"
