"""The counting itself: prepare a `Counter` once, then ask it as often as you like."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import NamedTuple

from .calendar import SHANGHAI, Calendar, OfficeHours
from .days import LAST_ORDINAL, MARGIN, Days
from .limit import Due, Limit
from .office import SECOND, OfficeDay, microseconds

MICROSECOND = timedelta(microseconds=1)
HOUR, MINUTE = 3600 * SECOND, 60 * SECOND
TWO_THIRDS = (2, 3)


class DayPlan(NamedTuple):
    """What every start on one day has in common, for a limit in days."""

    strict: datetime
    legal: datetime
    is_estimated: bool
    opened: int  # office time before the day of the start
    is_working: bool
    closed: int  # office time before `strict`
    eve: datetime | None  # the office opens for the last time before the day on which the limit ends
    days: Days


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
        numerator, denominator = alert_share
        if not 0 < numerator < denominator:
            raise ValueError("An alert falls after more than nothing and less than all of the limit.")
        self.calendar, self.tz, self.alert_share, self.is_eve_alerted = calendar, tz, alert_share, is_eve_alerted
        self.office = OfficeDay(hours or OfficeHours())
        self._covered = calendar.covers_from.toordinal(), calendar.covers_until.toordinal()
        self._days = Days(calendar, self._covered[0] - MARGIN, self._covered[1] + MARGIN)
        self._counting: dict[Limit, Callable[[datetime], Due]] = {}

    def due(self, start: datetime, limit: Limit) -> Due:
        """Count `limit` from the aware datetime `start`.

        The day of the start is not counted (民法典 201); a limit in days ends at 24:00; calendar days that end on a
        day off are rolled for `legal` to the end of the next working day (203); office time ends at close of office
        at the latest. Raises ValueError on a naive `start` and on a limit that leaves the year 9999 behind.
        """
        return self._count_of(limit)(start)

    def due_many(self, starts: Iterable[datetime], limit: Limit) -> list[Due]:
        """Count one limit from many starts; the same as `due` for each, without its look-ups."""
        return list(map(self._count_of(limit), starts))

    def office_time(self, start: datetime, end: datetime) -> timedelta:
        """Measure the office time between two aware datetimes; zero where `end` is not after `start`."""
        first, last = start.astimezone(self.tz), end.astimezone(self.tz)
        days = self._reaching(first.toordinal(), last.toordinal())
        spent = self._office_time_before(days, last) - self._office_time_before(days, first)
        return timedelta(microseconds=max(spent, 0))

    # ---- how -------------------------------------------------------------------------------------------------

    def _count_of(self, limit: Limit) -> Callable[[datetime], Due]:
        count = self._counting.get(limit)
        if count is None:
            make = self._office_count if limit.unit in ("office_hour", "office_minute") else self._day_count
            count = self._counting[limit] = make(limit)
        return count

    def _day_count(self, limit: Limit) -> Callable[[datetime], Due]:
        """Make the function that counts a limit in days: one look-up of the day, then the alerts."""
        plans: dict[int, DayPlan] = {}
        tz, passed_by, alerts_of = self.tz, self.office.passed, self._alerts

        def count(start: datetime) -> Due:
            local = _local(start, tz)
            day = local.toordinal()
            plan = plans.get(day)
            if plan is None:
                plan = plans[day] = self._plan(day, limit)
            strict, legal, is_estimated, spent, is_working, closed, eve, days = plan
            if is_working:
                spent += passed_by(microseconds(local))
            return Due(strict, legal, is_estimated, alerts_of(local, strict, spent, closed, eve, days))

        return count

    def _plan(self, day: int, limit: Limit) -> DayPlan:
        days = self._reaching(day, day + limit.amount * 2 + 40)
        if limit.unit == "same_day":
            strict = legal = days.next_working(day)
        elif limit.unit == "working_day":
            while days.rank(days.last + 1) - days.rank(day + 1) < limit.amount:
                days = self._reaching(day, days.last + limit.amount)
            strict = legal = days.working_day_after(day, limit.amount)
        else:
            strict = day + limit.amount
            legal = days.next_working(strict)
        return DayPlan(
            strict=self._midnight(strict + 1),
            legal=self._midnight(legal + 1),
            is_estimated=not self._is_covered(day, legal),
            opened=days.rank(day) * self.office.length,
            is_working=days.is_working(day),
            closed=days.rank(strict + 1) * self.office.length,
            eve=self._eve(days, strict),
            days=days,
        )

    def _office_count(self, limit: Limit) -> Callable[[datetime], Due]:
        """Make the function that counts a limit in office time."""
        length = limit.amount * (HOUR if limit.unit == "office_hour" else MINUTE)
        whole_days = length // self.office.length + 1

        def count(start: datetime) -> Due:
            local = _local(start, self.tz)
            day = local.toordinal()
            days = self._reaching(day, day + whole_days * 2 + 40)
            spent = self._office_time_before(days, local)
            while days.rank(days.last + 1) * self.office.length < spent + length:
                days = self._reaching(day, days.last + whole_days)
                spent = self._office_time_before(days, local)
            closed = spent + length
            # The last microsecond is counted inside office hours, so that a full day ends at its close, not at the
            # next opening (民法典 203).
            end = self._instant(days, closed - 1) + MICROSECOND
            eve = self._eve(days, end.toordinal())
            return Due(
                end, end, not self._is_covered(day, end.toordinal()), self._alerts(local, end, spent, closed, eve, days)
            )

        return count

    def _alerts(
        self, start: datetime, strict: datetime, spent: int, closed: int, eve: datetime | None, days: Days
    ) -> tuple[datetime, ...]:
        """Give the alerts strictly between `start` and `strict`; `spent` and `closed` are their office times."""
        left = closed - spent
        if left <= 0:
            return ()
        numerator, denominator = self.alert_share
        share = self._instant(days, spent + left * numerator // denominator)
        if share <= start:  # less than a few microseconds of office time
            return (eve,) if eve is not None and start < eve < strict else ()
        if eve is None or eve <= start or eve == share:
            return (share,)
        return (share, eve) if share < eve else (eve, share)

    def _instant(self, days: Days, spent: int) -> datetime:
        """Turn office time since the index's first day into the open instant at which it has passed."""
        rank, passed = divmod(spent, self.office.length)
        return self._midnight(days.working[rank]) + timedelta(microseconds=self.office.moment(passed))

    def _office_time_before(self, days: Days, local: datetime) -> int:
        day = local.toordinal()
        spent = days.rank(day) * self.office.length
        return spent + self.office.passed(microseconds(local)) if days.is_working(day) else spent

    def _eve(self, days: Days, due_day: int) -> datetime | None:
        day = days.last_working_before(due_day) if self.is_eve_alerted else None
        return None if day is None else self._midnight(day) + timedelta(microseconds=self.office.opening)

    def _is_covered(self, first: int, last: int) -> bool:
        return self._covered[0] <= first and last <= self._covered[1]

    def _midnight(self, day: int) -> datetime:
        return datetime.combine(date.fromordinal(day), time.min, self.tz)

    def _reaching(self, first: int, last: int) -> Days:
        """Give an index that reaches from `first` to `last`, keeping the widest one for the next call."""
        days = self._days
        if not days.reaches(first, last):
            if last > LAST_ORDINAL:
                raise ValueError("The limit ends after the year 9999.")
            days = Days(self.calendar, min(first - MARGIN, days.first), max(last + MARGIN, days.last))
            self._days = days
        return days


def _local(start: datetime, tz: tzinfo) -> datetime:
    if start.tzinfo is None:
        raise ValueError("A limit starts at an aware datetime; this one has no time zone.")
    return start.astimezone(tz)


def last_day(due_at: datetime, tz: tzinfo = SHANGHAI) -> date:
    """Give the day on which a limit ends, as people say it: 00:00 of the 27th is 24:00 of the 26th."""
    return (due_at.astimezone(tz) - MICROSECOND).date()


_counter = lru_cache(maxsize=8)(Counter)


def due(start: datetime, limit: Limit, calendar: Calendar, hours: OfficeHours | None = None, tz: tzinfo = SHANGHAI):
    """Count one limit; see `Counter.due`, which is the thing to prepare for more than a few."""
    return _counter(calendar, hours or OfficeHours(), tz).due(start, limit)
