"""Dates as sheets hold them; the order of day and month is told by the column, never guessed."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandeng.speak.casework.importing.dates import SHANGHAI, Doubtful, Reading, read_column

NOW = dt.datetime(2025, 11, 26, 10, 0, tzinfo=SHANGHAI)


def at(*parts):
    return dt.datetime(*parts, tzinfo=SHANGHAI)


def read(*cells):
    return read_column(cells, now=NOW)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2020年1月5日 上午9:30", at(2020, 1, 5, 9, 30)),
        ("2020年1月5日下午 3:30", at(2020, 1, 5, 15, 30)),
        ("2020年1月5日 下午15时30分", at(2020, 1, 5, 15, 30)),
        ("2020年01月05日 9时30分08秒", at(2020, 1, 5, 9, 30, 8)),
        ("2020 年 1 月 5 日 9点半", at(2020, 1, 5, 9, 30)),
        ("2020年1月5日星期日 凌晨0:05", at(2020, 1, 5, 0, 5)),
        ("2020年1月5日 上午12:30", at(2020, 1, 5, 0, 30)),
        ("2020年1月5日 下午12:30", at(2020, 1, 5, 12, 30)),
        ("2020年1月5日 中午12:30", at(2020, 1, 5, 12, 30)),
        ("2020年1月5日 中午1:10", at(2020, 1, 5, 13, 10)),
        ("20年1月5日 8:00", at(2020, 1, 5, 8)),
        ("2020/1/5 9:30:00", at(2020, 1, 5, 9, 30)),
        ("\n\t\t2020/1/5 9:30:07\n\t", at(2020, 1, 5, 9, 30, 7)),
        ("2020-1-5\n9:30", at(2020, 1, 5, 9, 30)),
        ("2020.1.5 9:30", at(2020, 1, 5, 9, 30)),
        ("２０２０／１／５　９：３０", at(2020, 1, 5, 9, 30)),
        ("2020-01-05T09:30:00", at(2020, 1, 5, 9, 30)),
        ("2020-01-05T09:30:00.123+08:00", at(2020, 1, 5, 9, 30)),
        ("2020-01-05T01:30:00Z", at(2020, 1, 5, 9, 30)),
        ("2020-01-05 24:00", at(2020, 1, 6)),
        ("2020-01-05 9:30 PM", at(2020, 1, 5, 21, 30)),
        ("20200105 0930", at(2020, 1, 5, 9, 30)),
        ("20200105093007", at(2020, 1, 5, 9, 30, 7)),
        (20200105093007, at(2020, 1, 5, 9, 30, 7)),
        (20200105093007.0, at(2020, 1, 5, 9, 30, 7)),
        ("13/1/2020 9:30", at(2020, 1, 13, 9, 30)),
        ("1/13/2020 9:30", at(2020, 1, 13, 9, 30)),
        (43835.395833333336, at(2020, 1, 5, 9, 30)),
        ("43835.3958333333", at(2020, 1, 5, 9, 30)),
        (dt.datetime(2020, 1, 5, 9, 30), at(2020, 1, 5, 9, 30)),
        (dt.datetime(2020, 1, 5, 1, 30, tzinfo=dt.UTC), at(2020, 1, 5, 9, 30)),
    ],
)
def test_moments(cell, expected):
    assert read(cell) == [
        Reading(expected, "day" if expected.time() == dt.time() and "24" not in str(cell) else "minute")
    ]


@pytest.mark.parametrize(
    "cell",
    ["2020-1-5", "2020/01/05 ", "2020年1月5日", "2020年1月5号", "2020.1.5", "20200105", 20200105, 20200105.0, 43835,
     43835.0, "43835", "２０２０年１月５日",
     dt.date(2020, 1, 5), "2020-1-5(周日)", "2020/1/5 0:00:00", dt.datetime(2020, 1, 5)],
)  # fmt: skip
def test_days(cell):
    assert read(cell) == [Reading(at(2020, 1, 5), "day")]


@pytest.mark.parametrize(
    ("cell", "doubt"),
    [
        ("不详", Doubtful.UNREADABLE),
        ("上周二", Doubtful.UNREADABLE),
        (True, Doubtful.UNREADABLE),
        (12, Doubtful.UNREADABLE),
        ("99999", Doubtful.UNREADABLE),
        (dt.time(9, 30), Doubtful.UNREADABLE),
        ("2020-1-5 9:305", Doubtful.UNREADABLE),
        ("2020年1月", Doubtful.NO_DAY),
        ("2020-01", Doubtful.NO_DAY),
        ("2020年", Doubtful.NO_DAY),
        ("2020-2-30", Doubtful.IMPOSSIBLE),
        ("2020-13-1", Doubtful.IMPOSSIBLE),
        ("13/13/2020", Doubtful.IMPOSSIBLE),
        ("0/5/2020", Doubtful.IMPOSSIBLE),
        ("2020-1-5 25:00", Doubtful.IMPOSSIBLE),
        ("2020-1-5 24:30", Doubtful.IMPOSSIBLE),
        ("2020-1-5 上午13:00", Doubtful.IMPOSSIBLE),
        ("20201305", Doubtful.IMPOSSIBLE),
        ("2020-1-5 晚上12:00", Doubtful.AMBIGUOUS),
        ("1/5/2020", Doubtful.AMBIGUOUS),
        ("1989-12-31", Doubtful.TOO_EARLY),
        ("1900-01-00", Doubtful.IMPOSSIBLE),
        ("2025-11-27", Doubtful.FUTURE),
        ("2025-11-26 10:01", Doubtful.FUTURE),
    ],
)
def test_doubts(cell, doubt):
    assert read(cell) == [Reading(doubt=doubt)]


def test_blank_cells_are_none():
    assert read(None, "", " \t", "-", "——", "无") == [None] * 6


def test_today_without_a_time_is_not_in_the_future():
    assert read("2025-11-26") == [Reading(at(2025, 11, 26), "day")]


def test_neighbours_tell_the_order():
    assert [r.at for r in read("1/5/2020", "13/5/2020")] == [at(2020, 5, 1), at(2020, 5, 13)]
    assert [r.at for r in read("1/5/2020", "5/13/2020")] == [at(2020, 1, 5), at(2020, 5, 13)]
    assert read("5/5/2020")[0].at == at(2020, 5, 5)


def test_neighbours_that_contradict_one_another_tell_nothing():
    readings = read("1/5/2020", "13/5/2020", "5/13/2020")
    assert [r.doubt for r in readings] == [Doubtful.AMBIGUOUS, None, None]


def test_dates_that_a_program_may_have_swapped_are_doubted():
    swapped = read("13/5/2020", "25/5/2020", dt.date(2020, 1, 5), dt.date(2020, 6, 6))
    assert [r.doubt for r in swapped] == [None, None, Doubtful.SWAPPED, None]
    sound = read("13/5/2020", "25/5/2020", dt.date(2020, 1, 25), dt.date(2020, 6, 5))
    assert [r.doubt for r in sound] == [None] * 4


def test_midnight_behind_each_day_is_no_time():
    assert {r.precision for r in read("2020/1/5 0:00:00", "2020/1/6 0:00:00")} == {"day"}
    assert {r.precision for r in read("2020/1/5 0:00:00", "2020/1/6 8:00:00")} == {"minute"}


MOMENTS = st.datetimes(dt.datetime(1995, 1, 1), dt.datetime(2025, 11, 25)).map(lambda m: m.replace(microsecond=0))
FORMATS = [
    "{y}年{m}月{d}日 {h}:{mi:02}:{s:02}",
    "{y}年{m}月{d}日{h}时{mi}分{s}秒",
    "{y}年{m:02}月{d:02}日 {half}{h12}:{mi:02}:{s:02}",
    "{y}/{m}/{d} {h}:{mi:02}:{s:02}",
    "{y}-{m:02}-{d:02}T{h:02}:{mi:02}:{s:02}+08:00",
    "{y}.{m}.{d} {h:02}:{mi:02}:{s:02} ",
    "{y}{m:02}{d:02}{h:02}{mi:02}{s:02}",
]


def written(moment, form):
    return form.format(
        y=moment.year, m=moment.month, d=moment.day, h=moment.hour, mi=moment.minute, s=moment.second,
        half="上午" if moment.hour < 12 else "下午", h12=moment.hour % 12 or 12,
    )  # fmt: skip


@given(moments=st.lists(MOMENTS, min_size=1, max_size=6), form=st.sampled_from(FORMATS), wide=st.booleans())
def test_what_is_written_is_read(moments, form, wide):
    cells = [written(moment, form) for moment in moments]
    if wide:
        cells = [cell.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789:/.-"}) for cell in cells]
    assert [r.at for r in read(*cells)] == [moment.replace(tzinfo=SHANGHAI) for moment in moments]


@given(days=st.lists(st.dates(dt.date(1995, 1, 1), dt.date(2025, 11, 25)), min_size=1, max_size=8), first=st.booleans())
def test_a_column_in_one_order_is_read_rightly_or_doubted(days, first):
    cells = [f"{d.day}/{d.month}/{d.year}" if first else f"{d.month}/{d.day}/{d.year}" for d in days]
    for day, reading in zip(days, read(*cells), strict=True):
        assert reading.doubt is Doubtful.AMBIGUOUS or reading.at.date() == day
    if any(d.day > 12 for d in days):
        assert all(reading.doubt is None for reading in read(*cells))


@given(moment=MOMENTS)
def test_excel_serials(moment):
    serial = (moment - dt.datetime(1899, 12, 30)) / dt.timedelta(days=1)
    assert read(serial)[0].at == read(f"{serial:.9f}")[0].at == moment.replace(tzinfo=SHANGHAI)


@given(st.lists(st.one_of(st.text(max_size=25), st.floats(), st.integers(), st.none(), st.datetimes()), max_size=6))
def test_nothing_breaks_it(cells):
    assert len(read(*cells)) == len(cells)
