"""Sheets as counties have them: title rows, encodings, separators, odd headers, files that are no sheets."""

import datetime as dt
import zipfile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandeng.ground.core import sheets
from bandeng.ground.core.sheets import CannotRead, read_table

LINES = [
    ["河西镇热线工单汇总表", "", ""],
    ["", "", ""],
    ["工单编号", "主要内容", "来电时间"],
    ["HX-001", "村口路灯不亮,请修", "2024-3-5 9:30"],
    ["HX-002", "井盖坏了\n绕不过去", "2024-3-6 10:00"],
    ["", "", ""],
]


def text_of(lines, separator):
    return "\r\n".join(separator.join(f'"{cell}"' for cell in line) for line in lines) + "\r\n"


def workbook(path, lines, **more):
    book = openpyxl.Workbook()
    book.active.title = "工单"
    for line in lines:
        book.active.append([cell if cell != "" else None for cell in line])
    for name, rows in more.items():
        sheet = book.create_sheet(name)
        for line in rows:
            sheet.append(line)
    book.save(path)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_text_in_any_encoding_and_separator(tmp_path, encoding, separator):
    path = tmp_path / "工单.csv"
    path.write_bytes(text_of(LINES, separator).encode(encoding))
    table = read_table(path)
    assert table.headers == ["工单编号", "主要内容", "来电时间"]
    assert table.header_row == 3
    assert [row.number for row in table.rows] == [4, 5]
    assert table.rows[1].cells == ["HX-002", "井盖坏了\n绕不过去", "2024-3-6 10:00"]
    assert table.encoding == encoding


@pytest.mark.parametrize("inside", ["\n\t\t", "\t\t\t\t\t\t", ";;;;;;;;", "\n\t;\t"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_separators_inside_what_somebody_wrote_are_not_taken_for_the_sheet_s_own(tmp_path, separator, inside):
    lines = [["编号", "主题", "内容", "时间"]]
    lines += [[str(n), "路灯", f"{inside}村口路灯不亮{inside}请修{inside}", "2024-3-5"] for n in range(12)]
    path = tmp_path / "留言.csv"
    path.write_text("".join(separator.join(f'"{c}"' if inside in c else c for c in line) + "\r\n" for line in lines))
    table = read_table(path)
    assert table.headers == ["编号", "主题", "内容", "时间"]
    assert [row.cells[0] for row in table.rows] == [str(n) for n in range(12)]


def test_a_workbook_keeps_types_and_the_row_numbers_people_see(tmp_path):
    when = dt.datetime(2024, 3, 5, 9, 30)
    lines = [
        ["汇总"],
        [],
        ["编号", "内容", "时间", "件数"],
        [7, "路灯不亮", when, 1.5],
        [None],
        [8.0, "井盖", dt.date(2024, 3, 6), True],
    ]
    table = read_table(workbook(tmp_path / "a.xlsx", lines, 说明=[["填表说明"]]))
    assert (table.sheet, table.sheets, table.encoding) == ("工单", ["工单", "说明"], "")
    assert [(row.number, row.cells) for row in table.rows] == [
        (4, [7, "路灯不亮", when, 1.5]),
        (6, [8, "井盖", dt.date(2024, 3, 6), True]),
    ]
    assert type(table.rows[0].cells[0]) is int


def test_the_table_may_start_anywhere(tmp_path):
    book = openpyxl.Workbook()
    for letter, name, value in [("C", "编号", "1号"), ("D", "内容", "x" * 60), ("E", None, "附注")]:
        book.active[f"{letter}5"] = name
        book.active[f"{letter}6"] = value
    book.save(tmp_path / "a.xlsx")
    table = read_table(tmp_path / "a.xlsx")
    assert (table.headers, table.header_row) == (["编号", "内容", "(E)"], 5)
    assert table.rows[0].number == 6


def test_headers_are_folded_and_made_distinct(tmp_path):
    lines = [
        ["编号", "主要\n内容", "备注", None, "备注", "备注 (2)", "Case\nnumber", None],
        [1, "a", "b", "c", "d", "e", "f", None],
    ]
    assert read_table(workbook(tmp_path / "a.xlsx", lines)).headers == [
        "编号", "主要内容", "备注", "(D)", "备注 (3)", "备注 (2)", "Case number",
    ]  # fmt: skip


def test_a_long_exact_number_is_told_from_one_that_excel_has_rounded(tmp_path):
    table = read_table(
        workbook(tmp_path / "a.xlsx", [["编号", "内容"], [202403051234567, "a"], [2.0240305123456789e17, "b"]])
    )
    assert [type(row.cells[0]) for row in table.rows] == [int, float]


def test_known_names_find_the_header_among_rows_that_look_like_it(tmp_path):
    lines = [["河西镇", "民政办", "王敏", "三月"], ["工单号", "内容", None, None], ["HX-1", "路灯不亮", "甲", "乙"]]
    path = workbook(tmp_path / "a.xlsx", lines)
    assert read_table(path).header_row == 1
    assert read_table(path, known=["工单 号", "内容", "标题"]).header_row == 2


def test_a_sheet_is_chosen_by_name_and_a_wrong_name_lists_them(tmp_path):
    path = workbook(tmp_path / "a.xlsx", [["编号", "内容"], [1, "x"]], 汇总=[["标题", "答复"], ["井盖", "已修"]])
    assert read_table(path, sheet="汇总").headers == ["标题", "答复"]
    with pytest.raises(CannotRead, match="工单、汇总"):
        read_table(path, sheet="三月")


def test_a_single_column_and_a_table_without_rows(tmp_path):
    (tmp_path / "a.csv").write_text("内容\n路灯不亮\n", "utf-8")
    assert read_table(tmp_path / "a.csv").rows[0].cells == ["路灯不亮"]
    (tmp_path / "b.csv").write_text("编号,内容\n", "utf-8")
    assert read_table(tmp_path / "b.csv").rows == []


def test_excels_own_separator_line(tmp_path):
    (tmp_path / "a.csv").write_text("sep=;\r\n编号;内容\r\n1;灯,坏了\r\n", "utf-8")
    table = read_table(tmp_path / "a.csv")
    assert (table.header_row, table.rows[0].number, table.rows[0].cells) == (2, 3, ["1", "灯,坏了"])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n \n",
        b"%PDF-1.7\n\x00\x01\x02",
        b"\x89PNG\r\n\x1a\n\x00\x00",
        b"<html><table><tr><td>1</td></tr></table></html>",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        b"PK\x03\x04broken",
        b"1,2,3\n4,5,6\n",
        '编号,内容\n1,"没有合上\n2,路灯\n3,井盖\n'.encode(),
        b"\xff\xff\xff\xff,\x80\x81",
    ],
)
def test_what_is_no_table_is_refused_with_what_to_do(tmp_path, content):
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    with pytest.raises(CannotRead, match="."):
        read_table(path)


