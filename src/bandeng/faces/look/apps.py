from django.apps import AppConfig


class LookConfig(AppConfig):
    name = "bandeng.faces.look"
    label = "look"
