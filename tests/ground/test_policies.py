"""Limits as dated versions, procedures, and what is shipped."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from bandeng.engines import deadlines
from bandeng.ground.acts import api as acts
from bandeng.ground.policies import api as policies
from bandeng.ground.policies import shipped
from bandeng.ground.policies.models.law import chinese_number
from bandeng.ground.policies.values import BadValue, check_value

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 9:00 in Shanghai
TODAY = date(2026, 11, 23)
BY = acts.Actor("staff:01900000-0000-7000-8000-000000000001")


def put(code="general", value=7, effective_from=date(2026, 12, 1), citation="青禾县办理规定第八条", **more):
    return policies.set_parameter(
        code, value, effective_from, citation, "https://example.gov.cn/8", by=BY, now=NOW, **more
    )


@pytest.mark.django_db
def test_a_new_version_holds_from_its_day_and_the_old_one_until_then():
    before = policies.version_at("general", TODAY)
    version = put()
    assert policies.version_at("general", date(2026, 11, 30)).id == before.id
    assert policies.version_at("general", date(2026, 12, 1)) == version
    assert policies.limit_at("general", date(2026, 12, 1)) == deadlines.Limit(7, "working_day")
    assert (
        version.is_provisional and not put(value=8, effective_from=date(2027, 1, 1), verified_on=TODAY).is_provisional
    )
    old = policies.ParameterVersion.objects.get(id=before.id)
    assert (old.value, old.effective_to) == (5, date(2026, 12, 1))


@pytest.mark.django_db
def test_a_new_version_is_an_act():
    version = put()
    act = acts.Act.objects.get(kind="parameter.set")
    assert act.at == NOW and act.actor_key == BY.key
    assert act.payload["version"] == str(version.id)
    assert (act.payload["parameter"], act.payload["value"], act.payload["effective_from"]) == (
        "general",
        7,
        "2026-12-01",
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"effective_from": date(2026, 11, 22)}, "过去|past"),
        ({"citation": "  "}, "规定|rule"),
        ({"value": 0}, "3660"),
        ({"value": "7"}, "3660"),
        ({"code": "nothing"}, "nothing"),
        ({"code": "office_hours", "value": [["12:00", "08:30"]]}, "08:30"),
        ({"code": "alert_fraction", "value": [3, 2]}, "2.*3"),
    ],
)
def test_what_cannot_be_set_is_refused_and_nothing_changes(change, message):
    with pytest.raises(policies.CannotSetParameter, match=message):
        put(**change)
    assert not acts.Act.objects.filter(kind="parameter.set").exists()
    assert policies.version_at("general", date(2030, 1, 1)).value == 5


@pytest.mark.django_db
def test_two_versions_cannot_begin_out_of_order():
    put()
    for day in (date(2026, 11, 25), date(2026, 12, 1)):
        with pytest.raises(policies.CannotSetParameter, match="2026"):
            put(effective_from=day)


@pytest.mark.django_db
def test_the_database_holds_one_open_version_itself():
    version = policies.version_at("general", TODAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        policies.ParameterVersion.objects.create(parameter=version.parameter, value=1, effective_from=TODAY)


@pytest.mark.django_db
def test_a_missing_parameter_is_named_with_its_day():
    with pytest.raises(policies.NoParameter, match=r"'general'.*2022-04-30"):
        policies.version_at("general", date(2022, 4, 30))
    with pytest.raises(policies.NoParameter, match="nothing"):
        policies.limit_at("nothing", TODAY)
    with pytest.raises(ValueError):
        policies.limit_at("min_group", TODAY)  # a number, but no limit
    with pytest.raises(policies.NoProcedure, match="nothing"):
        policies.procedure("nothing")


@pytest.mark.django_db
def test_the_tables_are_read_once(django_assert_num_queries):
    policies.procedures()
    with django_assert_num_queries(0):
        assert policies.procedure("general").limit.code == "general"
        assert policies.version_at("xf.handle", TODAY).article.law.title == "信访工作条例"
        assert policies.articles("民法典")


@pytest.mark.django_db
def test_another_process_s_change_is_seen_before_a_minute_is_over(monkeypatch):
    assert policies.value_at("general", TODAY) == 5
    policies.ParameterVersion.objects.filter(parameter__code="general").update(value=6)  # as if by another process
    from bandeng.ground.policies import tables

    later = tables.time.monotonic() + 59
    monkeypatch.setattr(tables.time, "monotonic", lambda: later)
    assert policies.value_at("general", TODAY) == 6


@pytest.mark.django_db
def test_procedures_as_shipped():
    found = {p.code: (p.limit.code, p.required_reply_fields, p.needs_approval) for p in policies.procedures()}
    assert found == {
        "enquiry": ("enquiry", ["opinion"], False),
        "on_the_spot": ("on_the_spot", ["opinion"], False),
        "suggestion": ("suggestion", ["facts", "opinion"], True),
        "general": ("general", ["facts", "basis", "opinion", "remedy"], True),
    }
    procedure = policies.procedure("general")
    assert procedure.allows("dispatch")
    procedure.enabled_edges = ["dispatch"]
    assert procedure.allows("dispatch") and not procedure.allows("merge")


@pytest.mark.django_db
def test_every_shipped_number_fits_its_unit_and_names_its_source():
    versions = policies.current_versions(TODAY)
    assert len(versions) == len(shipped.read("parameters")["parameter"])
    for version in versions:
        check_value(version.parameter.unit, version.value)
        assert version.citation and version.parameter.label_zh and version.parameter.label_en
        if not version.is_provisional:
            assert version.article and str(version.article).removeprefix("《信访工作条例》") in version.citation


# The table of limits of 信访工作条例, typed from procedures.md.
XF = {
    "xf.route": (15, "calendar_day", 22),
    "xf.notice_direct": (15, "calendar_day", 23),
    "xf.notice_forwarded": (15, "calendar_day", 23),
    "xf.objection": (5, "working_day", 23),
    "xf.handle": (60, "calendar_day", 34),
    "xf.extend": (30, "calendar_day", 34),
    "xf.review_request": (30, "calendar_day", 35),
    "xf.review_decide": (30, "calendar_day", 35),
    "xf.recheck_request": (30, "calendar_day", 36),
    "xf.recheck_decide": (30, "calendar_day", 36),
}


@pytest.mark.django_db
@pytest.mark.parametrize("code", XF)
def test_limits_of_the_petition_regulations(code):
    amount, unit, article = XF[code]
    version = policies.version_at(code, TODAY)
    assert version.limit == deadlines.Limit(amount, unit)
    assert (version.article.law.code, version.article.number) == ("xinfang", article)
    assert not version.is_provisional


@pytest.mark.django_db
@pytest.mark.parametrize(
    "typed", ["信访工作条例 23", "信访 第二十三条", "信访 第23条", "《信访工作条例》第二十三条", "异议"]
)
def test_an_article_is_found_by_title_number_or_gist(typed):
    assert str(policies.articles(typed)[0]) == "《信访工作条例》第二十三条"


@pytest.mark.django_db
def test_the_picker_gives_no_more_than_asked():
    assert len(policies.articles("", limit=3)) == 3
    assert policies.articles("没有这样的条文") == []


@pytest.mark.parametrize(
    ("number", "written"),
    [(1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (23, "二十三"), (101, "一百零一"), (110, "一百一十")]
    + [(203, "二百零三"), (1259, "一千二百五十九"), (1010, "一千零一十"), (1001, "一千零一")],
)
def test_articles_are_numbered_in_chinese(number, written):
    assert chinese_number(number) == written


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists, max_leaves=6))
def test_no_value_at_all_breaks_the_check(value):
    for unit in policies.Parameter.unit.field.choices:
        try:
            check_value(unit[0], value)
        except BadValue as refused:
            assert str(refused)
