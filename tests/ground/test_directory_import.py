"""Imports: every fault is told with row, column and remedy; all or nothing; the same file twice changes nothing."""

import csv
import datetime as dt

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.ground.directory_county import COUNTY, NOW, SETUP, bring_county, person

from bandeng.ground.acts import api as acts
from bandeng.ground.directory import api as directory

pytestmark = pytest.mark.django_db

AREAS = ["区域编码", "上级编码", "级别", "区域名称", "生效日期", "失效日期"]
TODAY = directory.day_of(NOW)


@pytest.fixture
def bring(tmp_path):
    """Write a csv file and import it: bring("areas", [headers, *rows], dry_run=…)."""

    def bring_(kind, lines, *, dry_run=False, skip_bad=False, encoding="utf-8"):
        path = tmp_path / f"{kind}.csv"
        with path.open("w", encoding=encoding, newline="") as file:
            csv.writer(file).writerows(lines)
        return directory.importing.run(kind, path, by=SETUP, now=NOW, dry_run=dry_run, skip_bad=skip_bad)

    return bring_


@pytest.fixture
def county(db):
    bring_county()


def told(report):
    return [(finding.row, finding.column) for finding in report.errors]


def test_the_county_is_clean_and_comes_in_once():
    before = acts.Act.objects.count()
    reports = bring_county()
    assert {kind: (r.findings, r.is_written) for kind, r in reports.items()} == {kind: ([], True) for kind in reports}
    assert acts.Act.objects.count() == before + 6
    kinds = set(acts.Act.objects.values_list("kind", flat=True))
    assert kinds >= {"area.imported", "office.imported", "staff.imported", "catalogue.imported"}
    models = (directory.Area, directory.Office, directory.Staff, directory.Topic)
    assert [model.objects.count() for model in models] == [29, 18, 60, 147]
    again = bring_county()
    assert all(r.unchanged == r.rows and not r.is_written and r.act_id is None for r in again.values())
    assert acts.Act.objects.count() == before + 6


def test_a_dry_run_of_the_county_writes_nothing(county):
    for kind in directory.importing.IMPORTS:
        path = COUNTY / f"{kind}.csv"
        report = directory.importing.run(kind, path, by=SETUP, now=NOW, dry_run=True)
        assert report.is_clean and report.findings == [] and not report.is_written


def test_every_role_is_held_and_every_office_that_handles_has_who_signs(county):
    held = directory.Posting.objects.values_list("office__code", "role__code")
    assert {role for _office, role in held} == {role.code for role in directory.Role.objects.all()}
    handling = {entry.office.code for entry in directory.CatalogueEntry.objects.select_related("office")}
    offices_of = {role: {office for office, r in held if r == role} for role in ("handler", "approver")}
    assert handling - {"zfb", "dcs"} <= offices_of["handler"] & offices_of["approver"]
    dispatching = {o.code for o in directory.offices().values() if o.is_dispatching}
    assert dispatching <= {office for office, role in held if role == "dispatcher"}
    assert (person("liqiang").display_zh, person("wangmin").display_zh) == ("李强", "王敏")


def test_every_topic_has_an_office_everywhere_and_only_fictional_phones(county):
    directory.areas()
    for area in ("hexi-laodubu", "yuntai"):
        for topic in directory.topics().values():
            found = directory.suggest(topic.pk, directory.area(area).pk, now=NOW)
            if topic.level > 1 or topic.code not in {"17"}:
                assert found, topic.code
    assert all(office.phone.startswith("0999-55501") for office in directory.offices().values())


def test_an_imported_person_cannot_sign_in_before_a_password_is_set(county):
    li = person("liqiang")
    assert not li.has_usable_password() and li.is_password_temporary


