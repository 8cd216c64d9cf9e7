"""Make a matter, add to it, take out of it, undo, close: a person's word, obeyed from then on (`constraints.py`)."""

import uuid
from collections.abc import Callable, Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bandeng.ground.acts import api as acts
from bandeng.ground.core import api as core
from bandeng.speak.casework import api as cases

from ..errors import CannotLink
from ..kinds import SUBJECT
from ..models import Matter, MatterCase, MatterText
from ..scope import JOIN, cases_for, office_for
from .common import (
    act_on,
    done_before,
    free_of_matters,
    joinable,
    keys_in,
    leave_proposals,
    listed,
    own_matter,
    put_in,
    tell_cases,
    tidy_title,
)

LINKING = {
    "matter.made": "matter.case_joined",
    "matter.joined": "matter.case_joined",
    "matter.split": "matter.case_split",
}
UNDOABLE = {*LINKING, "matter.closed", "matter.reopened"}


@transaction.atomic
def make(
    case_keys: Collection[uuid.UUID],
    *,
    title: str,
    by: cases.Hand,
    now: datetime,
    idempotency_key: str | None = None,
) -> Matter:
    """Make one matter of cases that are in none; the same `idempotency_key` gives the first result again.

    `title` says what it is about (≤ 60 characters). Raises CannotLink, NoPen.
    """
    found, office = joinable(case_keys, by)
    if done := done_before(idempotency_key, by):
        return Matter.objects.get(pk=done.subject_key)
    title = tidy_title(title)
    leave_proposals(found)
    free_of_matters(found)
    key = core.SealKey.make()
    key.save(force_insert=True)
    matter = Matter(seal_key=key, office_id=office, made_at=now, made_by=by.key)
    matter.title = key.seal(title, matter.title_context())
    matter.save(force_insert=True)
    put_in(matter, found, by=by, now=now)
    act = act_on(
        matter, "matter.made", by=by, office=office, now=now, key=idempotency_key, payload=listed(found),
        sealed={"title": title},
    )  # fmt: skip
    tell_cases(act, "matter.case_joined", [c.pk for c in found], by=by, office=office, now=now)
    return matter


@transaction.atomic
def join(
    matter_key: uuid.UUID,
    case_keys: Collection[uuid.UUID],
    *,
    by: cases.Hand,
    now: datetime,
    idempotency_key: str | None = None,
) -> acts.Act:
    """Add cases that are in no matter to an open one. Raises CannotLink, NoPen, Matter.DoesNotExist."""

    def put(matter: Matter, found: list[cases.Case]) -> None:
        free_of_matters(found)
        put_in(matter, found, by=by, now=now)

    return _move("matter.joined", matter_key, case_keys, put, by=by, now=now, key=idempotency_key)


@transaction.atomic
def split(
    matter_key: uuid.UUID,
    case_keys: Collection[uuid.UUID],
    *,
    by: cases.Hand,
    now: datetime,
    idempotency_key: str | None = None,
) -> acts.Act:
    """Take cases out of a matter; they are not proposed with those that stay again. Raises CannotLink, NoPen."""

    def take(matter: Matter, found: list[cases.Case]) -> None:
        rows = MatterCase.objects.filter(matter=matter, case__in=[c.pk for c in found], left_at__isnull=True)
        if rows.count() != len(found):
            raise CannotLink(_("One of these cases is no longer in this matter. Reload the page."))
        rows.update(left_at=now, left_by=by.key)

    return _move("matter.split", matter_key, case_keys, take, by=by, now=now, key=idempotency_key)


def _move(
    kind: str,
    matter_key: uuid.UUID,
    case_keys: Collection[uuid.UUID],
    change: Callable[[Matter, list[cases.Case]], None],
    *,
    by: cases.Hand,
    now: datetime,
    key: str | None,
) -> acts.Act:
    """Lock cases and an open matter, change the rows between them, and tell both of it."""
    found, office = joinable(case_keys, by)
    if done := done_before(key, by):
        return done
    leave_proposals(found)
    matter = own_matter(matter_key, by)
    _check_open(matter)
    change(matter, found)
    act = act_on(matter, kind, by=by, office=office, now=now, key=key, payload=listed(found))
    tell_cases(act, LINKING[kind], [c.pk for c in found], by=by, office=office, now=now)
    return act


