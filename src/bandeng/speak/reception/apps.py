from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReceptionConfig(AppConfig):
    name = "bandeng.speak.reception"
    label = "reception"

    def ready(self) -> None:
        from bandeng.ground.core import navigation

        from . import kinds

        kinds.declare()
        menu = [
            (_("Take in"), "intake", "case.register", 20, "g n"),
            (_("Again"), "again", "case.note_trip", 30, "g a"),
        ]
        for label, url_name, permission, order, key in menu:
            navigation.add(
                place="desk.menu", label=label, url_name=url_name, permission=permission, order=order, key=key
            )
        # The first page's own two doors (say something, see how it stands) are hung there by the portal.
        navigation.add(place="portal.footer", label=_("Accuse an official"), url_name="accusation", order=30)
        navigation.add(place="portal.footer", label=_("Form on paper"), url_name="speak-form", order=40)
