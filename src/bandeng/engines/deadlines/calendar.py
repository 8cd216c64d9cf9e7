"""Which days are worked, and which hours."""

from dataclasses import dataclass, field
from datetime import date, time
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Calendar:
    """The State Council's yearly schedule: days off on weekdays, weekend days that are worked instead.

    Outside `covers_from` to `covers_until` (both included) weekends alone are days off, and what is counted there
    is an estimate. Listing weekend days of a holiday in `off` is harmless; a day in both raises ValueError.
    """

    covers_from: date
    covers_until: date
    off: frozenset[date] = field(default_factory=frozenset)
    makeup: frozenset[date] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        if self.covers_until < self.covers_from:
            raise ValueError("The calendar ends before it begins.")
        if both := self.off & self.makeup:
            raise ValueError(f"{min(both)} is listed both as a day off and as a working day.")
        if outside := [d for d in self.off | self.makeup if not self.covers_from <= d <= self.covers_until]:
            raise ValueError(f"{min(outside)} lies outside the days the calendar covers.")

    def is_working(self, day: date) -> bool:
        """Tell whether a day is worked."""
        return day in self.makeup or (day.weekday() < 5 and day not in self.off)

    def covers(self, first: date, last: date) -> bool:
        """Tell whether every day from `first` to `last` is officially known."""
        return self.covers_from <= first and last <= self.covers_until


@dataclass(frozen=True)
class OfficeHours:
    """The hours an office is open on a working day, ascending and apart; Bandeng ships 8:30–12:00, 14:00–17:30."""

    periods: tuple[tuple[time, time], ...] = ((time(8, 30), time(12)), (time(14), time(17, 30)))

    def __post_init__(self) -> None:
        edges = [edge for period in self.periods for edge in period]
        if not edges or any(a >= b for a, b in zip(edges, edges[1:], strict=False)):
            raise ValueError("Office hours are one or more periods, each ending after it begins, in order.")
        if any(edge.tzinfo or edge.second or edge.microsecond for edge in edges):
            raise ValueError("Office hours are whole minutes of the wall clock, without a zone.")
