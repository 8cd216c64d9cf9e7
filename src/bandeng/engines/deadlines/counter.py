"""Prepare a `Counter` once, then ask it as often as you like."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache

from .calendar import SHANGHAI, Calendar, OfficeHours
from .counting import MICROSECOND, Alerting, DayCount, OfficeCount
from .limit import Due, Limit
from .office import Office

TWO_THIRDS = (2, 3)


class Counter:
    """Counts limits by one calendar, one set of office hours and one rule for alerts.

    `alert_share` is the share of the office time up to `strict` after which the first alert falls; `is_eve_alerted`
    says whether another falls when the office opens on the last working day before the due day.
    May be shared by threads. Datetimes come out in `tz`.
    """

    def __init__(
        self,
        calendar: Calendar,
        hours: OfficeHours | None = None,
        tz: tzinfo = SHANGHAI,
        *,
        alert_share: tuple[int, int] = TWO_THIRDS,
        is_eve_alerted: bool = True,
    ):
        if not 0 < alert_share[0] < alert_share[1]:
            raise ValueError("An alert falls after more than nothing and less than all of the limit.")
        self._office = Office(calendar, hours or OfficeHours(), tz)
        self._alerting = Alerting(alert_share, is_eve_alerted)
        self._counts: dict[Limit, DayCount | OfficeCount] = {}

    def due(self, start: datetime, limit: Limit) -> Due:
        """Count `limit` from the aware datetime `start`.

        The day of the start is not counted (民法典 201); a limit in days ends at 24:00; calendar days that end on a
        day off are rolled for `legal` to the end of the next working day (203); office time ends at close of office
        at the latest. Raises ValueError on a naive `start` and on a limit that leaves the year 9999 behind.
        """
        return self._count_of(limit).due(start)

    def due_many(self, starts: Iterable[datetime], limit: Limit) -> list[Due]:
        """Count one limit from many starts: the same as `due` of each, several times faster for limits in days."""
        return self._count_of(limit).due_many(starts)

    def office_time(self, start: datetime, end: datetime) -> timedelta:
        """Measure the office time between two aware datetimes; zero where `end` is not after `start`."""
        first, last = self._office.local(start), self._office.local(end)
        if last <= first:
            return timedelta(0)
        days = self._office.days(first.toordinal(), last.toordinal())
        return timedelta(microseconds=self._office.passed(days, last) - self._office.passed(days, first))

    def _count_of(self, limit: Limit) -> DayCount | OfficeCount:
        count = self._counts.get(limit)
        if count is None:
            kind = OfficeCount if limit.unit in ("office_hour", "office_minute") else DayCount
            count = self._counts[limit] = kind(self._office, limit, self._alerting)
        return count


def last_day(due_at: datetime, tz: tzinfo = SHANGHAI) -> date:
    """Give the day on which a limit ends, as people say it: 00:00 of the 27th is 24:00 of the 26th."""
    return (due_at.astimezone(tz) - MICROSECOND).date()


_counter = lru_cache(maxsize=8)(Counter)


def due(
    start: datetime, limit: Limit, calendar: Calendar, hours: OfficeHours | None = None, tz: tzinfo = SHANGHAI
) -> Due:
    """Count one limit; see `Counter.due`, and prepare a `Counter` for more than a few."""
    return _counter(calendar, hours or OfficeHours(), tz).due(start, limit)
