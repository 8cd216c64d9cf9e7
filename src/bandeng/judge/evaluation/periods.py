"""Which months are out, and which of them only together: no number leaves from fewer people than the county's minimum.

A month's results come out on one day, after the time to judge its last answers has passed, and never change again:
figures that moved while residents judge would tell who has just said what.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from bandeng.engines.deadlines import SHANGHAI
from bandeng.ground.core.plain_dates import shanghai_day
from bandeng.ground.policies import api as policies

MONTHS_UNTIL_OUT = 2  # answers of November may be judged until mid-December: they come out on 1 January


@dataclass(frozen=True)
class Period:
    """Consecutive months that come out together; `first` and `last` are first days of months."""

    first: date
    last: date

    @property
    def code(self) -> str:
        return f"{self.first:%Y-%m}" if self.first == self.last else f"{self.first:%Y-%m}..{self.last:%Y-%m}"

    @property
    def start(self) -> datetime:
        return _midnight(self.first)

    @property
    def end(self) -> datetime:
        return _midnight(later(self.last, 1))


def month_of(at: datetime) -> date:
    """Give the first day of the Shanghai month of a moment."""
    return shanghai_day(at).replace(day=1)


def later(month: date, n: int) -> date:
    """Give the first day of the month `n` months later."""
    years, place = divmod(month.month - 1 + n, 12)
    return date(month.year + years, place + 1, 1)


def _midnight(on: date) -> datetime:
    return datetime.combine(on, time(), SHANGHAI)


def out_on(month: date) -> date:
    """Give the day on which the results of a month come out."""
    return later(month, MONTHS_UNTIL_OUT)


def out_at(month: date) -> datetime:
    """Give the moment from which judgements of a month's answers no longer change."""
    return _midnight(out_on(month))


def minimum(on: date) -> int:
    """Give the smallest number of people a figure may stand for."""
    return policies.value_at("min_group", on)


def months_out(months: Iterable[date], now: datetime) -> list[date]:
    """Keep the months that are out, in order."""
    return sorted(month for month in months if out_at(month) <= now)


def gathered(people: Mapping[date, int], now: datetime) -> list[Period]:
    """Join months, oldest first, until each period holds the minimum of people; what is left over is not out yet.

    `people` counts per month. Which period a month falls into depends on months that are out alone, so it never moves.
    """
    found: list[Period] = []
    first, n = None, 0
    for month in months_out(people, now):
        first, n = first or month, n + people[month]
        if n >= minimum(out_on(month)):
            found.append(Period(first, month))
            first, n = None, 0
    return found
