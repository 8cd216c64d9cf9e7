"""What people say of likes; it is remembered, and can be taken back."""

import uuid
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from bandeng.ground.acts import api as acts
from bandeng.speak.casework import api as cases

from ..kinds import LIKENESS
from ..models import NotAlike


def _pair(one: uuid.UUID, other: uuid.UUID) -> tuple[uuid.UUID, uuid.UUID]:
    return (one, other) if one < other else (other, one)


@transaction.atomic
def deny(one: uuid.UUID, other: uuid.UUID, *, by: cases.Hand, now: datetime) -> acts.Act | None:
    """Remember that two cases are not alike; None where that was said before."""
    first, second = _pair(one, other)
    row, is_new = NotAlike.objects.get_or_create(
        case_id=first, other_id=second, defaults={"said_at": now, "said_by": by.key}
    )
    return _told("likeness.denied", row, by, now) if is_new else None


@transaction.atomic
def allow(one: uuid.UUID, other: uuid.UUID, *, by: cases.Hand, now: datetime) -> acts.Act | None:
    """Take back that two cases are not alike; None where nobody said so."""
    first, second = _pair(one, other)
    row = NotAlike.objects.select_for_update().filter(case=first, other=second).first()
    if row is None:
        return None
    act = _told("likeness.allowed", row, by, now)
    row.delete()
    return act


def _told(kind: str, row: NotAlike, by: cases.Hand, now: datetime) -> acts.Act:
    payload = {"first": str(row.case_id), "second": str(row.other_id)}
    return acts.emit(acts.Draft(kind, LIKENESS, row.pk, by.actor(), payload=payload), now=now)


def denied(case: uuid.UUID) -> set[uuid.UUID]:
    """Give the cases that somebody said are not like one."""
    rows = NotAlike.objects.filter(Q(case=case) | Q(other=case)).values_list("case", "other")
    return {key for pair in rows for key in pair} - {case}
