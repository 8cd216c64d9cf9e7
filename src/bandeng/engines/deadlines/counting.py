"""How one limit is counted from any start: in days, or in office time."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from .days import Days
from .limit import Due, Limit
from .office import HOUR, MINUTE, NAIVE, Office

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ERA = EPOCH.toordinal() * 1440  # keeps minutes before 1970 above 0
MICROSECOND = timedelta(microseconds=1)
SLACK = 40  # days beyond twice the limit that are indexed at once: more than the longest run of days off


class Alerting(NamedTuple):
    """When to warn: after a share of the office time, and at the last opening before the due day."""

    share: tuple[int, int]
    is_eve_alerted: bool

    def eve(self, office: Office, days: Days, due_day: int) -> datetime | None:
        """Give the last opening before the due day."""
        day = days.last_working_before(due_day) if self.is_eve_alerted else None
        return None if day is None else office.opening(day)

    def alerts(
        self, office: Office, days: Days, start: datetime, passed: int, closed: int, eve: datetime | None
    ) -> tuple[tuple[datetime, ...], bool]:
        """Give the alerts between the start and the end, whose office times are `passed` and `closed`.

        Also tells whether every start in the same minute has the same ones. They are whole minutes, so that a
        million starts share a few thousand answers; only where less than a few minutes are left is one exact.
        """
        if closed <= passed:
            return (), True
        numerator, denominator = self.share
        minute = passed // MINUTE
        step = (closed // MINUTE - minute) * numerator // denominator
        if step:
            at = office.instant(days, (minute + step) * MINUTE)
        else:
            at = office.instant(days, passed + (closed - passed) * numerator // denominator)
        is_shared = step > 0
        if eve is None or eve <= start:
            return ((at,) if at > start else ()), is_shared
        if at <= start or at == eve:
            return (eve,), is_shared
        return ((at, eve) if at < eve else (eve, at)), is_shared


class DayPlan(NamedTuple):
    """What every start on one day has in common."""

    strict: datetime
    legal: datetime
    is_estimated: bool
    opened: int  # office time before the day of the start
    is_working: bool
    closed: int  # office time before `strict`
    eve: datetime | None
    days: Days


class DayCount:
    """Counts a limit in days: the plan of a day is made once."""

    def __init__(self, office: Office, limit: Limit, alerting: Alerting):
        self.office, self.limit, self.alerting = office, limit, alerting
        self._plans: dict[int, DayPlan] = {}

    def due(self, start: datetime) -> Due:
        return self._due(self.office.local(start))[0]

    def due_many(self, starts: Iterable[datetime]) -> list[Due]:
        """Count each start, or take the answer of another start in the same minute."""
        minutes: dict[int, Due] = {}
        stretches: dict[int, Due] = {}
        known, found, tz = minutes.get, [], self.office.tz
        for start in starts:
            if start.tzinfo is tz:  # the wall clock is at hand, and is all that counts; below 0, apart from instants
                minute = ~((start.toordinal() * 24 + start.hour) * 60 + start.minute)
            else:
                try:
                    since = start - EPOCH
                except TypeError:
                    raise ValueError(NAIVE) from None
                minute = since.days * 1440 + since.seconds // 60 + ERA
            due = known(minute)
            if due is None:
                local = self.office.local(start)
                stretch = self.office.stretch(local)
                due, is_shared = stretches.get(stretch), True
                if due is None:
                    due, is_shared = self._due(local)
                if is_shared:
                    minutes[minute] = stretches[stretch] = due
            found.append(due)
        return found

    def _due(self, local: datetime) -> tuple[Due, bool]:
        day = local.toordinal()
        plan = self._plans.get(day)
        if plan is None:
            plan = self._plans[day] = self._plan(day)
        strict, legal, is_estimated, passed, is_working, closed, eve, days = plan
        if is_working:
            passed += self.office.passed_today(local)
        alerts, is_shared = self.alerting.alerts(self.office, days, local, passed, closed, eve)
        return Due(strict, legal, is_estimated, alerts), is_shared

    def _plan(self, day: int) -> DayPlan:
        office, limit = self.office, self.limit
        days = office.days(day, day + limit.amount * 2 + SLACK)
        if limit.unit == "same_day":
            strict = legal = days.next_working(day)
        elif limit.unit == "working_day":
            strict = legal = days.working_day_after(day, limit.amount)
        else:
            strict = day + limit.amount
            legal = days.next_working(strict)
        return DayPlan(
            strict=office.midnight(strict + 1),
            legal=office.midnight(legal + 1),
            is_estimated=not office.covers(day, legal),
            opened=days.rank(day) * office.day_length,
            is_working=days.is_working(day),
            closed=days.rank(strict + 1) * office.day_length,
            eve=self.alerting.eve(office, days, strict),
            days=days,
        )


class OfficeCount:
    """Counts a limit in office hours or minutes."""

    def __init__(self, office: Office, limit: Limit, alerting: Alerting):
        self.office, self.alerting = office, alerting
        self.length = limit.amount * (HOUR if limit.unit == "office_hour" else MINUTE)
        self.span = (self.length // office.day_length + 1) * 2 + SLACK

    def due(self, start: datetime) -> Due:
        office, local = self.office, self.office.local(start)
        first = local.toordinal()
        days = office.days(first, first + self.span)
        passed = office.passed(days, local)
        closed = passed + self.length
        # The last microsecond is counted inside office hours, so that a full day ends at its close, not at the next
        # opening (民法典 203).
        end = office.instant(days, closed - 1) + MICROSECOND
        last = end.toordinal()
        eve = self.alerting.eve(office, days, last)
        alerts, _ = self.alerting.alerts(office, days, local, passed, closed, eve)
        return Due(end, end, not office.covers(first, last), alerts)

    def due_many(self, starts: Iterable[datetime]) -> list[Due]:
        """Count each start, or take the answer of another start while the office was closed."""
        stretches: dict[int, Due] = {}
        found = []
        for start in starts:
            local = self.office.local(start)
            stretch = self.office.stretch(local)
            if stretch % 1440 == local.hour * 60 + local.minute:  # open: seconds count
                found.append(self.due(local))
                continue
            due = stretches.get(stretch)
            if due is None:
                due = stretches[stretch] = self.due(local)
            found.append(due)
        return found
