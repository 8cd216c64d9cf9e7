from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "bandeng.ground.directory"
    label = "directory"