def test_a_missing_file_and_another_kind_of_package(tmp_path):
    with pytest.raises(CannotRead):
        read_table(tmp_path / "none.csv")
    with zipfile.ZipFile(tmp_path / "a.docx", "w") as archive:
        archive.writestr("word/document.xml", "<a/>")
    with pytest.raises(CannotRead):
        read_table(tmp_path / "a.docx")


def test_one_cell_in_the_far_corner_does_not_exhaust_the_memory(tmp_path):
    book = openpyxl.Workbook()
    book.active["A1"], book.active["ZZ1048576"] = "编号", "x"
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(CannotRead):
        read_table(tmp_path / "a.xlsx")


def test_too_many_rows_ask_to_split(tmp_path, monkeypatch):
    monkeypatch.setattr(sheets, "MAX_ROWS", 3)
    (tmp_path / "a.csv").write_text("编号,内容\n" + "1,x\n" * 4, "utf-8")
    with pytest.raises(CannotRead):
        read_table(tmp_path / "a.csv")


SAFE = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=30)


@given(cells=st.lists(st.lists(SAFE.filter(lambda s: s.strip()), min_size=3, max_size=3), min_size=1, max_size=8))
def test_what_is_written_is_read(tmp_path_factory, cells):
    path = tmp_path_factory.mktemp("sheets") / "a.csv"
    doubled = [[cell.replace('"', '""') for cell in line] for line in cells]
    path.write_bytes(text_of([["工单编号", "主要内容", "来电时间"], *doubled], ",").encode("utf-8-sig"))
    table = read_table(path, known=["工单编号", "主要内容", "来电时间"])
    assert [row.cells for row in table.rows] == cells
