from django.apps import AppConfig


class WritingConfig(AppConfig):
    name = "bandeng.speak.writing"
    label = "writing"
