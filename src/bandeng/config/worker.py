"""The worker: one process, one loop over small tasks. Everything slow or periodic is done here and nowhere else.

A task is a name, a rhythm, and a function of `now` that does a bounded piece of work (seconds, not minutes) and says
how much it did. Who did all that fits in a step is asked again soon, after the others; who did less has done what there
was, and is asked at its rhythm; who failed waits, longer each time, and stops nobody.
"""

import heapq
import logging
import os
import secrets
import signal
import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib import import_module

from django.conf import settings
from django.db import connections

from bandeng.ground.core import api as core
from bandeng.ground.core import clock as wall

logger = logging.getLogger(__name__)
jobs = logging.getLogger("bandeng.jobs")  # one line for each step that did something

SOON = 0.05  # seconds until a task that did a whole step is asked again
LONGEST_PAUSE = 600.0
LONGEST_SLEEP = 60.0
MAX_ROUNDS = 10_000
LEASE = timedelta(seconds=120)  # well over the longest step; another worker takes over after it
RENEW = timedelta(seconds=60)
HEARTBEAT = "worker.heartbeat"
HEARTBEAT_SECONDS = 90
DAY, HOUR, MINUTE = 86_400.0, 3_600.0, 60.0


@dataclass(frozen=True)
class Task:
    """Something to be done every so often; `alone` where two workers doing it at once would be wrong or a waste.

    `full` is what fits in a step. Where each step costs something of its own, however little is done in it (a commit, a
    signed head), a few things that come one by one are left to gather until the next.
    """

    name: str
    every_seconds: float
    run: Callable[[datetime], int]
    alone: bool = False
    longest_pause: float = LONGEST_PAUSE  # after failures, however many
    full: int = 1
    in_once: bool = True  # `worker --once` waits for nobody: what goes on for minutes is not begun there


class Clock:
    """Time as the worker sees it; tests bring their own."""

    def now(self) -> datetime:
        return wall.now()

    def monotonic(self) -> float:
        return time.monotonic()

    def wait(self, stop: threading.Event, seconds: float) -> None:
        stop.wait(seconds)


def tasks() -> list[Task]:
    """List what an installation's worker does. Apps are imported here, not with the module."""
    from bandeng.config.renewing import renew_search
    from bandeng.ground.clocks import api as clocks
    from bandeng.ground.files import api as files
    from bandeng.ground.ledger import api as ledger
    from bandeng.ground.messaging import api as messaging
    from bandeng.speak.casework import api as casework
    from bandeng.speak.lookup import api as lookup
    from bandeng.speak.matters import api as matters
    from bandeng.speak.suggestions import api as suggestions

    from . import learning

    def sweep_clocks(now: datetime) -> int:
        swept = clocks.sweep(now=now)
        return swept.alerts + swept.breaches  # not the failures: those rest

    return [
        # A database that was away or a disk that was full must not hold these up for ten minutes more: receipts promise
        # a place in the log within a minute. The sequencer has a lease of its own.
        Task("ledger.sequence", 1, lambda now: ledger.sequence(now=now, limit=500), longest_pause=15, full=500),
        Task("messaging.deliver", 3, lambda now: messaging.deliver(now=now).tried, longest_pause=MINUTE),
        Task("files.clean", 3, lambda now: files.clean_pending(now=now), longest_pause=MINUTE),
        Task("clocks.sweep", 20, sweep_clocks),
        # Each host its own: nobody's lease.
        Task("lookup.feed", 2, lambda now: lookup.feed(limit=1000), longest_pause=MINUTE, full=1000),
        Task("lookup.renew", HOUR, lambda now: renew_search()),
        Task("casework.idle", 10 * MINUTE, lambda now: casework.sweep_idle(now=now), alone=True),
        Task("casework.drafts", HOUR, lambda now: casework.expire_drafts(now=now), alone=True),
        Task("casework.stages", DAY, lambda now: casework.settle_stages(), alone=True),
        Task("casework.erasures", MINUTE, lambda now: casework.register_erasures(), alone=True),
        Task("casework.masks", DAY, lambda now: casework.remask(), alone=True),
        Task("matters.find", 15, lambda now: matters.find(now=now, limit=100), alone=True, full=100),
        Task("suggestions.new", 5, lambda now: suggestions.suggest_for_new(now=now, limit=200), alone=True, full=200),
        Task("suggestions.settle", MINUTE, lambda now: suggestions.settle(now=now), alone=True),
        Task("suggestions.learn", MINUTE, learning.learn, alone=True, in_once=False),
        Task("files.orphans", DAY, lambda now: files.sweep_orphans(now=now), alone=True),
        Task("sessions.clear", DAY, _clear_sessions, alone=True),
    ]


def _clear_sessions(now: datetime) -> int:
    from bandeng.faces.desk.services import forget_sign_ins

    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    return forget_sign_ins(now)


def stop_on_signals() -> threading.Event:
    """Give an event that SIGTERM and SIGINT set: the running step is finished. A second signal ends at once."""
    stop = threading.Event()

    def ask_to_stop(number: int, _frame: object) -> None:
        stop.set()
        signal.signal(number, signal.SIG_DFL)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask_to_stop)
    return stop


