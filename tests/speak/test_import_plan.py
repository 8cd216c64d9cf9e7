"""Planning: fictional hotline orders with every kind of doubt, and real sheets where they are at hand."""

import datetime as dt
import json
import os
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from bandeng.ground.core.api import Row, Table, read_table
from bandeng.speak.casework.importing import columns, doubts
from bandeng.speak.casework.importing.dates import SHANGHAI
from bandeng.speak.casework.importing.guards import guard, guard_row
from bandeng.speak.casework.importing.plan import plan

NOW = dt.datetime(2025, 11, 26, 10, 0, tzinfo=SHANGHAI)
DATA = Path(os.environ.get("BANDENG_DATA", Path(__file__).resolve().parents[2] / "../shared/data"))

GOOD = {
    "工单编号": "HX-001",
    "标题": "路灯不亮",
    "主要内容": "柳树村口的路灯坏了半个月。",
    "来电时间": "2025-03-05 09:30",
    "工单状态": "在办",
    "回复内容": None,
    "回复时间": None,
    "来电人": "张桂兰",
    "来电人电话": "138 0000 1234",
    "被反映街乡镇": "河西镇",
    "村/社区": "柳树村",
    "问题分类": "城市管理->市政设施->路灯",
    "主办单位": "河西镇城建办",
    "工单类型": "求助",
    "是否满意": None,
    "是否解决": None,
    "标签": None,
    "来电人情绪": "激动",
    "备注": "第一次来电",
}


def table(*changes, drop=()):
    headers = [name for name in GOOD if name not in drop]
    rows = [Row(2 + i, [(GOOD | change)[name] for name in headers]) for i, change in enumerate(changes)]
    return Table(headers, rows, header_row=1)


def planned(*changes, drop=(), **known):
    return plan(table(*changes, drop=drop), "12345", columns.load("hotline_12345"), now=NOW, **known)


def test_one_good_row():
    result = planned({})
    assert result.doubts == []
    assert result.counts == {"rows": 1, "planned": 1, "held": 0, "repeated": 0, "answered": 0, "open": 1}
    (one,) = result.rows
    assert (one.number, one.row, one.words) == ("HX-001", 2, "路灯不亮\n柳树村口的路灯坏了半个月。")
    assert (one.received_at, one.received_precision) == (dt.datetime(2025, 3, 5, 9, 30, tzinfo=SHANGHAI), "minute")
    assert (one.caller_name, one.caller_phone) == ("张桂兰", "13800001234")
    assert (one.status, one.order_type, one.topic_text) == ("open", "help", "城市管理/市政设施/路灯")
    assert (one.area_text, one.office_text) == ("河西镇/柳树村", "河西镇城建办")


def test_a_column_that_labels_a_person_is_dropped_named_and_blanked_in_the_original():
    result = planned({})
    assert [refused.header for refused in result.dropped_columns] == ["来电人情绪"]
    assert result.unmapped_columns == ["备注"]
    original = result.rows[0].original
    assert (original["来电人情绪"], original["备注"]) == (None, "第一次来电")
    assert "激动" not in json.dumps(original, ensure_ascii=False)


