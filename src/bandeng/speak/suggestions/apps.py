from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SuggestionsConfig(AppConfig):
    name = "bandeng.speak.suggestions"
    label = "suggestions"

    def ready(self):
        from bandeng.ground.core import navigation
        from bandeng.speak.casework import api as cases

        from . import kinds, panels

        kinds.declare()
        cases.panels.add(panels.right_office)
        cases.panels.add(panels.similar)
        navigation.add(
            place="desk.menu",
            label=_("How right suggestions are"),
            url_name="suggestions",
            permission="case.dispatch",
            order=65,
            key="g r",
        )
