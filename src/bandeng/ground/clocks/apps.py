from django.apps import AppConfig


class ClocksConfig(AppConfig):
    name = "bandeng.ground.clocks"
    label = "clocks"

    def ready(self) -> None:
        from . import kinds  # noqa: F401 - declares its acts
