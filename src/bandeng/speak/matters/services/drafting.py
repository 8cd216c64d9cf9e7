"""The core in each case's own draft. What is sent, and when, is decided for each case by casework's own steps."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bandeng.ground.acts import api as acts
from bandeng.ground.core import api as core
from bandeng.ground.core.plain_dates import short_day
from bandeng.speak.casework import api as cases

from ..errors import CannotLink
from ..kinds import CASE
from ..models import CoreUse, Matter, MatterCase, MatterText
from ..scope import matter_for, without_compartments
from .common import locked_cases
from .writing import latest

BATCH = 20  # drafts a press makes: each is a transaction of its own, and a page must not keep one waiting


@dataclass(frozen=True)
class Drafts:
    """Where the drafts of a matter stand for one person. `begun`: own text is there, which nobody writes over."""

    made: int
    left: int
    begun: int

    @property
    def all(self) -> int:
        return self.made + self.left


def use_core(matter_key: uuid.UUID, case_key: uuid.UUID, *, by: cases.Hand, now: datetime) -> str:
    """Put the newest core into the person's own draft of a case's answer; give the edge by which it is written.

    The draft begins with the form of address, then the core; what stood in it follows. A core that is in it already is
    not put in again. Raises NoPen, CannotLink, Matter.DoesNotExist.
    """
    matter, text = _core(matter_key, by)
    if not MatterCase.objects.filter(matter=matter, case=case_key, left_at__isnull=True).exists():
        raise CannotLink(_("This case is no longer in the matter."))
    return _put(matter, text, case_key, by, now)


def _core(matter_key: uuid.UUID, by: cases.Hand) -> tuple[Matter, MatterText]:
    if by.permissions is None:
        raise cases.NoPen(_("Answers are written by the office that has the case."))
    matter = matter_for(by.permissions, matter_key)
    text = latest(matter, "core")
    if text is None:
        raise CannotLink(_("There is no core of the answer yet. Write it first."))
    return matter, text


@transaction.atomic
def _put(matter: Matter, text: MatterText, case_key: uuid.UUID, by: cases.Hand, now: datetime) -> str:
    [case] = locked_cases([case_key]) or [None]
    if case is None or not by.may("case.draft", case.holder_id):
        raise cases.NoPen(_("Answers are written by the office that has the case."))
    edge = cases.answer_edge(case, by)
    if edge is None:
        raise CannotLink(_("The answer is written once the office has signed for the case, and until it is given."))
    kept = cases.begun(case, edge, by.key, now=now)
    former = kept.get("opinion", "")
    if text.text() in former:
        return edge
    words = "\n\n".join(filter(None, [_address(case, by, now), text.text(), former]))
    named = {"number": text.number, "day": short_day(text.written_at, now=now)}
    source = _("Begun from the core of the matter's answer, version %(number)d of %(day)s.") % named
    fields = {**kept, "opinion": words, cases.SOURCE: source}
    fields.pop("version", None)
    cases.save_draft(by.key, cases.draft_name(case, edge), fields, now=now)
    mark = {"text": text, "case": case, "round": case.reopen_count, "used_by": by.key}
    CoreUse.objects.get_or_create(**mark, defaults={"used_at": now})
    payload = {"matter": str(matter.pk), "text": str(text.pk), "number": text.number}
    acts.emit(acts.Draft("matter.core_used", CASE, case.pk, by.actor(case.holder_id), payload=payload), now=now)
    return edge


def _address(case: cases.Case, by: cases.Hand, now: datetime) -> str:
    """Write the form of address: by name where this hand may open it (on record), without one where it may not."""
    if cases.may_open_identity(case, by):
        try:
            name = cases.open_identity(case.pk, purpose="service", by=by, now=now).name
        except core.CannotOpen:
            name = ""
        if name:
            return _("Dear %(name)s,") % {"name": name}
    return _("Hello,")


def drafts_of(matter: Matter, by: cases.Hand) -> tuple[Drafts, list[uuid.UUID]]:
    """Tell where a person's drafts from the newest core stand, and which cases are left, oldest first."""
    text = latest(matter, "core")
    found = _mine(matter, by)
    if text is None or not found:
        return Drafts(0, 0, 0), []
    used = CoreUse.objects.filter(text=text, used_by=by.key, case__in=[case.pk for case in found])
    done = set(used.values_list("case", "round"))
    names = {cases.draft_name(case, edge): case for case in found if (edge := cases.answer_edge(case, by))}
    typed = cases.Draft.objects.filter(owner=by.key, form__in=list(names)).values_list("form", flat=True)
    begun = {names[form].pk for form in typed}
    sent_back = cases.Reply.objects.filter(case__in=[case.pk for case in found]).values_list("case", "round")
    begun |= {case.pk for case in found if (case.pk, case.reopen_count) in set(sent_back)}
    open_ones = [case for case in found if (case.pk, case.reopen_count) not in done]
    left = [case.pk for case in open_ones if case.pk not in begun]
    return Drafts(len(found) - len(open_ones), len(left), len(open_ones) - len(left)), left


def _mine(matter: Matter, by: cases.Hand) -> list[cases.Case]:
    """Give the cases of a matter whose answer this hand may write now."""
    in_it = MatterCase.objects.filter(matter=matter, left_at__isnull=True).values("case")
    held = cases.Case.objects.filter(pk__in=in_it, holder__in=by.permissions.offices("case.draft"))
    rows = without_compartments(held).defer("words", "words_masked").order_by("received_at", "pk")
    return [case for case in rows if cases.answer_edge(case, by)]


def make_drafts(matter_key: uuid.UUID, *, by: cases.Hand, now: datetime, limit: int = BATCH) -> Drafts:
    """Make drafts from the newest core for at most `limit` cases this hand writes the answer of; tell what is left.

    Each is a transaction of its own: broken off, it goes on where it was. Nothing is sent. Raises as `use_core`.
    """
    matter, text = _core(matter_key, by)
    _where, left = drafts_of(matter, by)
    for case_key in left[:limit]:
        try:
            _put(matter, text, case_key, by, now)
        except (cases.NoPen, CannotLink):  # it moved on a moment ago
            continue
    return drafts_of(matter, by)[0]
