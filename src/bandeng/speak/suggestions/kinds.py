"""Acts of learning: a model was learned, and another one was put to use. They stand on no case's history."""

from django.utils.translation import gettext_lazy as _

from bandeng.ground.acts import api as acts

SUBJECT = "learned_model"
KINDS = [
    acts.Kind("model.learned", staff=_("Suggestions were learned anew")),
    acts.Kind("model.chosen", staff=_("Another state of learning was put to use")),
]


def declare() -> None:
    """Declare all of them; called once at start."""
    acts.register(*KINDS)
