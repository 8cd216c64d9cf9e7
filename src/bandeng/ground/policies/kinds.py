"""The acts of this app."""

from django.utils.translation import gettext_lazy as _

from bandeng.ground.acts import api as acts

acts.register(acts.Kind("parameter.set", staff=_("Limit or number set anew")))
