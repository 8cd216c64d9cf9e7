from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    name = "bandeng.ground.policies"
    label = "policies"

    def ready(self) -> None:
        from . import kinds  # noqa: F401 - declares its acts
