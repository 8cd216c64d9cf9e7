from django.apps import AppConfig


class LookupConfig(AppConfig):
    name = "bandeng.speak.lookup"
    label = "lookup"