def test_faults_of_areas_are_all_told_at_once(bring):
    report = bring(
        "areas",
        [
            AREAS,
            ["qh", "", "县", "青禾县", "2020-01-01", ""],
            ["a", "qh", "镇", "甲镇", "2020-02-30", ""],  # 3: no such day
            ["b", "nowhere", "镇", "乙镇", "", ""],  # 4: unknown parent
            ["c", "b", "村", "丙村", "", ""],  # 5: hangs on row 4
            ["d", "qh", "村", "丁村", "", ""],  # 6: a village below a county
            ["e", "f", "镇", "戊镇", "", ""],  # 7, 8: a cycle
            ["f", "e", "镇", "己镇", "", ""],
            ["g", "qh", "镇", "庚镇", "2020-01-01", ""],
            ["g", "qh", "镇", "辛镇", "2020-01-01", ""],  # 10: a double
            ["H H", "qh", "镇", "壬镇", "", ""],  # 11: no code
            ["i", "qh", "乡镇局", "癸镇", "", ""],  # 12: no kind
            ["j", "qh", "镇", "长" * 61, "", ""],  # 13: too long
            ["k", "qh", "镇", "", "", ""],  # 14: no name
            ["l", "qh", "镇", "子镇", "2020-01-02", "2020-01-01"],  # 15: ends before it begins
            ["m", "", "县", "丑县", "", ""],  # 16: a second county
            ["n", "n", "镇", "寅镇", "", ""],  # 17: its own parent
        ],
    )
    assert told(report) == [
        (3, "生效日期"), (4, "上级编码"), (5, "上级编码"), (6, "上级编码"), (7, "上级编码"), (8, "上级编码"),
        (10, "区域编码"), (11, "区域编码"), (12, "级别"), (13, "区域名称"), (14, "区域名称"), (15, "失效日期"),
        (16, "级别"), (17, "上级编码"),
    ]  # fmt: skip
    assert all(finding.problem and finding.remedy for finding in report.findings)
    assert (report.rows, report.created, report.skipped) == (16, 2, 14)
    assert not report.is_written and not directory.Area.objects.exists()
    assert not acts.Act.objects.filter(kind="area.imported").exists()


def test_skipping_the_bad_rows_takes_the_good(bring):
    lines = [
        AREAS,
        ["qh", "", "县", "青禾县", "", ""],
        ["b", "nowhere", "镇", "乙镇", "", ""],
        ["c", "qh", "镇", "丙", "", ""],
    ]
    report = bring("areas", lines, skip_bad=True)
    assert report.is_written and told(report) == [(3, "上级编码")]
    assert {a.path for a in directory.Area.objects.all()} == {"/qh/", "/qh/c/"}
    assert acts.Act.objects.get(pk=report.act_id).payload["skipped"] == 1


def test_rows_may_stand_in_any_order_and_a_township_that_is_renamed_keeps_its_villages(bring):
    head = ["CODE", "parent", "Kind", "label_zh"]
    rows = [["v", "t", "village", "柳树村"], ["t", "qh", "township", "柳树镇"], ["qh", "", "county", "青禾县"]]
    assert bring("areas", [head, *rows]).is_written
    village = directory.Area.objects.get(code="v")
    assert (village.path, village.pinyin, village.valid_from) == ("/qh/t/v/", "lsc", TODAY)
    report = bring("areas", [head, ["t2", "qh", "township", "东镇"], ["v", "t2", "village", "柳树村"]])
    assert (report.created, report.updated) == (1, 1)
    village.refresh_from_db()
    assert village.path == "/qh/t2/v/" and village.parent.code == "t2"


def test_a_blank_cell_empties_and_a_missing_column_keeps(bring):
    head = ["code", "kind", "label_zh", "label_en", "valid_to"]
    bring("areas", [head, ["qh", "county", "青禾县", "Qinghe", "2030-12-31"]])
    bring("areas", [head[:3], ["qh", "county", "青禾县"]])
    area = directory.Area.objects.get()
    assert (area.label_en, area.valid_to) == ("Qinghe", dt.date(2030, 12, 31))
    bring("areas", [head, ["qh", "county", "青禾县", "", ""]])
    area.refresh_from_db()
    assert (area.label_en, area.valid_to) == ("", None)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_the_encodings_of_the_country(bring, encoding):
    report = bring("areas", [AREAS, ["qh", "", "县", "青禾县", "2020年1月1日", ""]], encoding=encoding)
    assert report.is_written and directory.Area.objects.get().valid_from == dt.date(2020, 1, 1)


def test_a_workbook_with_a_title_and_a_code_that_excel_made_a_number(tmp_path):
    book = openpyxl.Workbook()
    for line in (
        ["青禾县事项分类表"],
        ["编码", "名称", "是否在用"],
        ["04", "民政", "是"],
        [4.01, "救助", "是"],
        ["04.02", "养老", "否"],
    ):
        book.active.append(line)
    book.save(tmp_path / "topics.xlsx")
    run = directory.importing.run
    report = run("topics", tmp_path / "topics.xlsx", by=SETUP, now=NOW, dry_run=False, skip_bad=True)
    assert told(report) == [(4, "编码")] and report.created == 2
    topic = directory.Topic.objects.get(code="04.02")
    assert (topic.level, topic.parent.code, topic.is_active) == (2, "04", False)


