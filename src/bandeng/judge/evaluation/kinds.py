"""Acts of judging. None stands on a case's history: their subject is the judgement, which names no case."""

from django.utils.translation import gettext_lazy as _

from bandeng.ground.acts import api as acts

SUBJECT = "evaluation"
KINDS = [
    acts.Kind("evaluation.given", staff=_("A resident judged")),
    acts.Kind("evaluation.words_read", staff=_("Supervision read what residents wrote about how they were treated")),
]


def declare() -> None:
    """Declare all of them; called once at start."""
    acts.register(*KINDS)
