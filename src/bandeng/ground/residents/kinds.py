from django.utils.translation import gettext_lazy as _

from bandeng.ground.acts import api as acts

acts.register(
    acts.Kind(
        "identity.opened",
        staff=_("Name and contact details looked at"),
        resident=_("Somebody working on this looked at your name and contact details"),
    )
)
