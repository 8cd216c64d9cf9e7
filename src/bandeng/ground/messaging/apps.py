from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "bandeng.ground.messaging"
    label = "messaging"

    def ready(self) -> None:
        from . import kinds  # noqa: F401 - declares its acts
