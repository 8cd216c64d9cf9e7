"""The acts of this app."""

from django.utils.translation import gettext_lazy as _

from bandeng.ground.acts import api as acts

acts.register(
    acts.Kind("calendar.loaded", staff=_("Holiday calendar loaded")),
    acts.Kind("clock.recomputed", staff=_("Due dates counted again with the new holiday calendar")),
)
