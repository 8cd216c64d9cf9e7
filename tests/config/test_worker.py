"""The worker: rhythms, pauses after failures, leases, signals; in a time of its own."""

import io
import logging
import os
import signal
import threading
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from tests.ground import hostile

from bandeng.config import worker
from bandeng.config.worker import Task
from bandeng.ground.acts import api as acts
from bandeng.ground.core import api as core
from bandeng.ground.files import api as files
from bandeng.ground.ledger import api as ledger
from bandeng.speak.lookup import api as lookup
from bandeng.speak.matters import api as matters
from bandeng.speak.suggestions import api as suggestions

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
SECRET = "张桂兰 13800001234"


class ToyClock(worker.Clock):
    """Time that passes only while the worker waits; after `ends` seconds it asks the worker to stop."""

    def __init__(self, ends=60.0):
        self.seconds, self.ends, self.waits = 0.0, ends, 0

    def now(self):
        return NOW + timedelta(seconds=self.seconds)

    def monotonic(self):
        return self.seconds

    def wait(self, stop, seconds):
        self.waits += 1
        self.seconds += seconds
        if self.seconds >= self.ends:
            stop.set()


def run(*tasks, ends=60.0, once=False, clock=None):
    clock = clock or ToyClock(ends)
    return worker.run(tasks, threading.Event(), once, clock=clock), clock


def noting(seen, result=0):
    def note(now):
        seen.append((now - NOW).total_seconds())
        return result(seen) if callable(result) else result

    return note


@pytest.mark.django_db
def test_each_task_keeps_its_rhythm_and_nothing_runs_in_between():
    fast, slow = [], []
    failing, clock = run(Task("fast", 10, noting(fast)), Task("slow", 25, noting(slow)))
    assert failing == 0
    assert fast == [0, 10, 20, 30, 40, 50]
    assert slow == [0, 25, 50]
    assert clock.waits < 20


@pytest.mark.django_db
def test_who_did_something_is_asked_again_soon_and_starves_nobody():
    busy, other = [], []
    run(Task("busy", 10, noting(busy, result=1)), Task("other", 1, noting(other)), ends=5)
    assert len(busy) >= 90 and other == pytest.approx([0, 1, 2, 3, 4], abs=0.06)


@pytest.mark.django_db
def test_who_did_less_than_fits_in_a_step_waits_for_more():
    whole, part = [], []
    run(Task("whole", 2, noting(whole, result=7), full=7), Task("part", 2, noting(part, result=6), full=7), ends=5)
    assert len(whole) >= 90 and part == pytest.approx([0, 2, 4], abs=0.06)


@pytest.mark.django_db
def test_what_fits_in_a_step_is_what_its_task_is_told_to_do(monkeypatch):
    """A task that never says it did all that fits would leave a long queue to its slow rhythm."""
    told = {}
    steps = [(ledger, "sequence"), (lookup, "feed"), (matters, "find"), (suggestions, "suggest_for_new")]
    for api, name in steps:
        monkeypatch.setattr(api, name, lambda name=name, **given: told.setdefault(name, given["limit"]))
    gathering = [task for task in worker.tasks() if task.full > 1]
    assert [task.run(datetime(2026, 11, 23, tzinfo=UTC)) for task in gathering] == [
        task.full for task in gathering
    ] and len(told) == len(gathering)


@pytest.mark.django_db
def test_a_failing_task_waits_longer_each_time_and_stops_nobody(caplog):
    caplog.set_level(logging.DEBUG)
    tries, other = [], []

    def fails(now):
        tries.append((now - NOW).total_seconds())
        raise RuntimeError(f"could not tell {SECRET}")

    failing, _ = run(Task("fails", 5, fails), Task("other", 100, noting(other)), ends=4000)
    assert tries[:8] == [0, 10, 30, 70, 150, 310, 630, 1230]
    assert max(b - a for a, b in zip(tries, tries[1:], strict=False)) == worker.LONGEST_PAUSE
    assert failing == 1 and len(other) == 40
    assert f"task fails: RuntimeError at {__name__}:" in caplog.text
    assert SECRET not in caplog.text


@pytest.mark.django_db
def test_what_receipts_promise_within_a_minute_is_tried_again_within_it():
    """After an hour without a database nothing may wait ten minutes more."""
    tries = []

    def fails(now):
        tries.append((now - NOW).total_seconds())
        raise OSError

    sequence = next(task for task in worker.tasks() if task.name == "ledger.sequence")
    run(Task("away", sequence.every_seconds, fails, longest_pause=sequence.longest_pause), ends=3600)
    assert max(b - a for a, b in zip(tries, tries[1:], strict=False)) == sequence.longest_pause < 30


@pytest.mark.django_db
def test_after_a_success_the_rhythm_is_back():
    tries = []

    def fails_twice(now):
        tries.append((now - NOW).total_seconds())
        if len(tries) <= 2:
            raise OSError
        return 0

    assert run(Task("a", 5, fails_twice))[0] == 0
    assert tries == [0, 10, 30, 35, 40, 45, 50, 55]


@pytest.mark.django_db
def test_once_goes_on_until_nothing_is_left():
    first, second = [], []
    work = {"n": 0}

    def makes(now):
        first.append(now)
        work["n"] += len(first) <= 3
        return int(len(first) <= 3)

    def takes(now):
        second.append(now)
        done, work["n"] = work["n"], 0
        return done

    failing, clock = run(Task("makes", 3600, makes), Task("takes", 3600, takes), once=True)
    assert (failing, clock.waits, work["n"]) == (0, 0, 0)
    assert len(first) == len(second) == 4


