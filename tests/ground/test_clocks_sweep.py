"""The sweeper: each alert and breach once, whatever handlers do and however many sweep."""

import logging
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import transaction
from tests.commits import in_threads

from bandeng.engines import deadlines
from bandeng.ground.clocks import api as clocks
from bandeng.ground.clocks import registry

KEYS = [UUID(int=n) for n in range(1, 400)]
KIND = "matter"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=deadlines.SHANGHAI)


NOW = at("2026-03-02 10:00")
FIRST_ALERT, SECOND_ALERT, DUE = at("2026-03-06 08:30"), at("2026-03-06 09:00"), at("2026-03-10 00:00")


@pytest.fixture(autouse=True)
def _own_registry(monkeypatch):
    for name in ("_alert", "_breach", "_recompute", "_locks"):
        monkeypatch.setattr(registry, name, {})


@pytest.fixture
def heard():
    """Hear everything that is claimed, as (what, subject's number, alerts sent)."""
    found = []
    clocks.on_alert(KIND, None, lambda clock, *, now: found.append(("alert", clock.subject_key.int, clock.alerts_sent)))
    clocks.on_breach(
        KIND, None, lambda clock, *, now: found.append(("breach", clock.subject_key.int, clock.alerts_sent))
    )
    return found


def start(*keys, parameter="general"):
    return clocks.start_many([clocks.Start(KIND, key, parameter, NOW) for key in keys], now=NOW)


@pytest.mark.django_db
def test_a_clock_left_alone_warns_twice_and_breaches_once(heard):
    start(KEYS[0])
    for moment in (FIRST_ALERT - timedelta(minutes=1), FIRST_ALERT, FIRST_ALERT, SECOND_ALERT, DUE, DUE):
        clocks.sweep(now=moment)
    assert heard == [("alert", 1, 1), ("alert", 1, 2), ("breach", 1, 2)]
    clock = clocks.Clock.objects.get()
    assert clock.breach_claimed_at == DUE and clock.stopped_at is None  # it runs on: nothing is settled by being late


@pytest.mark.django_db
def test_a_stopped_clock_is_silent(heard):
    start(KEYS[0])
    clocks.stop(KIND, KEYS[0], parameters=None, reason="met", now=NOW)
    assert clocks.sweep(now=DUE) == clocks.Swept(0, 0, 0)
    assert heard == []


@pytest.mark.django_db
def test_after_days_without_a_worker_only_the_breach_is_told(heard):
    start(KEYS[0])
    assert clocks.sweep(now=DUE + timedelta(days=3)) == clocks.Swept(0, 1, 0)
    assert clocks.sweep(now=DUE + timedelta(days=4)) == clocks.Swept(0, 0, 0)
    assert heard == [("breach", 1, 0)]


@pytest.mark.django_db
def test_a_handler_of_its_own_parameter_goes_before_the_general_one(heard):
    special = []
    clocks.on_breach(KIND, "sign_for", lambda clock, *, now: special.append((clock.parameter, now)))
    start(KEYS[0])
    start(KEYS[0], parameter="sign_for")
    clocks.sweep(now=DUE)
    assert special == [("sign_for", DUE)] and heard == [("breach", 1, 0)]


@pytest.mark.django_db
def test_the_subject_is_locked_before_the_clock_is_changed(heard):
    order = []
    clocks.on_breach(KIND, None, lambda clock, *, now: order.append("handled"))

    def lock(key):
        assert clocks.Clock.objects.get().breach_claimed_at is None
        order.append(key)

    clocks.lock_with(KIND, lock)
    start(KEYS[0])
    clocks.sweep(now=DUE)
    assert order == [KEYS[0], "handled"]


@pytest.mark.django_db
def test_a_poisoned_clock_is_undone_named_without_content_and_holds_up_nobody(caplog):
    handled = []

    def handler(clock, *, now):
        clocks.start(KIND, clock.subject_key, "idle", now, now=now)
        if clock.subject_key in KEYS[:3]:
            raise ValueError("张桂兰 13800000000")
        handled.append(clock.subject_key)

    clocks.on_breach(KIND, None, handler)
    start(*KEYS[:8])
    with caplog.at_level(logging.ERROR):
        first = clocks.sweep(now=DUE, limit=4)
        second = clocks.sweep(now=DUE, limit=4)
    assert (first, second) == (clocks.Swept(0, 1, 3), clocks.Swept(0, 4, 0))
    assert sorted(handled) == KEYS[3:8]
    assert "张桂兰" not in caplog.text and "1380" not in caplog.text and caplog.text.count("ValueError") == 3
    poisoned = clocks.Clock.objects.filter(subject_key__in=KEYS[:3])
    assert {(c.breach_claimed_at, c.failures, c.parameter) for c in poisoned} == {(None, 1, "general")}


@pytest.mark.django_db
def test_a_handler_that_recovers_gets_its_clock_again_after_a_rest(heard):
    is_broken = True

    def handler(clock, *, now):
        if is_broken:
            raise RuntimeError
        heard.append("recovered")

    clocks.on_breach(KIND, None, handler)
    start(KEYS[0])
    rests, moment = [], DUE
    for _ in range(9):
        assert clocks.sweep(now=moment).failures == 1
        retry_at = clocks.Clock.objects.get().retry_at
        assert clocks.sweep(now=retry_at - timedelta(seconds=1)) == clocks.Swept(0, 0, 0)
        rests.append((retry_at - moment).total_seconds() / 60)
        moment = retry_at
    assert rests == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    is_broken = False
    assert clocks.sweep(now=moment).breaches == 1
    clock = clocks.Clock.objects.get()
    assert (clock.failures, clock.retry_at, heard) == (0, None, ["recovered"])


@pytest.mark.django_db
def test_one_sweep_takes_no_more_than_its_limit_soonest_first(heard):
    start(*KEYS[:10])
    assert clocks.sweep(now=FIRST_ALERT, limit=4).alerts == 4
    assert [key for _, key, _ in heard] == [1, 2, 3, 4]


def test_two_sweepers_claim_each_alert_and_breach_once(committed_database, needs_postgres):
    told = []

    def handler(clock, *, now):
        told.append((clock.subject_key, clock.alerts_sent, clock.breach_claimed_at is not None))

    clocks.on_alert(KIND, None, handler)
    clocks.on_breach(KIND, None, handler)
    with transaction.atomic():
        start(*KEYS[:60])
        start(*KEYS[:60], parameter="sign_for")
    for moment in (FIRST_ALERT, SECOND_ALERT, DUE):
        swept = in_threads(*[lambda now=moment: clocks.sweep(now=now, limit=500)] * 4)
        assert all(each.failures == 0 for each in swept)
    assert len(told) == len(set(told)) == 60 * 4  # two alerts and a breach of the one, a breach of the other


def test_a_sweep_and_a_stop_at_once_never_both_win(committed_database, needs_postgres):
    told = []
    clocks.on_breach(KIND, None, lambda clock, *, now: told.append(clock.subject_key))
    with transaction.atomic():
        start(*KEYS[:40])

    def stop_all():
        return [
            c.subject_key
            for key in reversed(KEYS[:40])
            for c in clocks.stop(KIND, key, parameters=None, reason="met", now=DUE)
            if c.breach_claimed_at is None
        ]

    _, stopped = in_threads(lambda: clocks.sweep(now=DUE), stop_all)
    assert sorted(told + stopped) == KEYS[:40]
