"""The note of the investigation and the core of the answer: one for all cases, sealed, in versions."""

import uuid
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bandeng.ground.acts import api as acts
from bandeng.ground.core import api as core
from bandeng.speak.casework import api as cases

from ..errors import CannotLink, StaleText
from ..kinds import SUBJECT
from ..models import Matter, MatterCase, MatterText
from ..scope import WRITE, matter_for, without_compartments
from .common import act_on, locked_matter, tidy_title

MAX_WORDS = 5000


def writing_office(matter: Matter, by: cases.Hand) -> uuid.UUID | None:
    """Name the office for which somebody writes for a matter: one that has a case of it. None where there is none."""
    if by.permissions is None:
        return None
    in_it = MatterCase.objects.filter(matter=matter, left_at__isnull=True).values("case")
    held = cases.Case.objects.filter(pk__in=in_it, holder__in=by.permissions.offices(WRITE))
    return without_compartments(held).order_by("holder").values_list("holder", flat=True).first()


@transaction.atomic
def write_text(matter_key: uuid.UUID, kind: str, words: str, *, seen: int, by: cases.Hand, now: datetime) -> MatterText:
    """Add a version of the note or the core. `seen` is the number of the one on the page (0: there was none).

    The newest words sent again are that version, so that a double press writes one. Raises StaleText where there is a
    newer one, CannotLink, NoPen, Matter.DoesNotExist.
    """
    if kind not in MatterText.KINDS:
        raise cases.NoPen(_("This is written by the offices that have the cases."))
    matter, office = _written_by(matter_key, by)
    words = core.tidy(words).strip()
    if not words or len(words) > MAX_WORDS:
        raise CannotLink(_("Write something, in at most %(n)d characters.") % {"n": MAX_WORDS})
    newest = latest(matter, kind)
    if newest is not None and newest.text() == words:
        return newest
    if seen != (newest.number if newest else 0):
        raise StaleText(_("Somebody wrote a newer version. What you wrote is kept below; compare, and send again."))
    return _write(matter, kind, newest.number + 1 if newest else 1, words, by, office, now)


def _written_by(matter_key: uuid.UUID, by: cases.Hand) -> tuple[Matter, uuid.UUID]:
    """Lock a matter that the person writes for, and name the office they do it for."""
    if by.permissions is None:
        raise cases.NoPen(_("This is written by the offices that have the cases."))
    matter_for(by.permissions, matter_key)
    matter = locked_matter(matter_key)
    office = writing_office(matter, by)
    if office is None:
        raise cases.NoPen(_("This is written by the offices that have the cases."))
    return matter, office


def _write(matter: Matter, kind: str, number: int, words: str, by: cases.Hand, office, now: datetime) -> MatterText:
    row = MatterText(
        matter=matter, kind=kind, number=number, office_id=office, written_at=now, written_by=by.key
    )  # fmt: skip
    act: acts.Act = act_on(
        matter,
        f"matter.{kind}_written",
        by=by,
        office=office,
        now=now,
        payload={"text": str(row.pk), "number": number},
        sealed={"words": words},
    )
    row.words, row.act_key = matter.seal_key.seal(words, row.context()), act.pk
    row.save(force_insert=True)
    return row


@transaction.atomic
def retitle(matter_key: uuid.UUID, title: str, *, seen: int, by: cases.Hand, now: datetime) -> Matter:
    """Give a matter another title; changing it back is the way to undo it. `seen`: see `titles`.

    The same title again changes nothing. Raises StaleText where somebody changed it meanwhile, CannotLink, NoPen,
    Matter.DoesNotExist.
    """
    matter, office = _written_by(matter_key, by)
    title = tidy_title(title)
    if bytes(matter.title) and matter.title_words() == title:
        return matter
    if seen != titles(matter):
        raise StaleText(
            _("Somebody changed the title meanwhile. What you wrote is kept below; compare, and send again.")
        )
    matter.title = matter.seal_key.seal(title, matter.title_context())
    Matter.objects.filter(pk=matter.pk).update(title=matter.title)
    act_on(matter, "matter.retitled", by=by, office=office, now=now, sealed={"title": title})
    return matter


def titles(matter: Matter) -> int:
    """Count the titles a matter has had: the number of the one it has."""
    return sum(act.kind in {"matter.made", "matter.retitled"} for act in acts.history(SUBJECT, matter.pk))


def latest(matter: Matter, kind: str) -> MatterText | None:
    """Give the newest version; None where nothing was written."""
    return matter.texts.filter(kind=kind).select_related("matter__seal_key").order_by("-number").first()
