"""Acts of learning and of likeness. They stand on no case's history: nothing is changed for anybody by them."""

from django.utils.translation import gettext_lazy as _

from bandeng.ground.acts import api as acts

SUBJECT = "learned_model"
LIKENESS = "likeness"
KINDS = [
    acts.Kind("model.learned", staff=_("Suggestions were learned anew")),
    acts.Kind("model.chosen", staff=_("Another state of learning was put to use")),
    acts.Kind("likeness.denied", staff=_("Two cases were said not to be alike")),
    acts.Kind("likeness.allowed", staff=_("Two cases may be alike after all")),
]


def declare() -> None:
    """Declare all of them; called once at start."""
    acts.register(*KINDS)
