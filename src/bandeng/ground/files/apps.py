from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "bandeng.ground.files"
    label = "files"

    def ready(self) -> None:
        from . import kinds  # noqa: F401 - declares its acts