def is_alive(*, now: datetime) -> bool:
    """Tell whether some worker gave a sign of life in the last minute and a half."""
    return core.Lease.objects.filter(name=HEARTBEAT, expires_at__gt=now).exists()


def heartbeat_age(*, now: datetime) -> float | None:
    """Give the seconds since the last sign of life; None where there never was one."""
    until = core.Lease.objects.filter(name=HEARTBEAT).values_list("expires_at", flat=True).first()
    return (now - until).total_seconds() + HEARTBEAT_SECONDS if until else None


def run(tasks: Sequence[Task], stop: threading.Event, once: bool = False, *, clock: Clock | None = None) -> int:
    """Do the tasks until `stop` is set; with `once` until all of them have nothing left to do.

    Gives how many tasks were failing at the end: an exit status. Leases are given back however it ends.
    """
    loop = _Loop(clock or Clock())
    try:
        if once:
            loop.until_nothing_is_left(tasks, stop)
        else:
            loop.for_good(tasks, stop)
    finally:
        loop.give_back()
    return len(loop.failures)


@dataclass
class _Loop:
    clock: Clock
    holder: str = field(default_factory=lambda: f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"[-80:])
    failures: dict[str, int] = field(default_factory=dict)  # in a row, by task
    leases: dict[str, datetime] = field(default_factory=dict)

    def for_good(self, tasks: Sequence[Task], stop: threading.Event) -> None:
        started = self.clock.monotonic()
        every = [Task(HEARTBEAT, HEARTBEAT_SECONDS / 4, self.beat), *tasks]
        due = [(started, number, task) for number, task in enumerate(every)]
        heapq.heapify(due)
        while due and not stop.is_set():
            at, number, task = due[0]
            if (left := at - self.clock.monotonic()) > 0:
                self.clock.wait(stop, min(left, LONGEST_SLEEP))
                continue
            pause = self.pause(task, self.step(task))
            heapq.heapreplace(due, (self.clock.monotonic() + pause, number, task))

    def until_nothing_is_left(self, tasks: Sequence[Task], stop: threading.Event) -> None:
        for _ in range(MAX_ROUNDS):
            did = 0
            for task in tasks:
                if task.in_once and not stop.is_set() and task.name not in self.failures:
                    did += self.step(task) or 0
            if not did:
                return
        logger.error("tasks still find something to do after %d rounds", MAX_ROUNDS)

    def step(self, task: Task) -> int | None:
        """Run one step; give how much it did, None where it failed."""
        try:
            _drop_broken_lines()
            if task.alone and not self.holds(task.name):
                return 0
            started = self.clock.monotonic()
            did = task.run(self.clock.now())
        except Exception as error:
            # Never the error's text: it may quote what somebody said. Where it happened is enough to find it.
            logger.error("task %s: %s at %s", task.name, type(error).__name__, _place(error))
            self.failures[task.name] = self.failures.get(task.name, 0) + 1
            return None
        self.failures.pop(task.name, None)
        if did:
            ms = round((self.clock.monotonic() - started) * 1000, 1)
            jobs.info("job", extra={"task": task.name, "did": did, "ms": ms})
        return did

    def pause(self, task: Task, did: int | None) -> float:
        """Compute the seconds until a task's next step."""
        if did is None:
            return min(max(task.every_seconds, 1.0) * 2 ** min(self.failures[task.name], 20), task.longest_pause)
        return min(SOON, task.every_seconds) if did >= task.full else task.every_seconds

    def holds(self, name: str) -> bool:
        """Tell whether this worker may do what is done by one alone, taking or renewing the lease if need be."""
        now = self.clock.now()
        if name in self.leases and self.leases[name] - now > RENEW:
            return True  # no write for each step: what is ours for another minute nobody takes
        seconds = int(LEASE.total_seconds())
        if core.Lease.objects.claim(f"worker.{name}", self.holder, now=now, seconds=seconds):
            self.leases[name] = now + LEASE
            return True
        self.leases.pop(name, None)
        return False

    def beat(self, now: datetime) -> int:
        """Give a sign of life. Of several workers one beats; when it falls silent another does."""
        core.Lease.objects.claim(HEARTBEAT, self.holder, now=now, seconds=HEARTBEAT_SECONDS)
        return 0

    def give_back(self) -> None:
        """Release every lease, so that the next worker need not wait."""
        names = [HEARTBEAT, *(f"worker.{name}" for name in self.leases)]
        try:
            _drop_broken_lines()
            for name in names:
                core.Lease.objects.release(name, self.holder, now=self.clock.now())
        except Exception as error:  # the database is gone: leases end by themselves
            logger.error("leases not given back: %s", type(error).__name__)


def _drop_broken_lines() -> None:
    """Let go of connections that a restart of the database broke; the next query makes a new one.

    Django's close_old_connections would also close one inside a transaction: there the worker runs in tests only.
    """
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()


def _place(error: Exception) -> str:
    """Name module and line where an error was raised, and where a task of ours led there."""
    traceback, place = error.__traceback__, ""
    while traceback is not None:
        place = f"{traceback.tb_frame.f_globals.get('__name__', '?')}:{traceback.tb_lineno}"
        traceback = traceback.tb_next
    return place
