from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    name = "bandeng.faces.desk"
    label = "desk"

    def ready(self):
        from bandeng.ground.core import navigation

        from . import kinds  # noqa: F401

        navigation.add(place="desk.menu", label=_("Notices"), url_name="notices", order=80, key="g t")
        navigation.add(place="desk.menu", label=_("Staff"), url_name="staff", permission="staff.manage", order=90)
