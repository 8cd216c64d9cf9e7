"""Which story how many of two hundred cases get, and how long ago these began."""

from collections.abc import Callable
from dataclasses import dataclass

from .stage import Story
from .stories import (
    Matter,
    answered_late,
    confirmed,
    deemed,
    disputed,
    escalated,
    let_rest,
    on_the_spot,
    overdue,
    redispatched,
    refused,
    registered,
    reopened,
    reopened_confirmed,
    replied,
    sent_back,
    settled_back,
    settled_elsewhere,
    to_serve,
    waiting,
    withdrawn,
    working,
    writing,
)


@dataclass(frozen=True)
class Fate:
    """A story, how many of two hundred cases it gets, and how many working days ago these began."""

    play: Callable[[Matter], Story]
    share: int
    ago: tuple[float, float]
    voices: str = "handled"  # handled, approved, missing, on_the_spot, redirected or rejected


FATES = (
    Fate(registered, 8, (0.02, 0.25)),
    Fate(waiting, 8, (0.5, 1.2)),
    Fate(deemed, 7, (4, 30)),
    Fate(disputed, 5, (0.9, 1.6)),
    Fate(settled_elsewhere, 6, (6, 30)),
    Fate(settled_back, 4, (6, 30)),
    Fate(redispatched, 4, (2, 6)),
    Fate(working, 16, (1.6, 4.5)),
    Fate(overdue, 9, (8, 20)),
    Fate(answered_late, 5, (16, 30)),
    Fate(writing, 7, (3.2, 4.6), "approved"),
    Fate(sent_back, 6, (4, 12), "approved"),
    Fate(to_serve, 5, (3.8, 5), "approved"),
    Fate(replied, 16, (5, 15)),
    Fate(replied, 16, (24, 39)),
    Fate(confirmed, 26, (10, 38)),
    Fate(let_rest, 12, (10, 38)),
    Fate(withdrawn, 5, (3, 36)),
    Fate(reopened, 6, (8, 11), "missing"),
    Fate(reopened_confirmed, 7, (16, 38), "missing"),
    Fate(escalated, 4, (30, 39), "missing"),
    Fate(refused, 6, (3, 36), "redirected"),
    Fate(refused, 3, (3, 36), "rejected"),
    Fate(on_the_spot, 9, (0.5, 36), "on_the_spot"),
)
