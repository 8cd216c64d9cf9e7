"""Days as people say them: Shanghai days, and limits that end at 24:00."""

import datetime as dt

import pytest
from django.template import Context, Template
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from bandeng.ground.core.plain_dates import SHANGHAI, clock, day, due_day, last_day, remaining, short_day


def at(*parts):
    return dt.datetime(*parts, tzinfo=SHANGHAI)


NOW = at(2026, 11, 22, 10, 0)


@pytest.mark.parametrize(
    ("due", "zh", "en"),
    [
        (at(2026, 11, 26), "还剩 3 天（11月25日）", "3 days left (25 November)"),
        (at(2026, 11, 25, 17, 30), "还剩 3 天（11月25日）", "3 days left (25 November)"),
        (at(2026, 11, 24), "还剩 1 天（11月23日）", "1 day left (23 November)"),
        (at(2026, 11, 23), "今天 24:00 前", "today before 24:00"),
        (at(2026, 11, 22, 17, 30), "今天 17:30 前", "today before 17:30"),
        (at(2026, 11, 22, 9, 30), "今天 09:30 已到期", "late since 09:30 today"),
        (at(2026, 11, 22), "已超 1 天（11月21日到期）", "1 day late (was due 21 November)"),
        (at(2026, 11, 21), "已超 2 天（11月20日到期）", "2 days late (was due 20 November)"),
        (at(2027, 1, 4), "还剩 42 天（2027年1月3日）", "42 days left (3 January 2027)"),
        (dt.date(2026, 11, 22), "今天 24:00 前", "today before 24:00"),
        (dt.date(2026, 11, 20), "已超 2 天（11月20日到期）", "2 days late (was due 20 November)"),
    ],
)
def test_what_is_left(due, zh, en):
    with translation.override("zh-hans"):
        assert remaining(due, NOW) == zh
    with translation.override("en"):
        assert remaining(due, NOW) == en


def test_days():
    with translation.override("zh-hans"):
        assert day(at(2026, 11, 26)) == "11月26日（星期四）"
        assert due_day(at(2026, 11, 27)) == "11月26日（星期四）"
        assert day(dt.date(2027, 1, 3), now=NOW) == "2027年1月3日（星期日）"
        assert short_day(dt.date(2026, 1, 3), now=NOW) == "1月3日"
    with translation.override("en"):
        assert day(at(2026, 11, 26)) == "Thursday 26 November"


def test_utc_moments_are_shanghai_days():
    assert last_day(dt.datetime(2026, 11, 25, 16, 0, tzinfo=dt.UTC)) == dt.date(2026, 11, 25)
    assert last_day(dt.datetime(2026, 11, 25, 16, 1, tzinfo=dt.UTC)) == dt.date(2026, 11, 26)
    assert clock(dt.datetime(2026, 11, 25, 16, 0, tzinfo=dt.UTC), is_end=True) == "24:00"
    assert clock(dt.datetime(2026, 11, 25, 16, 0, tzinfo=dt.UTC)) == "00:00"


def test_in_templates():
    source = (
        "{% load plain_dates %}{{ due|remaining:now }}·{{ due|due_day:now }}·{{ due|plain_day }}·{{ none|due_day }}"
    )
    with translation.override("zh-hans"):
        text = Template(source).render(Context({"due": at(2026, 11, 26), "now": NOW, "none": None}))
    assert text == "还剩 3 天（11月25日）·11月25日（星期三）·11月26日（星期四）·"


@given(st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1)), st.integers(0, 40))
def test_a_limit_of_days_ends_on_its_last_day(start, days):
    end = dt.datetime.combine(start + dt.timedelta(days=days + 1), dt.time(), SHANGHAI)
    assert last_day(end) == start + dt.timedelta(days=days)
    assert last_day(end.astimezone(dt.UTC)) == start + dt.timedelta(days=days)
