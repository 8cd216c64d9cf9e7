from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProofConfig(AppConfig):
    name = "bandeng.faces.proof"
    label = "proof"

    def ready(self):
        from bandeng.ground.core import navigation

        navigation.add(
            place="portal.home",
            label=_("Check my receipt"),
            url_name="proof",
            order=80,
            hint=_("See whether your matter is in the public record and whether anybody changed it."),
        )
