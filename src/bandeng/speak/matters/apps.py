from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MattersConfig(AppConfig):
    name = "bandeng.speak.matters"
    label = "matters"

    def ready(self):
        from bandeng.ground.core import navigation
        from bandeng.speak.casework import api as cases

        from . import kinds
        from .services.erasing import forget_case
        from .staff.panel import beside_case

        kinds.declare()
        cases.on_erasure(forget_case)
        cases.panels.add(beside_case)
        cases.picking.add(label=_("Make one matter"), url_name="matter-new", permission="matter.join", key="m")
        navigation.add(
            place="desk.menu", label=_("Matters"), url_name="matters", permission="case.view", order=20, key="g m"
        )
