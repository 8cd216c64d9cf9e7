"""Time in the demonstration: stories wait on it, and between their steps the worker's rounds are made."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from random import Random

from bandeng.engines.deadlines import SHANGHAI
from bandeng.ground.clocks import api as clocks
from bandeng.ground.core import api as core
from bandeng.ground.files import api as files
from bandeng.ground.ledger import api as ledger
from bandeng.speak.casework import api as casework

from . import hours
from .people import People

Story = Iterator[datetime]
HOLDER = "demo"
HOUR = timedelta(hours=1)
ROUNDS = frozenset({0, 9, 11, 14, 16, 18})  # hours at which the worker comes round: a limit ends at midnight


@cache
def is_working(day: date) -> bool:
    return clocks.is_working_day(day)


@dataclass
class Stage:
    """Where stories are played: the time, who acts, chance from one seed, and what could not be done."""

    end: datetime
    people: People
    rng: Random
    now: datetime = field(init=False)
    swept: datetime = field(init=False)
    fallen: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.now = self.end
        is_working.cache_clear()

    def ago(self, days: float) -> datetime:
        """Give the instant that many working days before the end."""
        return hours.before(self.end, days * hours.DAY, is_working)

    def later(self, least: float, most: float) -> datetime:
        """Give an instant between so many office hours from now."""
        return hours.after(self.now, self.rng.uniform(least, most), is_working)

    def play(self, stories: list[tuple[datetime, Story]], step=lambda: None) -> None:
        """Play stories, each from its own beginning, up to the end; `step` is called as each has begun."""
        waiting = [(at, number, story, True) for number, (at, story) in enumerate(stories)]
        heapq.heapify(waiting)
        self.swept = waiting[0][0] if waiting else self.end
        while waiting and waiting[0][0] <= self.end:
            at, number, story, is_first = heapq.heappop(waiting)
            self._rounds_until(at)
            self.now = at
            try:
                then = next(story, None)
            except casework.CannotMove as cannot:  # a limit ran out first, as it may in life
                self.fallen.append(f"{number}: {cannot}")
                then = None
            if then is not None:
                heapq.heappush(waiting, (max(then, at + timedelta(seconds=1)), number, story, False))
            if is_first:
                step()
        self._rounds_until(self.end)
        self.now = self.end
        self._finish()

    def _rounds_until(self, at: datetime) -> None:
        """Do what the worker would have done by then, some times a day."""
        while self.swept + HOUR <= at:
            self.swept = (self.swept + HOUR).replace(minute=0, second=30, microsecond=0)
            hour = self.swept.astimezone(SHANGHAI).hour
            if hour not in ROUNDS:
                continue
            _sweep(self.swept)
            if hour == 9:
                casework.sweep_idle(now=self.swept)
            if hour == 18:
                _sequence(self.swept)

    def _finish(self) -> None:
        _sweep(self.end)
        casework.sweep_idle(now=self.end)
        while files.clean_pending(now=self.end):
            pass
        _sequence(self.end)
        core.Lease.objects.release("ledger.sequencer", HOLDER, now=self.end)


def _sweep(now: datetime) -> None:
    while (swept := clocks.sweep(now=now)).alerts + swept.breaches:
        pass


def _sequence(now: datetime) -> None:
    while ledger.sequence(now=now, holder=HOLDER):
        pass