def test_topics_have_three_levels(bring):
    head = ["code", "label_zh"]
    report = bring("topics", [head, ["1", "一"], ["1.1", "二"], ["1.1.1", "三"], ["1.1.1.1", "四"]])
    assert told(report) == [(5, "上级编码")]


def test_an_office_hands_dispatching_over_in_one_file(county, bring):
    head = ["单位编码", "所属区域", "类别", "单位名称", "是否派单"]
    both = bring("offices", [head, ["new", "hexi", "接待中心", "新中心", "是"]])
    assert told(both) == [(2, "是否派单")]
    rows = [["new", "hexi", "接待中心", "新中心", "是"], ["hexi-dqzx", "hexi", "接待中心", "河西镇党群服务中心", "否"]]
    assert bring("offices", [head, *rows]).is_written
    assert directory.dispatch_office_for(directory.area("hexi")).code == "new"
    back = [[*rows[1][:4], "是"], [*rows[0][:4], "否"]]
    assert bring("offices", [head, *back]).is_written
    assert directory.dispatch_office_for(directory.area("hexi")).code == "hexi-dqzx"


def test_findings_name_columns_as_the_file_does(bring):
    report = bring("areas", [["Code", "KIND", "名称"], ["qh", "county", ""], ["Q H", "", "x"]])
    assert told(report) == [(2, "名称"), (3, "Code"), (3, "KIND")]
    missing = bring("areas", [["Code", "KIND"], ["qh", "county"]])
    assert told(missing) == [(0, "区域名称")]


def test_superiors_may_not_go_round_through_offices_already_there(county, bring):
    head = ["单位编码", "所属区域", "类别", "单位名称", "上级单位"]
    report = bring("offices", [head, ["zfb", "qinghe", "领导办公室", "政府办", "hexi-dqzx"]])
    assert told(report) == [(2, "上级单位")]
    report = bring("offices", [head, ["x", "atlantis", "部门", "局", ""]])
    assert told(report) == [(2, "所属区域")]


def test_a_county_without_a_dispatching_office_is_warned(bring):
    bring("areas", [AREAS, ["qh", "", "县", "青禾县", "", ""]])
    report = bring("offices", [["单位编码", "所属区域", "类别", "单位名称"], ["a", "qh", "部门", "甲局"]])
    assert report.is_written and [f.is_warning for f in report.findings] == [True]


def test_faults_of_staff(county, bring):
    head = ["用户名", "姓名", "职务", "角色", "单位编码", "任职日期"]
    report = bring(
        "staff",
        [
            head,
            ["qinhao", "秦浩", "", "审计管理员", "sjzx", ""],  # 2: is system administrator
            ["new1", "新一", "", "安全管理员", "sjzx", ""],
            ["new1", "新一", "", "system_admin", "sjzx", ""],  # 4: excluded by row 3
            ["new2", "新二", "", "皇帝", "sjzx", ""],  # 5: no role
            ["new3", "新三", "", "承办人", "nowhere", ""],  # 6: no office
            ["liqiang", "李刚", "", "承办人", "mzj", ""],  # another name: corrects it
            ["new4", "新四", "", "承办人", "mzj", ""],
            ["new4", "新五", "", "承办人", "rsj", ""],  # 9: one user name, two names
            ["新六", "新六", "", "承办人", "mzj", ""],  # 10: no user name
            ["new7", "新七", "", "承办人", "mzj", "明天"],  # 11: no date
            ["new4", "新四", "", "handler", "mzj", ""],  # 12: row 8 again
        ],
        dry_run=True,
    )
    assert told(report) == [
        (2, "角色"), (4, "角色"), (5, "角色"), (6, "单位编码"), (9, "姓名"), (10, "用户名"),
        (11, "任职日期"), (12, "用户名"),
    ]  # fmt: skip


def test_faults_of_duties_and_catalogue(county, bring):
    duties = [
        ["单位编码", "单位类别", "事项编码", "职责", "依据"],
        ["", "", "04.01", "主责", "第1项"],
        ["mzj", "部门", "04.01", "主责", "第1项"],
        ["mzj", "", "99", "主责", "第1项"],
        ["mzj", "", "04.01", "旁观", "第1项"],
        ["mzj", "", "04.01", "主责", ""],
    ]
    assert told(bring("duties", duties)) == [
        (2, "单位编码"),
        (3, "单位编码"),
        (4, "事项编码"),
        (5, "职责"),
        (6, "依据"),
    ]
    head = ["事项编码", "区域编码", "单位编码", "依据", "生效日期", "失效日期"]
    entries = [
        ["99", "", "mzj", "", "", ""],
        ["04.01", "atlantis", "mzj", "", "", ""],
        ["04.01", "", "nobody", "", "", ""],
        ["04.01", "", "mzj", "", "2026-05-01", "2026-04-30"],
        ["04.01", "", "mzj", "长" * 201, "", ""],
    ]
    places = [(2, "事项编码"), (3, "区域编码"), (4, "单位编码"), (5, "失效日期"), (6, "依据")]
    assert told(bring("catalogue", [head, *entries])) == places


