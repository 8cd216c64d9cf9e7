from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CaseworkConfig(AppConfig):
    name = "bandeng.speak.casework"
    label = "casework"

    def ready(self):
        from bandeng.ground.core import navigation

        from . import clockwork, kinds

        kinds.declare()
        clockwork.register()
        navigation.add(
            place="desk.menu", label=_("Erasing"), url_name="erasures", permission="erasure.view", order=80, key="g x"
        )
        navigation.add(
            place="desk.menu", label=_("Queue"), url_name="queue", permission="case.view", order=10, key="g q"
        )
