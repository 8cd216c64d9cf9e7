"""What other apps want done when a clock warns, runs out or is counted again; filled in their `AppConfig.ready`."""

import uuid
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import NamedTuple, Protocol

from bandeng.engines import deadlines

from .models import Clock


class Handler(Protocol):
    """Called in the transaction of the claim, with the subject locked; raising leaves the claim unmade."""

    def __call__(self, clock: Clock, *, now: datetime) -> None: ...


class Recomputed(NamedTuple):
    """A clock as it is now, and what it was due before."""

    clock: Clock
    old_due: deadlines.Due


class RecomputeHandler(Protocol):
    """Called once per chunk, in its transaction, with the subjects locked."""

    def __call__(self, moved: list[Recomputed], *, now: datetime) -> None: ...


Key = tuple[str, str | None]
Lock = Callable[[uuid.UUID], object]

_alert: dict[Key, Handler] = {}
_breach: dict[Key, Handler] = {}
_recompute: dict[str, RecomputeHandler] = {}
_locks: dict[str, Lock] = {}


def on_alert(subject_kind: str, parameter: str | None, handler: Handler) -> None:
    """Have `handler(clock, now=)` called at each alert; `parameter=None` is for those without one of their own."""
    _alert[subject_kind, parameter] = handler


def on_breach(subject_kind: str, parameter: str | None, handler: Handler) -> None:
    """Have `handler(clock, now=)` called once when the lawful date has passed and the clock still runs."""
    _breach[subject_kind, parameter] = handler


def on_recompute(subject_kind: str, handler: RecomputeHandler) -> None:
    """Have `handler([Recomputed(clock, old_due), …], now=)` called when a new calendar moves running clocks."""
    _recompute[subject_kind] = handler


def lock_with(subject_kind: str, lock: Lock) -> None:
    """Have `lock(subject_key)` called before a clock of this kind is changed: the subject first, then its clocks."""
    _locks[subject_kind] = lock


def alert_handler(clock: Clock) -> Handler | None:
    return _of(_alert, clock)


def breach_handler(clock: Clock) -> Handler | None:
    return _of(_breach, clock)


def recompute_handler(subject_kind: str) -> RecomputeHandler | None:
    return _recompute.get(subject_kind)


def lock_subjects(subject_kind: str, keys: Iterable[uuid.UUID]) -> None:
    """Lock subjects in ascending order of their keys."""
    if lock := _locks.get(subject_kind):
        for key in sorted(set(keys)):
            lock(key)


def _of(handlers: dict[Key, Handler], clock: Clock) -> Handler | None:
    return handlers.get((clock.subject_kind, clock.parameter)) or handlers.get((clock.subject_kind, None))
