from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "bandeng.ground.messaging"
    label = "messaging"

    def ready(self) -> None:
        from . import addresses, registry
        from . import kinds as kinds  # declares its acts

        registry.resolver(addresses.of_resident)