def test_what_may_not_be_pushed_down_is_warned_of(county, bring):
    head = ["事项编码", "区域编码", "单位编码"]
    report = bring("catalogue", [head, ["07.01", "hexi", "hexi-dqzx"], ["11.01", "hexi", "liushu-dqzx"]])
    assert [(f.row, f.column, f.is_warning) for f in report.findings] == [
        (2, "单位编码", True),
        (3, "区域编码", True),
    ]
    assert report.is_written


@pytest.mark.parametrize(
    "content", [b"", b"\x00\x01\x02", b"PK\x03\x04broken", b"a,b\n1,2\n", "编码\n".encode(), b"%PDF-1.7"]
)
@pytest.mark.parametrize("kind", ["areas", "catalogue"])
def test_a_file_that_is_no_such_table_is_a_finding(tmp_path, kind, content):
    (tmp_path / "x.csv").write_bytes(content)
    report = directory.importing.run(kind, tmp_path / "x.csv", by=SETUP, now=NOW, dry_run=False, skip_bad=True)
    assert report.errors and not report.is_written and str(report.errors[0])
    assert directory.importing.run(kind, tmp_path / "none.csv", by=SETUP, now=NOW, dry_run=True).errors


CELL = st.one_of(
    st.none(),
    st.text(max_size=70),
    st.floats(),
    st.integers(),
    st.dates(),
    st.booleans(),
    st.sampled_from(["a", "b", "qh"]),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_whatever_the_cells_hold_an_import_ends_in_a_report(db, data):
    kind = data.draw(st.sampled_from(sorted(directory.importing.IMPORTS)))
    names = [column.name for column in directory.importing.IMPORTS[kind].columns]
    rows = data.draw(st.lists(st.fixed_dictionaries(dict.fromkeys(names, CELL)), max_size=4))
    report = directory.import_rows(kind, rows, by=SETUP, now=NOW, dry_run=False, skip_bad=True)
    assert report.rows == len(rows) == report.created + report.updated + report.unchanged + report.skipped
    again = directory.import_rows(kind, rows, by=SETUP, now=NOW, dry_run=False, skip_bad=True)
    assert again.created == 0 and not again.is_written


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(parents=st.dictionaries(st.sampled_from("abcdef"), st.sampled_from(["", *"abcdefz"]), min_size=1))
def test_offices_above_one_another_never_go_round(db, parents):
    directory.Area.objects.get_or_create(
        code="qh", defaults={"path": "/qh/", "kind": "county", "label_zh": "县", "valid_from": TODAY}
    )
    rows = [{"code": c, "superior": s, "area": "qh", "kind": "部门", "label_zh": c} for c, s in parents.items()]
    report = directory.import_rows("offices", rows, by=SETUP, now=NOW, dry_run=False, skip_bad=True)
    above = {
        o.code: o.superior.code if o.superior else None for o in directory.Office.objects.select_related("superior")
    }
    for code in above:
        seen = []
        while code:
            assert code not in seen
            seen.append(code)
            code = above[code]
    assert report.created + report.updated + report.unchanged + report.skipped == len(rows)


def test_the_calendar_file(tmp_path):
    days, report = directory.read_calendar(COUNTY / "calendar.csv")
    assert report.is_clean and len(days) == 39
    assert (days[0].on, days[0].kind, days[3].kind) == (dt.date(2026, 1, 1), "holiday", "makeup")
    makeup = {day.on for day in days if day.kind == "makeup"}  # procedures 2.9, the 2026 schedule
    assert makeup == {dt.date(2026, m, d) for m, d in [(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)]}
    (tmp_path / "c.csv").write_text(
        "日期,类型\n2026-01-01,假\n2026-13-01,休\n2026-01-02,休\n2026-01-02,makeup\n2026-01-05,班\n"
    )
    days, report = directory.read_calendar(tmp_path / "c.csv")
    assert told(report) == [(2, "类型"), (3, "日期"), (5, "日期")]
    assert [f.row for f in report.findings if f.is_warning] == [6] and len(days) == 2
