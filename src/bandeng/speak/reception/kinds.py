"""The one act that is reception's own; everything else it does is an act on a case."""

from django.utils.translation import gettext_lazy as _

from bandeng.ground.acts import api as acts

KINDS = [acts.Kind("accusation.pointed", staff=_("Shown the way to the discipline body"), resident=None)]


def declare() -> None:
    """Declare all of them; called once at start."""
    acts.register(*KINDS)
