"""The newest calendar and the counters made from it, kept in the process."""

import time
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from bandeng.engines import deadlines
from bandeng.ground.policies import api as policies

from .models import CalendarVersion

SECONDS = 30  # within which another process's calendar is seen


class NoCalendar(LookupError):
    """No calendar has been loaded."""


class Known(NamedTuple):
    version: CalendarVersion
    calendar: deadlines.Calendar
    read_at: float


_known: Known | None = None


def _current() -> Known:
    global _known
    known = _known
    if known is None or time.monotonic() - known.read_at > SECONDS:
        read_at = time.monotonic()
        version = CalendarVersion.objects.order_by("-loaded_at", "-id").first()
        if version is None:
            raise NoCalendar("No holiday calendar is loaded; run the migrations of `clocks`.")
        is_same = known is not None and known.version.id == version.id
        known = _known = Known(version, known.calendar if known and is_same else version.calendar(), read_at)
    return known


def forget() -> None:
    """Read the calendar anew at the next question."""
    global _known
    _known = None


def current_version() -> CalendarVersion:
    """Give the calendar that counts now; raise NoCalendar."""
    return _current().version


def current_calendar() -> deadlines.Calendar:
    """Give the days of the calendar that counts now; raise NoCalendar."""
    return _current().calendar


def counter_at(at: datetime) -> tuple[CalendarVersion, deadlines.Counter]:
    """Give the newest calendar and the counter for the office hours and alert rules of the day of `at`."""
    on = at.astimezone(deadlines.SHANGHAI).date()
    version, calendar, _ = _current()
    hours = policies.version_at("office_hours", on)
    share = policies.version_at("alert_fraction", on).value
    is_eve_alerted = policies.version_at("alert_day_before", on).value
    return version, _counter(calendar, policies.office_hours(hours), tuple(share), is_eve_alerted)


@lru_cache(maxsize=16)
def _counter(
    calendar: deadlines.Calendar, hours: deadlines.OfficeHours, share: tuple[int, int], is_eve_alerted: bool
) -> deadlines.Counter:
    return deadlines.Counter(calendar, hours, alert_share=share, is_eve_alerted=is_eve_alerted)
