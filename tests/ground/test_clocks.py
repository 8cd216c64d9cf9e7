"""Clocks: started by any room, stopped with a reason, their calendar a dated version."""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from bandeng.engines import deadlines
from bandeng.ground.acts import api as acts
from bandeng.ground.clocks import api as clocks
from bandeng.ground.clocks import registry, shipped
from bandeng.ground.policies import api as policies

BY = acts.Actor("staff:01900000-0000-7000-8000-000000000001")
KEYS = [UUID(int=n) for n in range(1, 400)]
KIND = "matter"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=deadlines.SHANGHAI)


NOW = at("2026-03-02 10:00")


@pytest.fixture(autouse=True)
def _own_registry(monkeypatch):
    for name in ("_alert", "_breach", "_recompute", "_locks"):
        monkeypatch.setattr(registry, name, {})


# ---- the calendar ----------------------------------------------------------------------------------------------------


def test_the_shipped_calendar_is_the_published_one():
    oracle = pytest.importorskip("chinese_calendar", reason="chinesecalendar is not installed")
    data = shipped.read()
    days = list(shipped.days(data["period"]))
    calendar = deadlines.Calendar(
        data["covers_from"],
        data["covers_until"],
        off=frozenset(on for on, kind, _ in days if kind == "holiday"),
        makeup=frozenset(on for on, kind, _ in days if kind == "makeup"),
    )
    day = data["covers_from"]
    for _ in count():
        assert calendar.is_working(day) == oracle.is_workday(day), day
        day += timedelta(days=1)
        if day > data["covers_until"]:
            break
    assert day == date(2027, 1, 1)


@pytest.mark.django_db
def test_the_shipped_calendar_is_loaded_by_the_migration():
    assert clocks.covers_until() == date(2026, 12, 31)
    assert clocks.is_working_day(date(2026, 2, 14)) and not clocks.is_working_day(date(2026, 2, 16))
    assert clocks.CalendarDay.objects.filter(kind="holiday", on__year=2026).count() == 33


# ---- starting and stopping -------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_many_clocks_are_one_insert(django_assert_num_queries):
    clocks.preview("general", NOW)
    starts = [clocks.Start(KIND, key, "general", NOW) for key in KEYS[:50]]
    with django_assert_num_queries(1):  # SQLite takes 999 values in one statement, PostgreSQL 65,535
        made = clocks.start_many(starts, now=NOW)
    assert clocks.Clock.objects.count() == 50
    clock = made[0]
    assert clock.last_day() == date(2026, 3, 9) and clock.due_strict == clock.due_legal
    assert (clock.alert_at, clock.second_alert_at) == (at("2026-03-06 08:30"), at("2026-03-06 09:00"))
    assert clock.parameter_version == policies.version_at("general", NOW.date())
    with django_assert_num_queries(0):
        assert clock.facts() == {
            "clock": str(clock.id),
            "parameter": "general",
            "parameter_version": str(clock.parameter_version.id),
            "calendar_version": str(clock.calendar_version.id),
            "started_at": "2026-03-02T10:00:00+08:00",
            "due_strict": "2026-03-10T00:00:00+08:00",
            "due_legal": "2026-03-10T00:00:00+08:00",
            "is_estimated": False,
        }


@pytest.mark.django_db
def test_a_clock_started_for_an_earlier_day_warns_only_of_what_is_ahead():
    received = at("2026-02-24 09:00")
    clock = clocks.start(KIND, KEYS[0], "general", received, now=at("2026-03-02 09:00"))
    assert clock.last_day() == date(2026, 3, 2)
    assert clock.alert_at is None and clock.second_alert_at is None


