from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "bandeng.faces.desk"
    label = "desk"
