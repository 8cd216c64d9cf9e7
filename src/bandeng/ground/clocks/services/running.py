"""Start and stop clocks. Both are part of another app's act, which carries `clock.facts()` in its payload."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import QuerySet

from bandeng.engines import deadlines
from bandeng.ground.core import api as core
from bandeng.ground.policies import api as policies

from ..calendars import counter_at
from ..models import CalendarVersion, Clock


class Start(NamedTuple):
    """A clock to start: on what, by which parameter, from when (not always now: a letter was received earlier)."""

    subject_kind: str
    subject_key: uuid.UUID
    parameter: str
    started_at: datetime


class _Term(NamedTuple):
    parameter_version: policies.ParameterVersion
    calendar_version: CalendarVersion
    due: deadlines.Due


def _term(parameter: str, started_at: datetime) -> _Term:
    on = started_at.astimezone(deadlines.SHANGHAI).date()
    parameter_version = policies.version_at(parameter, on)
    calendar_version, counter = counter_at(started_at)
    return _Term(parameter_version, calendar_version, counter.due(started_at, parameter_version.limit))


def _made(new: Start, term: _Term) -> Clock:
    first, second = (*term.due.alerts, None, None)[:2]
    return Clock(
        id=core.new_id(),
        subject_kind=new.subject_kind,
        subject_key=new.subject_key,
        parameter=new.parameter,
        parameter_version=term.parameter_version,
        calendar_version=term.calendar_version,
        started_at=new.started_at,
        due_strict=term.due.strict,
        due_legal=term.due.legal,
        is_estimated=term.due.is_estimated,
        alert_at=first,
        second_alert_at=second,
    )


def start_many(starts: Sequence[Start], *, now: datetime) -> list[Clock]:
    """Start clocks with one INSERT; alerts that would already be past are left out.

    Raises policies.NoParameter, and IntegrityError where the same parameter already runs on the subject.
    """
    # Counted once for all that begin together, as the rows of an import do: this stands inside a transaction.
    terms = {key: _term(*key) for key in {(new.parameter, new.started_at) for new in starts}}
    clocks = [_made(new, terms[new.parameter, new.started_at]) for new in starts]
    for clock in clocks:
        while clock.alert_at is not None and clock.alert_at <= now:
            clock.alert_at, clock.second_alert_at = clock.second_alert_at, None
    return Clock.objects.bulk_create(clocks)


def start(subject_kind: str, subject_key: uuid.UUID, parameter: str, started_at: datetime, *, now: datetime) -> Clock:
    """Start one clock; see `start_many`."""
    return start_many([Start(subject_kind, subject_key, parameter, started_at)], now=now)[0]


def _running(subject_kind: str, subject_key: uuid.UUID) -> QuerySet[Clock]:
    mine = Clock.objects.running().filter(subject_kind=subject_kind, subject_key=subject_key)
    return mine.select_for_update().order_by("id")


_RUNNING = core.Prepared(_running, str, uuid.UUID)
_RUNNING_OF = core.Prepared(lambda kind, key, of: _running(kind, key).filter(parameter__in=of), str, uuid.UUID, str)


def stop(
    subject_kind: str,
    subject_key: uuid.UUID,
    *,
    parameters: Iterable[str] | None,
    reason: str,
    now: datetime,
) -> list[Clock]:
    """Stop the running clocks of a subject, all or those of `parameters`; give those that this call stopped.

    `reason` is met, replaced, cancelled or breached. Stopping what no longer runs changes nothing.
    """
    reason = Clock.StopReason(reason).value
    with transaction.atomic(savepoint=False):
        clocks = (
            _RUNNING.rows(subject_kind, subject_key)
            if parameters is None
            else _RUNNING_OF.rows(subject_kind, subject_key, list(parameters))
        )
        if clocks:
            ids = [clock.id for clock in clocks]
            Clock.objects.running().filter(id__in=ids).update(stopped_at=now, stop_reason=reason)
    for clock in clocks:
        clock.stopped_at, clock.stop_reason = now, reason
    return clocks