@pytest.mark.django_db
def test_the_same_limit_runs_once_on_a_subject():
    clocks.start(KIND, KEYS[0], "general", NOW, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        clocks.start(KIND, KEYS[0], "general", NOW, now=NOW)
    clocks.stop(KIND, KEYS[0], parameters=["general"], reason="replaced", now=NOW)
    clocks.start(KIND, KEYS[0], "general", NOW, now=NOW)


@pytest.mark.django_db
def test_stopping_names_the_reason_and_happens_once():
    for parameter in ("general", "sign_for", "idle"):
        clocks.start(KIND, KEYS[0], parameter, NOW, now=NOW)
    clocks.start(KIND, KEYS[1], "general", NOW, now=NOW)
    later = NOW + timedelta(hours=1)
    stopped = clocks.stop(KIND, KEYS[0], parameters=["general", "lapse"], reason="met", now=later)
    assert [(c.parameter, c.stopped_at, c.stop_reason) for c in stopped] == [("general", later, "met")]
    assert clocks.stop(KIND, KEYS[0], parameters=["general"], reason="met", now=later) == []
    assert {c.parameter for c in clocks.stop(KIND, KEYS[0], parameters=None, reason="cancelled", now=later)} == {
        "sign_for",
        "idle",
    }
    running = clocks.running(KIND, KEYS[:2])
    assert running[KEYS[0]] == [] and [c.parameter for c in running[KEYS[1]]] == ["general"]
    with pytest.raises(ValueError):
        clocks.stop(KIND, KEYS[1], parameters=None, reason="forgotten", now=later)


@pytest.mark.django_db
def test_running_clocks_come_soonest_first_in_one_query(django_assert_num_queries):
    for parameter in ("suggestion", "sign_for", "general"):
        clocks.start(KIND, KEYS[0], parameter, NOW, now=NOW)
    with django_assert_num_queries(1):
        found = clocks.running(KIND, KEYS[:50])
    assert [c.parameter for c in found[KEYS[0]]] == ["sign_for", "general", "suggestion"]


@pytest.mark.django_db
def test_a_running_clock_keeps_the_version_it_was_started_under():
    before = clocks.start(KIND, KEYS[0], "general", NOW, now=NOW)
    policies.set_parameter("general", 7, NOW.date() + timedelta(days=1), "青禾县规定", "", by=BY, now=NOW)
    tomorrow = NOW + timedelta(days=1)
    after = clocks.start(KIND, KEYS[1], "general", tomorrow, now=tomorrow)
    before.refresh_from_db()
    assert before.parameter_version.value == 5 and before.last_day() == date(2026, 3, 9)
    assert after.parameter_version.value == 7 and after.last_day() == date(2026, 3, 12)


@pytest.mark.django_db
def test_lateness_is_computed():
    clock = clocks.start(KIND, KEYS[0], "general", NOW, now=NOW)
    assert not clock.is_late(now=at("2026-03-09 23:59")) and clock.is_late(now=at("2026-03-10 00:00"))
    (stopped,) = clocks.stop(KIND, KEYS[0], parameters=None, reason="met", now=at("2026-03-09 17:00"))
    assert not stopped.is_late(now=at("2026-05-01 00:00"))


@pytest.mark.django_db
def test_a_form_is_told_the_date_before_anything_is_started():
    assert deadlines.last_day(clocks.preview("xf.handle", at("2026-03-02 09:00")).legal) == date(2026, 5, 6)
    assert deadlines.last_day(clocks.preview("general", at("2026-02-12 10:00")).legal) == date(2026, 2, 26)


@pytest.mark.django_db
def test_office_hours_are_those_of_the_day_of_the_start():
    policies.set_parameter("office_hours", [["08:00", "12:00"]], date(2026, 6, 1), "青禾县夏季作息", "", by=BY, now=NOW)
    # Three hours of Monday and four of Tuesday; two thirds are 4 h 40 min.
    assert clocks.preview("sign_for", at("2026-06-01 09:00")).alerts == (at("2026-06-02 09:40"),)
    assert clocks.preview("sign_for", at("2026-05-28 09:00")).alerts == (at("2026-05-29 11:00"),)


# ---- a new calendar --------------------------------------------------------------------------------------------------

YEAR_2027 = [(date(2027, 1, 1), "holiday", "元旦"), (date(2027, 1, 2), "holiday", "元旦")]


def days_to_2027():
    return [*shipped.days(shipped.read()["period"]), *YEAR_2027]


def load(days=None, first=date(2025, 1, 1), last=date(2027, 12, 31), now=NOW):
    return clocks.load_calendar(days_to_2027() if days is None else days, first, last, "示例", by=BY, now=now)


@pytest.mark.django_db
def test_a_new_calendar_counts_estimated_clocks_again():
    moved_to = []
    clocks.on_recompute(KIND, lambda moved, *, now: moved_to.extend(moved))
    late_december = at("2026-12-28 10:00")
    estimated = clocks.start(KIND, KEYS[0], "general", late_december, now=late_december)
    exact = clocks.start(KIND, KEYS[1], "general", NOW, now=NOW)
    stopped = clocks.start(KIND, KEYS[2], "general", late_december, now=late_december)
    clocks.stop(KIND, KEYS[2], parameters=None, reason="met", now=late_december)
    assert estimated.is_estimated and estimated.last_day() == date(2027, 1, 4)

    version = load(now=late_december)
    for clock in (estimated, exact, stopped):
        clock.refresh_from_db()
    assert clocks.covers_until() == date(2027, 12, 31)
    assert estimated.last_day() == date(2027, 1, 5) and not estimated.is_estimated
    assert estimated.calendar_version == version
    assert estimated.alert_at > late_december
    assert exact.calendar_version != version and stopped.is_estimated
    ((clock, old_due),) = moved_to
    assert clock == estimated and deadlines.last_day(old_due.legal) == date(2027, 1, 4)

    loaded, recomputed = acts.Act.objects.order_by("id")
    assert (loaded.kind, loaded.payload["holidays"][-1]) == ("calendar.loaded", "2027-01-02")
    (change,) = recomputed.payload["clocks"]
    assert recomputed.kind == "clock.recomputed" and change["clock"] == str(estimated.id)
    assert change["due_legal"] == ["2027-01-05T00:00:00+08:00", "2027-01-06T00:00:00+08:00"]


@pytest.mark.django_db
def test_an_alert_that_was_sent_is_not_sent_again_for_a_new_calendar():
    start = at("2026-12-28 10:00")
    clock = clocks.start(KIND, KEYS[0], "general", start, now=start)
    sent = clock.alert_at
    assert clocks.sweep(now=sent).alerts == 1
    load(now=sent)
    clock.refresh_from_db()
    assert clock.alerts_sent == 1 and clock.alert_at > sent and clock.second_alert_at is None


@pytest.mark.django_db
def test_many_estimated_clocks_are_counted_in_chunks_with_their_subjects_locked_first():
    locked = []
    clocks.lock_with(KIND, locked.append)
    start = at("2026-12-28 10:00")
    clocks.start_many([clocks.Start(KIND, key, "general", start) for key in KEYS[:230]], now=start)
    load(now=start)
    assert acts.Act.objects.filter(kind="clock.recomputed").count() == 3
    assert locked == KEYS[:230]
    assert not clocks.Clock.objects.filter(is_estimated=True).exists()
    assert clocks.recompute_estimated(by=BY, now=start) == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"last": date(2026, 6, 30), "days": []},  # would forget what is known
        {"days": [(date(2027, 1, 1), "holiday", ""), (date(2027, 1, 1), "makeup", "")]},
        {"days": [(date(2028, 1, 1), "holiday", "")]},
        {"days": [(date(2027, 1, 4), "makeup", "")]},  # a Monday
        {"days": [(date(2027, 1, 1), "rest", "")]},
    ],
)
def test_a_calendar_that_cannot_be_right_is_refused(wrong):
    with pytest.raises(clocks.CannotLoadCalendar):
        load(**wrong)
    assert clocks.CalendarVersion.objects.count() == 1 and not acts.Act.objects.exists()


@pytest.mark.django_db
def test_times_are_stored_in_utc_and_compare():
    clock = clocks.start(KIND, KEYS[0], "general", NOW.astimezone(UTC), now=NOW)
    assert clocks.Clock.objects.get().due_legal == clock.due_legal