@pytest.mark.parametrize(
    ("change", "code", "is_held"),
    [
        ({"主要内容": " ", "标题": None}, "no_content", True),
        ({"主要内容": None}, "only_title", False),
        ({"工单编号": None}, "no_number", True),
        ({"工单编号": 2.0250305123456789e17}, "number_rounded", True),
        ({"工单编号": "9" * 81}, "number_too_long", True),
        ({"来电时间": None}, "no_date", True),
        ({"来电时间": "上周"}, "date_unreadable", True),
        ({"来电时间": "2025-02-30"}, "date_impossible", True),
        ({"来电时间": "3/5/2025"}, "date_ambiguous", True),
        ({"来电时间": "2026-01-01"}, "date_in_future", True),
        ({"来电时间": "2025年3月"}, "date_without_day", True),
        ({"来电时间": "1989-1-1"}, "date_too_early", True),
        ({"回复内容": "已修好", "回复时间": "2025-03-01", "工单状态": "办结"}, "answer_before_question", True),
        ({"回复内容": "已修好", "回复时间": "去年", "工单状态": "办结"}, "date_unreadable", False),
        ({"回复内容": "已修好", "工单状态": "办结"}, "answer_without_date", False),
        ({"工单状态": "已办结"}, "answered_without_answer", False),
        ({"回复内容": "正在修", "回复时间": "2025-03-06"}, "open_with_answer", False),
        ({"工单状态": "挂起"}, "status_unknown", False),
        ({"主要内容": "<p>路灯不亮&nbsp;</p>"}, "html", False),
        ({"主要内容": "路灯\x00不亮"}, "control_characters", False),
        ({"主要内容": "灯" * 20_001}, "too_long", True),
        ({"工单类型": "其他"}, "value_unknown", False),
        ({"是否满意": "还行"}, "value_unknown", False),
        ({"来电人电话": "打不通"}, "phone_unreadable", False),
        ({"标签": "路灯,重点人员"}, "tag_refused", False),
    ],
)
def test_each_doubt_is_listed_with_its_row_and_what_to_do(change, code, is_held):
    result = planned({}, {"工单编号": "HX-002"} | change)
    found = [one for one in result.doubts if one.code == code]
    assert [(one.row, one.is_held) for one in found] == [(3, is_held)]
    assert found[0].message and found[0].what_to_do
    assert found[0].column in GOOD
    assert [one.row for one in result.rows] == ([2] if is_held else [2, 3])


def test_words_keep_what_was_said_without_what_cannot_be_stored():
    (one,) = planned({"标题": None, "主要内容": "  路灯\x00不亮\r\n请修 "}).rows
    assert one.words == "路灯不亮\n请修"
    assert "\x00" not in one.original["主要内容"]


def test_a_title_that_begins_the_content_is_not_said_twice():
    assert planned({"标题": "柳树村口的路灯"}).rows[0].words == GOOD["主要内容"]


def test_an_answer_makes_a_case_answered_whatever_the_status_is_called():
    answer = {"回复内容": "已修好。", "回复时间": "2025-03-06 10:00"}
    done, odd, none = planned(
        answer | {"工单状态": "办结", "是否满意": "基本满意", "是否解决": "部分解决"},
        answer | {"工单编号": "2", "工单状态": "挂起"},
        {"工单编号": "3", "工单状态": "办结"},
    ).rows
    assert (done.status, done.satisfaction, done.is_resolved) == ("answered", "mostly", "partly")
    assert done.answered_at == dt.datetime(2025, 3, 6, 10, tzinfo=SHANGHAI)
    assert (odd.status, none.status, none.satisfaction) == ("answered", "open", "")


def test_the_same_number_with_the_same_words_is_taken_once_and_with_others_held():
    result = planned({}, {}, {"工单编号": "A"}, {"工单编号": "A", "主要内容": "井盖坏了"}, {"工单编号": "B"})
    assert [one.row for one in result.rows] == [2, 6]
    assert result.doubts_by_code == {"number_repeated": 1, "number_differs": 2}
    assert (result.counts["repeated"], result.counts["held"]) == (1, 2)


def test_places_offices_and_topics_are_taken_from_exact_names_alone():
    known = {
        "known_offices": {"河西镇城建办": "o1", "城建办": "o1"},
        "known_areas": {"河西镇": "t1", "河西镇/柳树村": "v1", "河东镇/柳树村": "v2"},
        "known_topics": {"城市管理": "c", "市政设施": "c.s"},
    }
    same, town, none = planned(
        {},
        {"工单编号": "2", "村/社区": "杨树村", "问题分类": "城市管理", "主办单位": "城建 办"},
        {"工单编号": "3", "被反映街乡镇": "南山镇", "村/社区": "柳树", "问题分类": "城管", "主办单位": "城建"},
        **known,
    ).rows
    assert (same.area, same.office, same.topic) == ("v1", "o1", "c.s")
    assert (town.area, town.office, town.topic) == ("t1", "o1", "c")
    assert (none.area, none.office, none.topic) == (None, None, None)
    result = planned({"村/社区": "杨树村", "主办单位": "城建", "问题分类": "城管"}, **known)
    assert sorted(result.doubts_by_code) == ["area_partly", "office_unknown", "topic_unknown"]


def test_nobody_is_made_up_from_words_that_say_nobody():
    (one,) = planned({"来电人": "匿名", "来电人电话": "无"}).rows
    assert (one.caller_name, one.caller_phone) == ("", "")