@pytest.mark.django_db
def test_once_tells_what_failed_and_ends():
    def fails(now):
        raise ValueError(SECRET)

    done = []
    assert run(Task("fails", 1, fails), Task("works", 1, noting(done)), once=True)[0] == 1
    assert done == [0]


@pytest.mark.django_db
def test_a_task_that_never_finds_an_end_is_named_not_run_for_ever(monkeypatch, caplog):
    monkeypatch.setattr(worker, "MAX_ROUNDS", 5)
    seen = []
    run(Task("endless", 1, noting(seen, result=1)), once=True)
    assert len(seen) == 5 and "5 rounds" in caplog.text


@pytest.mark.django_db
def test_what_must_be_alone_is_done_by_one_until_it_gives_back_or_falls_silent():
    mine, clock = [], ToyClock()
    core.Lease.objects.claim("worker.sweep", "another", now=NOW, seconds=35)
    run(Task("sweep", 10, noting(mine), alone=True), clock=clock)
    assert mine == [40, 50]
    run(Task("sweep", 10, noting(mine), alone=True), once=True, clock=clock)
    assert mine == [40, 50, 60]


@pytest.mark.django_db
def test_a_lease_is_renewed_before_it_ends_and_not_at_every_step(monkeypatch):
    claims, real = [], core.Lease.objects.claim

    def claim(name, holder, *, now, seconds):
        claims.append((name, (now - NOW).total_seconds()))
        return real(name, holder, now=now, seconds=seconds)

    monkeypatch.setattr(core.Lease.objects, "claim", claim)
    seen = []
    run(Task("sweep", 1, noting(seen), alone=True), ends=200)
    assert len(seen) == 200
    assert [at for name, at in claims if name == "worker.sweep"] == [0, 60, 120, 180]


@pytest.mark.django_db
def test_leases_are_given_back_at_the_end():
    clock = ToyClock(ends=30)
    run(Task("sweep", 10, noting([]), alone=True), clock=clock)
    assert core.Lease.objects.filter(expires_at__gt=clock.now()).count() == 0
    assert core.Lease.objects.count() == 2


@pytest.mark.django_db
def test_a_worker_is_alive_while_it_beats():
    alive = []
    assert not worker.is_alive(now=NOW)
    run(Task("ask", 50, lambda now: alive.append(worker.is_alive(now=now)) or 0), ends=300)
    assert alive == [True] * 6
    assert not worker.is_alive(now=NOW + timedelta(seconds=301))


@pytest.mark.django_db
def test_a_stop_lets_the_running_step_end_and_begins_no_other():
    stop, done = threading.Event(), []

    def stops(now):
        stop.set()
        done.append("to its end")
        return 1

    worker.run([Task("stops", 1, stops), Task("after", 1, noting(done))], stop, clock=ToyClock())
    assert done == ["to its end"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_asks_to_stop_and_a_second_one_insists(number):
    before = {n: signal.getsignal(n) for n in (signal.SIGTERM, signal.SIGINT)}
    try:
        stop = worker.stop_on_signals()
        assert not stop.is_set()
        os.kill(os.getpid(), number)
        assert stop.wait(5)
        assert signal.getsignal(number) == signal.SIG_DFL
    finally:
        for n, handler in before.items():
            signal.signal(n, handler)


def test_a_lost_database_line_costs_one_step(needs_postgres, committed_database, caplog):
    seen = []

    def loses_its_line(now):
        seen.append(now)
        with connection.cursor() as cursor:
            if len(seen) == 2:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
            cursor.execute("SELECT 1")
        return 0

    assert run(Task("reads", 5, loses_its_line))[0] == 0
    assert len(seen) > 5 and caplog.text.count("task reads") == 1
    assert core.Lease.objects.filter(name=worker.HEARTBEAT).exists()


def test_an_installation_with_nothing_to_do_is_done_at_once(committed_database):
    tasks = worker.tasks()
    assert len({task.name for task in tasks}) == len(tasks)
    assert worker.run(tasks, threading.Event(), once=True, clock=ToyClock()) == 0


def test_everything_queued_and_received_is_done_by_once(committed_database, settings, tmp_path):
    settings.FILES_DIR = tmp_path
    key = core.SealKey.make()
    key.save()
    case = uuid.UUID(int=1)
    for _ in range(2):
        files.receive(io.BytesIO(hostile.jpeg()), "", seal_key=key, subject_kind="case", subject_key=case, now=NOW)
    assert worker.run(worker.tasks(), threading.Event(), once=True, clock=ToyClock()) == 0
    assert {file.state for file in files.files_of("case", case)} == {"clean"}
    assert len(acts.history("case", case)) == 4
    assert ledger.pending_older_than(0, NOW + timedelta(days=1)) == 0


@pytest.mark.django_db
def test_what_was_done_stands_in_the_log_as_a_name_and_two_numbers(caplog):
    caplog.set_level(logging.INFO, logger="bandeng.jobs")
    run(Task("busy", 10, noting([], result=lambda seen: 3 if len(seen) == 1 else 0)), Task("idle", 10, noting([])))
    [line] = [record for record in caplog.records if record.name == "bandeng.jobs"]
    assert (line.getMessage(), line.task, line.did, line.ms) == ("job", "busy", 3, 0.0)
