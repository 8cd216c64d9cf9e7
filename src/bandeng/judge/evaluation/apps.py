from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EvaluationConfig(AppConfig):
    name = "bandeng.judge.evaluation"
    label = "evaluation"

    def ready(self):
        from bandeng.ground.core import navigation
        from bandeng.speak.casework import api as cases

        from . import kinds
        from .services.erasing import erase_words

        kinds.declare()
        cases.on_erasure(erase_words)
        navigation.add(
            place="portal.home",
            label=_("What residents say of our answers"),
            hint=_("How many were solved, in the words of those who asked. All figures, also the bad ones."),
            url_name="results",
            order=70,
        )
        navigation.add(
            place="desk.menu",
            label=_("Judged by residents"),
            url_name="evaluation",
            permission="statistics.view",
            order=60,
            key="g e",
        )
