"""Reads: what runs, and what would be due."""

import uuid
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import Min

from bandeng.engines import deadlines
from bandeng.ground.acts import api as acts
from bandeng.ground.core import api as core
from bandeng.ground.policies import api as policies

from .calendars import counter_at, current_calendar, current_version
from .models import Clock

_RUNNING = core.Prepared(
    lambda kind, keys: (
        Clock.objects.running().filter(subject_kind=kind, subject_key__in=keys).order_by("due_legal", "id")
    ),
    str,
    uuid.UUID,
)


def running(subject_kind: str, keys: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[Clock]]:
    """Give the running clocks of each of some subjects, soonest lawful date first; one query."""
    found: dict[uuid.UUID, list[Clock]] = {key: [] for key in keys}
    for clock in _RUNNING.rows(subject_kind, list(found)):
        found[clock.subject_key].append(clock)
    return found


def preview(parameter: str, started_at: datetime) -> deadlines.Due:
    """Count what a clock would be due if it were started then; no query once the small tables are read."""
    _, counter = counter_at(started_at)
    return counter.due(started_at, policies.limit_at(parameter, started_at.astimezone(deadlines.SHANGHAI).date()))


def office_time(start: datetime, end: datetime) -> timedelta:
    """Measure the office time between two instants by the hours of the day of the first."""
    return counter_at(start)[1].office_time(start, end)


def is_working_day(day: date) -> bool:
    """Tell whether a day is worked by the newest calendar (by weekends alone where it does not reach)."""
    return current_calendar().is_working(day)


def lag(*, now: datetime) -> float:
    """Give for how many seconds the alert or lawful date that has waited longest was due to be noticed; 0 if none was.

    Clocks that rest because their handler failed count as well: they wait all the same.
    """
    running = Clock.objects.running()
    breaches = running.filter(due_legal__lte=now, breach_claimed_at__isnull=True).aggregate(at=Min("due_legal"))
    alerts = running.filter(alert_at__lte=now, due_legal__gt=now).aggregate(at=Min("alert_at"))
    waits = [(now - found["at"]).total_seconds() for found in (breaches, alerts) if found["at"]]
    return max(waits, default=0.0)


def covers_until() -> date:
    """Give the last day that the newest calendar knows officially."""
    return current_version().covers_until


def recounted() -> dict[str, dict]:
    """Give by clock what its last recounting after a new calendar made of it, as `Clock.facts` names it."""
    found: dict[str, dict] = {}
    done = acts.Act.objects.filter(kind="clock.recomputed").order_by("at", "id")
    for calendar, payload in done.values_list("subject_key", "payload").iterator():
        for each in payload["clocks"]:
            found[each["clock"]] = {
                "calendar_version": str(calendar),
                "due_strict": each["due_strict"][1],
                "due_legal": each["due_legal"][1],
                "is_estimated": each["is_estimated"],
            }
    return found
