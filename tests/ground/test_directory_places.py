"""Chains of areas, who dispatches, what the catalogue suggests, what the pickers find."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st
from tests.ground.directory_county import NOW, bring_county

from bandeng.ground.directory import api as directory

pytestmark = pytest.mark.django_db


@pytest.fixture
def county(db):
    bring_county()


def codes(rows):
    return [row.code for row in rows]


def test_small_tables_cost_three_queries_once_and_none_after(county, django_assert_num_queries):
    with django_assert_num_queries(3):
        offices = directory.offices()
        assert len(offices) == 18 and len(directory.areas()) == 29
    with django_assert_num_queries(0):
        hexi = directory.office("hexi-dqzx")
        assert (hexi.area.code, hexi.area.parent.code, hexi.superior.superior.code) == ("hexi", "qinghe", "zfb")
        assert directory.superior_of(hexi).code == "qzzx" and directory.superior_of(directory.office("zfb")) is None
        assert directory.search_areas("柳树") and directory.search_offices("mzj") and directory.search_topics("低保")
        assert directory.dispatch_office_for(None).code == "qzzx"
    with pytest.raises(TypeError):
        offices[hexi.pk] = None
    directory.forget()
    with django_assert_num_queries(3):
        directory.offices()


def test_dispatching_goes_to_the_nearest_office_up_the_tree(county):
    village = directory.area("liushu-dongpolong")
    assert codes(directory.area_chain(village)) == ["liushu-dongpolong", "liushu", "qinghe"]
    assert directory.dispatch_office_for(village).code == "liushu-dqzx"
    assert directory.dispatch_office_for(directory.area("qinghe").pk).code == "qzzx"
    directory.Office.objects.filter(code="liushu-dqzx").update(is_active=False)
    directory.forget()
    assert directory.dispatch_office_for(village).code == "qzzx"
    directory.Office.objects.filter(code="qzzx").update(is_dispatching=False)
    directory.forget()
    with pytest.raises(directory.CannotDispatch):
        directory.dispatch_office_for(village)


def test_an_area_has_one_dispatching_office(county):
    with pytest.raises(IntegrityError), transaction.atomic():
        directory.Office.objects.filter(code="mzj").update(is_dispatching=True)


def suggested(topic, area):
    directory.forget()  # rows are written here behind the importer's back
    area_id = directory.area(area).pk if area else None
    return directory.suggest(directory.topic(topic).pk, area_id, now=NOW)


def test_the_catalogue_suggests_the_most_special_place_first(county, django_assert_num_queries):
    with django_assert_num_queries(5):  # all small tables, once
        found = suggested("18.01", "hexi-laodubu")
    with django_assert_num_queries(0):
        directory.suggest(directory.topic("18.01").pk, directory.area("hexi").pk, now=NOW)
    assert [s.office.code for s in found] == ["hexi-dqzx", "qzzx"]
    assert found[0].procedure == "enquiry" and found[0].legal_basis == "信访工作条例"
    assert [s.office.code for s in suggested("18.01", None)] == ["qzzx"]
    assert found[0].part == "own" and "河西镇" in found[0].reason


def test_a_topic_without_an_entry_goes_where_the_one_above_goes(county):
    directory.CatalogueEntry.objects.filter(topic__code="04.02.01").delete()
    assert [s.office.code for s in suggested("04.02.01", "hexi")] == ["mzj"]
    directory.CatalogueEntry.objects.filter(topic__code__startswith="04").delete()
    assert suggested("04.02.01", "hexi") == []


def test_who_only_assists_by_the_duty_list_comes_last(county):
    topic, hexi = directory.topic("07.01"), directory.area("hexi")
    directory.CatalogueEntry.objects.create(
        topic=topic, area=hexi, office=directory.office("hexi-dqzx"), valid_from="2026-01-01"
    )
    found = suggested("07.01", "hexi")
    assert [(s.office.code, s.part) for s in found] == [("rsj", "own"), ("hexi-dqzx", "assist")]


def test_entries_out_of_force_and_closed_offices_are_not_suggested(county):
    directory.CatalogueEntry.objects.filter(topic__code="08").delete()
    entry = directory.CatalogueEntry.objects.filter(topic__code="08.01")
    today = directory.day_of(NOW)
    for changes, count in (
        ({"valid_to": today}, 1),
        ({"valid_to": today - timedelta(days=1)}, 0),
        ({"valid_to": None, "valid_from": today + timedelta(days=1)}, 0),
        ({"valid_from": today}, 1),
    ):
        entry.update(**changes)
        assert len(suggested("08.01", "hexi")) == count
    directory.Office.objects.filter(code="jyj").update(is_active=False)
    directory.forget()
    assert suggested("08.01", "hexi") == []


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("柳树镇", "liushu"),
        ("柳树", "liushu"),
        ("lsz", "liushu"),
        ("DPL", "liushu-dongpolong"),
        ("东坡", "liushu-dongpolong"),
        ("柳树 东坡", "liushu-dongpolong"),
        ("liushu-dongpolong", "liushu-dongpolong"),
        ("Yuntai", "yuntai"),
        ("ｙｔｘ", "yuntai"),
    ],
)
def test_areas_are_found_by_label_code_and_initials(county, typed, first):
    assert directory.search_areas(typed)[0].code == first


def test_what_lies_above_alone_is_no_hit_of_its_own_rank(county):
    assert directory.search_areas("东坡 河西") == []
    assert directory.search_areas("  ") == [] and directory.search_offices("没有这样的单位") == []


@pytest.mark.parametrize(
    ("typed", "code"), [("民政局", "mzj"), ("mzj", "mzj"), ("人社", "rsj"), ("柳树", "liushu-dqzx"), ("qhxmzj", "mzj")]
)
def test_offices_are_found_by_label_short_label_code_and_initials(county, typed, code):
    assert directory.search_offices(typed)[0].code == code


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("低保", "04.01.01"),
        ("最低生活保障（低保）", "04.01.01"),
        ("zjd", "10.01"),
        ("10.01", "10.01"),
        ("欠薪", "07.01.01"),
    ],
)
def test_topics_are_found(county, typed, code):
    assert directory.search_topics(typed)[0].code == code


@given(st.text(max_size=12))
def test_no_text_breaks_the_initials(text):
    assert directory.initials(text).isascii()


def test_initials_agree_with_those_written_by_hand_but_for_rare_characters(county):
    """The pinyin column of areas.csv was written by hand; these five stand outside the common characters."""
    rare = set("圩垸坳碓垭")
    for area in directory.areas().values():
        common = "".join(letter for char, letter in zip(area.label_zh, area.pinyin, strict=True) if char not in rare)
        assert directory.initials(area.label_zh) == common
