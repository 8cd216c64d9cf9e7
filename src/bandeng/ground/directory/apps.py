from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "bandeng.ground.directory"
    label = "directory"

    def ready(self):
        from . import kinds  # noqa: F401
