from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from bandeng.ground.core import navigation


class PortalConfig(AppConfig):
    name = "bandeng.faces.portal"
    label = "portal"

    def ready(self) -> None:
        navigation.add(
            place="portal.home",
            label=_("Tell us something"),
            hint=_("To get it done, to ask, to complain, to propose: anything."),
            url_name="speak-start",
            order=10,
        )
        navigation.add(
            place="portal.home",
            label=_("See how my matter stands"),
            hint=_("With the code on your receipt: who has it, how far it is, by when you get an answer."),
            url_name="receipt-lookup",
            order=20,
        )