def _check_open(matter: Matter) -> None:
    if matter.closed_at is not None:
        raise CannotLink(_("This matter is closed. Open it again first."))


@transaction.atomic
def close(matter_key: uuid.UUID, *, by: cases.Hand, now: datetime) -> acts.Act:
    """Close a matter: nothing more joins it. No case is closed, answered or moved by it."""
    matter, office = _own(matter_key, by)
    _check_open(matter)
    Matter.objects.filter(pk=matter.pk).update(closed_at=now, closed_by=by.key)
    return act_on(matter, "matter.closed", by=by, office=office, now=now)


@transaction.atomic
def reopen(matter_key: uuid.UUID, *, by: cases.Hand, now: datetime) -> acts.Act:
    """Open a closed matter again."""
    matter, office = _own(matter_key, by)
    if matter.closed_at is None:
        raise CannotLink(_("This matter is open already."))
    Matter.objects.filter(pk=matter.pk).update(closed_at=None, closed_by="")
    return act_on(matter, "matter.reopened", by=by, office=office, now=now)


def _own(matter_key: uuid.UUID, by: cases.Hand) -> tuple[Matter, uuid.UUID]:
    matter = own_matter(matter_key, by)
    in_it = MatterCase.objects.filter(matter=matter, left_at__isnull=True).values("case")
    mine = cases_for(by.permissions, JOIN).filter(pk__in=in_it)
    return matter, office_for(by.permissions, JOIN, mine.values_list("pk", flat=True))


def last_step(matter_key: uuid.UUID) -> acts.Act | None:
    """Give the last step of a matter that can be undone; None where there is none or it was undone.

    Its making is not undone any more once something is written for it: note and core would be there for nobody.
    """
    steps = [act for act in acts.history(SUBJECT, matter_key) if act.kind in UNDOABLE or act.kind == "matter.undone"]
    last = steps[-1] if steps and steps[-1].kind in UNDOABLE else None
    is_written = (
        last is not None and last.kind == "matter.made" and MatterText.objects.filter(matter=matter_key).exists()
    )
    return None if is_written else last


@transaction.atomic
def undo(matter_key: uuid.UUID, *, step: uuid.UUID, by: cases.Hand, now: datetime) -> acts.Act:
    """Undo the last step, as the page showed it (`step`): what it joined is apart, what it split is together again.

    Nothing is remembered of an undone step. Raises CannotLink where something came after it, NoPen where the step
    named a case that is not in the person's scope.
    """
    last = _step(matter_key, step)
    if last.kind not in LINKING:
        matter, office = _own(matter_key, by)
        _step(matter_key, step)
        at, who = (None, "") if last.kind == "matter.closed" else (now, by.key)
        Matter.objects.filter(pk=matter.pk).update(closed_at=at, closed_by=who)
        return act_on(matter, "matter.undone", by=by, office=office, now=now, payload={"step": str(last.pk)})
    found, office = joinable(keys_in(last), by)
    leave_proposals(found)
    matter = own_matter(matter_key, by)
    _step(matter_key, step)
    told = _take_back(matter, last, found)
    payload = {"step": str(last.pk), **listed(found)}
    act = act_on(matter, "matter.undone", by=by, office=office, now=now, payload=payload)
    tell_cases(act, told, [c.pk for c in found], by=by, office=office, now=now)
    return act


def _step(matter_key: uuid.UUID, step: uuid.UUID) -> acts.Act:
    """Give the last step if it is the one the page showed; asked again once everything is locked."""
    last = last_step(matter_key)
    if last is None or last.pk != step:
        raise CannotLink(_("Something was done after it. Look at the page again."))
    return last


def _take_back(matter: Matter, last: acts.Act, found: list[cases.Case]) -> str:
    """Bring the rows back to where they were before a step; give the act that each case gets."""
    rows = MatterCase.objects.filter(matter=matter, case__in=[c.pk for c in found])
    if last.kind == "matter.split":
        free_of_matters(found)
        rows.filter(left_at=last.at).update(left_at=None, left_by="")
        return "matter.case_joined"
    rows.filter(left_at__isnull=True).delete()
    return "matter.case_split"
