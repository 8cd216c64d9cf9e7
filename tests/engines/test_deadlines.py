"""Limits against a counter that walks one day, one minute at a time through a list typed by hand."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bandeng.engines.deadlines import SHANGHAI, UNITS, Calendar, Counter, Limit, OfficeHours, due, last_day

# The State Council's notice for 2026, typed from it (国务院办公厅, 2025-11-04).
OFF_2026 = """
2026-01-01 2026-01-02 2026-01-03
2026-02-15 2026-02-16 2026-02-17 2026-02-18 2026-02-19 2026-02-20 2026-02-21 2026-02-22 2026-02-23
2026-04-04 2026-04-05 2026-04-06
2026-05-01 2026-05-02 2026-05-03 2026-05-04 2026-05-05
2026-06-19 2026-06-20 2026-06-21
2026-09-25 2026-09-26 2026-09-27
2026-10-01 2026-10-02 2026-10-03 2026-10-04 2026-10-05 2026-10-06 2026-10-07
"""
MAKEUP_2026 = "2026-01-04 2026-02-14 2026-02-28 2026-05-09 2026-09-20 2026-10-10"

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
CALENDAR = Calendar(
    date(2026, 1, 1),
    date(2026, 12, 31),
    off=frozenset(map(date.fromisoformat, OFF_2026.split())),
    makeup=frozenset(map(date.fromisoformat, MAKEUP_2026.split())),
)
COUNTER = Counter(CALENDAR)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


# ---- the walker ------------------------------------------------------------------------------------------------------


def is_worked(day: date) -> bool:
    if day.isoformat() in OFF_2026:
        return False
    return day.isoformat() in MAKEUP_2026 or day.strftime("%a") not in ("Sat", "Sun")


def end_of(day: date) -> datetime:
    return datetime.combine(day, time.min, SHANGHAI) + DAY


def walk(start: datetime, amount: int, unit: str) -> tuple[datetime, datetime]:
    """Count days by going from one to the next; give strict and legal ends."""
    day = start.astimezone(SHANGHAI).date()
    if unit == "same_day":
        while not is_worked(day):
            day += DAY
        return end_of(day), end_of(day)
    left = amount
    while left:
        day += DAY
        if unit == "calendar_day" or is_worked(day):
            left -= 1
    strict = day
    while not is_worked(day):
        day += DAY
    return end_of(strict), end_of(day)


def is_open(moment: datetime) -> bool:
    clock = moment.astimezone(SHANGHAI).strftime("%H:%M")
    return is_worked(moment.date()) and ("08:30" <= clock < "12:00" or "14:00" <= clock < "17:30")


def walk_minutes(start: datetime, minutes: int) -> datetime:
    """Count office minutes from a whole minute by looking at every minute of the way."""
    moment = start
    while minutes:
        if is_open(moment):
            minutes -= 1
        moment += MINUTE
    return moment


# ---- vectors ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "amount", "unit", "strict", "legal"),
    [
        # worked out by hand from the notice and a wall calendar
        ("2026-02-12 10:00", 5, "working_day", "2026-02-26", "2026-02-26"),
        ("2026-03-02 09:00", 60, "calendar_day", "2026-05-01", "2026-05-06"),
        ("2026-09-28 16:59", 3, "working_day", "2026-10-08", "2026-10-08"),
        ("2026-01-31 00:00", 30, "calendar_day", "2026-03-02", "2026-03-02"),
        ("2026-02-13 23:59", 1, "working_day", "2026-02-14", "2026-02-14"),  # a worked Saturday counts
        ("2026-02-14 12:00", 1, "working_day", "2026-02-24", "2026-02-24"),
        ("2026-02-16 12:00", 1, "same_day", "2026-02-24", "2026-02-24"),
        ("2026-05-09 12:00", 1, "same_day", "2026-05-09", "2026-05-09"),
        # every row of the table of limits of 信访工作条例
        ("2026-09-16 10:00", 15, "calendar_day", "2026-10-01", "2026-10-08"),  # xf.route, xf.notice_direct
        ("2026-06-05 10:00", 15, "calendar_day", "2026-06-20", "2026-06-22"),  # xf.notice_forwarded
        ("2026-06-15 10:00", 5, "working_day", "2026-06-23", "2026-06-23"),  # xf.objection
        ("2026-07-01 10:00", 60, "calendar_day", "2026-08-30", "2026-08-31"),  # xf.handle
        ("2026-08-30 10:00", 30, "calendar_day", "2026-09-29", "2026-09-29"),  # xf.extend
        ("2026-03-05 10:00", 30, "calendar_day", "2026-04-04", "2026-04-07"),  # xf.review_request, xf.review_decide
        ("2026-09-01 10:00", 30, "calendar_day", "2026-10-01", "2026-10-08"),  # xf.recheck_request
        ("2026-04-10 10:00", 30, "calendar_day", "2026-05-10", "2026-05-11"),  # xf.recheck_decide
        ("2026-11-21 10:00", 1, "same_day", "2026-11-23", "2026-11-23"),  # xf.urgent, on a Saturday
        ("2026-04-28 10:00", 10, "working_day", "2026-05-14", "2026-05-14"),  # xf.simple, with the worked 9 May
    ],
)
def test_dates_worked_out_by_hand(start, amount, unit, strict, legal):
    found = COUNTER.due(at(start), Limit(amount, unit))
    assert (last_day(found.strict).isoformat(), last_day(found.legal).isoformat()) == (strict, legal)
    assert not found.is_estimated
    assert found.legal.strftime("%H:%M:%S") == "00:00:00"  # 24:00 of the day before
    assert walk(at(start), amount, unit) == (found.strict, found.legal)


@pytest.mark.parametrize(
    ("start", "amount", "unit", "end"),
    [
        ("2026-03-02 09:00", 2, "office_hour", "2026-03-02 11:00"),
        ("2026-03-02 11:00", 2, "office_hour", "2026-03-02 15:00"),  # lunch does not count
        ("2026-03-02 16:30", 1, "office_hour", "2026-03-02 17:30"),  # ends at close, not at the next opening
        ("2026-03-02 17:00", 1, "office_hour", "2026-03-03 09:00"),
        ("2026-03-02 20:00", 30, "office_minute", "2026-03-03 09:00"),
        ("2026-03-02 08:30", 7, "office_hour", "2026-03-02 17:30"),
        ("2026-02-13 16:30", 2, "office_hour", "2026-02-14 09:30"),  # a worked Saturday
        ("2026-02-14 17:00", 2, "office_hour", "2026-02-24 10:00"),  # over Spring Festival
    ],
)
def test_office_time_worked_out_by_hand(start, amount, unit, end):
    found = COUNTER.due(at(start), Limit(amount, unit))
    assert found.strict == found.legal == at(end)


def test_alerts_fall_after_two_thirds_and_on_the_working_day_before():
    # Received Thursday 10:00: 5.5 h of that day, then 13, 14, 24, 25 and 26 February at 7 h, 40.5 h in all. Two thirds
    # are 27 h: 5.5 + 7 + 7 + 7 leave half an hour of the 25th, which is also the eve of the 26th.
    found = COUNTER.due(at("2026-02-12 10:00"), Limit(5, "working_day"))
    assert [x.isoformat(" ", "minutes")[:16] for x in found.alerts] == ["2026-02-25 08:30", "2026-02-25 09:00"]
    # A limit of one day: no working day lies between, the share alone is left.
    assert COUNTER.due(at("2026-03-02 14:00"), Limit(1, "same_day")).alerts == (at("2026-03-02 16:20"),)
    # Nothing of a day left when the office has closed.
    assert COUNTER.due(at("2026-03-02 17:30"), Limit(1, "same_day")).alerts == ()


def test_alerts_follow_the_rule_they_are_given():
    counter = Counter(CALENDAR, alert_share=(1, 2), is_eve_alerted=False)
    assert counter.due(at("2026-03-02 08:30"), Limit(1, "same_day")).alerts == (at("2026-03-02 14:00"),)


# ---- properties ------------------------------------------------------------------------------------------------------

instants = st.datetimes(datetime(2026, 1, 1), datetime(2026, 10, 15)).map(lambda d: d.replace(tzinfo=SHANGHAI))
day_units = st.sampled_from(["working_day", "calendar_day"])
limits = st.one_of(
    st.just(Limit(1, "same_day")),
    st.builds(Limit, st.integers(1, 60), day_units),
    st.builds(Limit, st.integers(1, 80), st.just("office_hour")),
    st.builds(Limit, st.integers(1, 2000), st.just("office_minute")),
)


@given(instants, st.integers(1, 70), st.sampled_from(["same_day", "working_day", "calendar_day"]))
@settings(max_examples=400, deadline=None)
def test_days_as_the_walker_counts_them(start, amount, unit):
    amount = 1 if unit == "same_day" else amount
    found = COUNTER.due(start, Limit(amount, unit))
    assert (found.strict, found.legal) == walk(start, amount, unit)


@given(instants, st.integers(1, 1300))
@settings(max_examples=60, deadline=None)
def test_office_minutes_as_the_walker_counts_them(start, minutes):
    start = start.replace(second=0, microsecond=0)
    assert COUNTER.due(start, Limit(minutes, "office_minute")).strict == walk_minutes(start, minutes)


@given(instants, limits)
@settings(max_examples=400, deadline=None)
def test_alerts_lie_in_office_hours_between_start_and_strict(start, limit):
    found = COUNTER.due(start, limit)
    assert found.strict <= found.legal
    assert list(found.alerts) == sorted(set(found.alerts))
    assert all(start < alert < found.strict and is_open(alert) for alert in found.alerts)
    if COUNTER.office_time(start, found.strict) > timedelta(microseconds=1):
        assert found.alerts


@given(instants, limits.filter(lambda limit: "office" not in limit.unit))
@settings(max_examples=40, deadline=None)
def test_the_first_alert_leaves_a_third_of_the_office_time(start, limit):
    start = start.replace(second=0, microsecond=0)
    eveless = Counter(CALENDAR, is_eve_alerted=False).due(start, limit)
    for alert in eveless.alerts:
        whole = COUNTER.office_time(start, eveless.strict)
        assert abs(COUNTER.office_time(start, alert) - whole * 2 / 3) < MINUTE


@given(instants, instants, limits)
@settings(max_examples=400, deadline=None)
def test_a_later_start_never_ends_earlier(one, other, limit):
    first, second = (COUNTER.due(start, limit) for start in sorted((one, other)))
    assert first.strict <= second.strict and first.legal <= second.legal


@given(st.lists(instants, min_size=1, max_size=30), limits)
@settings(max_examples=200, deadline=None)
def test_many_are_counted_as_one_by_one(starts, limit):
    near = starts + [start.replace(second=(start.second + 7) % 60) for start in starts]
    assert COUNTER.due_many(near, limit) == [COUNTER.due(start, limit) for start in near]


@given(instants, limits)
def test_the_zone_of_the_start_does_not_matter(start, limit):
    assert COUNTER.due(start.astimezone(UTC), limit) == COUNTER.due(start, limit)
    assert COUNTER.due(start.astimezone(ZoneInfo("America/New_York")), limit) == COUNTER.due(start, limit)


# ---- beyond what is known --------------------------------------------------------------------------------------------


def test_beyond_the_calendar_weekends_alone_count_and_it_is_said():
    found = COUNTER.due(at("2026-12-28 10:00"), Limit(5, "working_day"))
    assert last_day(found.legal) == date(2027, 1, 4) and found.is_estimated  # 1 January 2027 is not known to be off
    assert not COUNTER.due(at("2026-12-01 10:00"), Limit(30, "calendar_day")).is_estimated
    assert COUNTER.due(at("2026-12-02 10:00"), Limit(30, "calendar_day")).is_estimated
    assert COUNTER.due(at("2025-12-30 10:00"), Limit(5, "working_day")).is_estimated


@pytest.mark.parametrize("start", ["1990-06-01 10:00", "2026-06-01 10:00", "2060-06-01 10:00"])
@pytest.mark.parametrize("unit", ["working_day", "calendar_day", "office_hour"])
def test_far_dates_and_long_limits_are_counted_too(start, unit):
    found = COUNTER.due(at(start), Limit(3660, unit))
    assert found.legal > at(start) + 500 * DAY and found.is_estimated
    if unit != "office_hour":
        assert (found.strict, found.legal) == walk(at(start), 3660, unit)


def test_what_cannot_be_counted_is_refused():
    with pytest.raises(ValueError, match="no time zone"):
        COUNTER.due(datetime(2026, 3, 2), Limit(1, "working_day"))
    with pytest.raises(ValueError, match="no time zone"):
        COUNTER.due_many([datetime(2026, 3, 2)], Limit(1, "working_day"))
    with pytest.raises(ValueError, match="9999"):
        COUNTER.due(at("9999-12-30 10:00"), Limit(5, "working_day"))
    for amount, unit in [(0, "working_day"), (True, "working_day"), (1.5, "office_hour"), (1, "week"), (2, "same_day")]:
        with pytest.raises(ValueError):
            Limit(amount, unit)
    with pytest.raises(ValueError, match="in order"):
        OfficeHours(((time(9), time(8)),))
    with pytest.raises(ValueError, match="whole minutes"):
        OfficeHours(((time(8, 30, 30), time(12)),))
    with pytest.raises(ValueError, match="both"):
        Calendar(date(2026, 1, 1), date(2026, 12, 31), frozenset([date(2026, 1, 4)]), frozenset([date(2026, 1, 4)]))
    with pytest.raises(ValueError, match="outside"):
        Calendar(date(2026, 1, 1), date(2026, 12, 31), frozenset([date(2027, 1, 1)]))
    with pytest.raises(ValueError, match="share|alert"):
        Counter(CALENDAR, alert_share=(3, 2))


def test_one_limit_counted_without_a_counter():
    assert due(at("2026-02-12 10:00"), Limit(5, "working_day"), CALENDAR) == COUNTER.due(
        at("2026-02-12 10:00"), Limit(5, "working_day")
    )
    assert set(UNITS) == {"same_day", "working_day", "calendar_day", "office_hour", "office_minute"}