@pytest.mark.parametrize(
    ("written", "digits"),
    [
        (13800001234, "13800001234"),
        ("+86 138-0000-1234", "13800001234"),
        ("8613800001234", "13800001234"),
        ("１３８００００１２３４", "13800001234"),
        ("(0571)8000 1234", "057180001234"),
        ("0571-80001234转801", "057180001234-801"),
        ("80001234", "80001234"),
        ("138****1234", ""),
        ("12345", ""),
    ],
)
def test_telephone_numbers(written, digits):
    assert planned({"来电人电话": written}).rows[0].caller_phone == digits


def test_a_sheet_without_a_needed_column_says_which_names_it_could_have():
    result = planned({}, {}, drop=["工单编号"])
    (one,) = result.doubts
    assert (one.row, one.code, one.is_held) == (0, "column_missing", True)
    assert "受理编号" in one.what_to_do
    assert (result.rows, result.counts["held"]) == ([], 2)


def test_dates_of_a_column_help_one_another():
    result = planned({"来电时间": "3/5/2025"}, {"工单编号": "2", "来电时间": "13/5/2025"})
    assert [one.received_at.month for one in result.rows] == [5, 5]


def test_every_code_has_words_and_the_translations_know_them_all():
    source = Path(doubts.__file__).with_name("messages_zh.txt").read_text("utf-8")
    pairs = dict(line.split(" ||| ") for line in source.splitlines())
    written = {text for pair in doubts.MESSAGES.values() for text in pair} | set(doubts.GIVES.values())
    assert written == set(pairs)
    assert all(zh.strip() for zh in pairs.values())
    for code in doubts.MESSAGES:
        with translation.override("en"):
            assert doubts.doubt(
                3, "内容", code, value="甲", limit=9, what="number", names="编号", columns="内容"
            ).message


@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(sorted(GOOD)),
            st.one_of(st.none(), st.text(max_size=30), st.integers(), st.floats(), st.datetimes(), st.booleans()),
        ),
        max_size=6,
    )
)
def test_any_sheet_gives_a_plan_in_which_every_row_is_planned_or_named(changes):
    result = planned(*changes)
    named = {one.row for one in result.doubts}
    kept = {one.row for one in result.rows}
    assert kept | named >= {2 + i for i in range(len(changes))}
    assert len({one.number for one in result.rows}) == len(result.rows)
    for one in result.rows:
        assert one.words and one.number and one.received_at <= NOW
        json.dumps(one.original, ensure_ascii=False).encode()
    assert result == planned(*changes) or any(cell != cell for change in changes for cell in change.values())


@pytest.mark.parametrize("cell", ["=1+1", "+86", "-5", "@SUM(A1)", "\t=1", "\r=1", " =1", "=cmd", "\u3000=1"])
def test_formulas_go_out_as_text(cell):
    assert guard(cell) == "'" + cell


def test_plain_cells_go_out_as_they_are():
    assert guard_row([1, -1.5, None, "路灯=坏了", "", NOW]) == [1, -1.5, None, "路灯=坏了", "", NOW]


@pytest.mark.parametrize(
    ("file", "sheet", "kind", "rows", "answered", "fields", "dropped", "unmapped", "codes"),
    [
        ("stream.xlsx", None, "message_board", 4326, 0, 7, 0, 0, {}),
        ("replied.xlsx", None, "message_board", 2004, 2004, 7, 0, 0, {}),
        ("river_complaints.xlsx", "汇总", "river", 1464, 1464, 8, 20, 21, {"answers_without_dates": 1, "html": 1}),
    ],
)
def test_real_sheets(file, sheet, kind, rows, answered, fields, dropped, unmapped, codes):
    path = DATA / "messages" / file
    if not path.exists():
        pytest.skip(f"{path} is not here; set BANDENG_DATA")
    real = read_table(path, sheet=sheet, known=columns.known_names())
    aliases = columns.detect(real.headers)
    result = plan(real, "test", aliases, now=NOW)
    assert (aliases.kind, len(result.mapped_columns)) == (kind, fields)
    assert (result.counts["rows"], result.counts["planned"], result.counts["answered"]) == (rows, rows, answered)
    assert (len(result.dropped_columns), len(result.unmapped_columns)) == (dropped, unmapped)
    assert result.doubts_by_code == codes
    blank = {refused.header for refused in result.dropped_columns}
    assert all(one.original[header] is None for one in result.rows for header in blank)
