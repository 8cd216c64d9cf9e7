"""Learn anew, and put another state of learning to use."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from bandeng.engines.similarity import dispatch as engine
from bandeng.ground.acts import api as acts
from bandeng.speak.casework import api as cases

from ..kinds import SUBJECT
from ..learned import written
from ..material import gather
from ..models import LearnedModel

KEPT = 14  # states of learning of each subject that one can go back to: two weeks
SEED = 1
FIGURES = ("held_out", "accuracy", "macro_f1", "top2", "calibration_error", "sure_share", "sure_accuracy")


class CannotChoose(ValueError):
    """The state of learning named cannot be put to use; the message says what to do."""


def learn(subject: str, *, now: datetime) -> LearnedModel | None:
    """Learn from all cases as they stand; minutes of work for 100,000. None where there is nothing to choose between.

    Loads scikit-learn: for a process of its own.
    """
    material = gather(subject, now=now)
    if len(material.descriptions) < 2:
        return None
    descriptions = [engine.ClassDescription(key, words) for key, words in sorted(material.descriptions.items())]
    examples = [engine.Example(text, label) for text, label in material.examples]
    model = engine.train(descriptions, examples, material.unlabelled, seed=SEED)
    figures = {name: getattr(model.report, name) for name in FIGURES}
    return keep(subject, written(model), examples=len(examples), figures=figures, now=now)


@transaction.atomic
def keep(subject: str, content: bytes, *, examples: int, figures: dict, now: datetime) -> LearnedModel:
    """Keep what was learned. It is put to use unless somebody went back to a former state: that choice holds."""
    rows = LearnedModel.objects.select_for_update().filter(subject=subject)
    former = list(rows.defer("content").order_by("number"))
    number = (former[-1].number if former else 0) + 1
    is_next = not former or former[-1].is_in_use
    if is_next:
        rows.filter(is_in_use=True).update(is_in_use=False)
    made = LearnedModel(
        subject=subject,
        number=number,
        content=content,
        learned_at=now,
        examples=examples,
        figures=figures,
        is_in_use=is_next,
    )
    made.save(force_insert=True)
    rows.filter(number__lte=number - KEPT, is_in_use=False).delete()
    payload = {"subject": subject, "number": number, "examples": examples, "is_in_use": is_next}
    acts.emit(acts.Draft("model.learned", SUBJECT, made.pk, acts.system("learning"), payload=payload), now=now)
    return made


@transaction.atomic
def use(subject: str, number: int, *, by: cases.Hand, now: datetime) -> acts.Act:
    """Put a kept state of learning to use; the newest one lets learning go on by itself. Raises CannotChoose."""
    rows = LearnedModel.objects.select_for_update().filter(subject=subject)
    chosen = rows.defer("content").filter(number=number).first()
    if chosen is None:
        raise CannotChoose(_("This state of learning is no longer kept. Choose one of those listed."))
    rows.filter(is_in_use=True).update(is_in_use=False)
    rows.filter(pk=chosen.pk).update(is_in_use=True)
    newest = rows.aggregate(n=Max("number"))["n"]
    payload = {"subject": subject, "number": number, "is_newest": number == newest}
    return acts.emit(acts.Draft("model.chosen", SUBJECT, chosen.pk, by.actor(), payload=payload), now=now)
