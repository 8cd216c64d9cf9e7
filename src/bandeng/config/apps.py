from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """No models: an app so that the command has a catalogue of its own."""

    name = "bandeng.config"
    label = "config"

    def ready(self):
        from . import kinds  # noqa: F401 - declares its acts
