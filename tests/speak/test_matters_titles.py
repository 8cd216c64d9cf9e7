"""A matter's title: changed by whoever writes for it, sealed like the first, and held against its act."""

import json

import pytest
from tests.speak.matters_people import LI, WANG, spoken
from tests.speak.test_casework_loop import HOUR
from tests.world import MONDAY

from bandeng.ground.acts import api as acts
from bandeng.speak.casework import api as cases
from bandeng.speak.matters import api as matters
from bandeng.speak.matters import selectors
from bandeng.speak.matters.services import last_step

NOW = MONDAY + 3 * HOUR
FIRST, SECOND = "柳树村东头路灯", "东头控制箱进水"


@pytest.fixture
def matter(world):
    found = [spoken(world), spoken(world, identity=LI), spoken(world, identity=WANG)]
    return matters.make([case.pk for case in found], title=FIRST, by=world.hand("chenfang"), now=NOW)


def again(matter):
    return matters.Matter.objects.select_related("seal_key").get(pk=matter.pk)


def retitle(world, matter, title, seen=1, by="liuyang"):
    return matters.retitle(matter.pk, title, seen=seen, by=world.hand(by), now=NOW)


def test_a_changed_title_is_sealed_and_told_without_its_words(world, matter):
    retitle(world, matter, f"  {SECOND}\n")
    assert again(matter).title_words() == SECOND
    assert SECOND.encode() not in bytes(again(matter).title)
    [act] = [act for act in acts.history("matter", matter.pk) if act.kind == "matter.retitled"]
    assert SECOND not in json.dumps(act.payload, ensure_ascii=False) and act.office_key == world.office("civil-affairs")
    assert not list(filter(None, matters.altered()))
    assert [line.title for line in selectors.page(world.permissions("chenfang"), is_closed=False)] == [SECOND]


def test_changing_it_back_is_the_way_to_undo_and_the_last_step_stays_what_it_was(world, matter):
    step = last_step(matter.pk).pk
    retitle(world, matter, SECOND)
    assert last_step(matter.pk).pk == step
    retitle(world, matter, FIRST, seen=2)
    assert again(matter).title_words() == FIRST and not list(filter(None, matters.altered()))
    with pytest.raises(matters.StaleText):
        retitle(world, matter, SECOND, seen=1)


def test_pressed_twice_it_is_changed_once(world, matter):
    for _press in range(2):
        retitle(world, matter, SECOND)
    assert [a.kind for a in acts.history("matter", matter.pk)].count("matter.retitled") == 1


def test_a_former_title_put_back_behind_our_back_is_named(world, matter):
    before = bytes(matter.title)
    retitle(world, matter, SECOND)
    matters.Matter.objects.update(title=before)
    assert [(found.matter_key, found.what) for found in matters.altered() if found] == [(matter.pk, "its title")]


@pytest.mark.parametrize("title", ["", " \u3000\t", "长" * 61, "\x00\x01"])
def test_a_title_that_says_nothing_or_too_much_is_refused(world, matter, title):
    with pytest.raises(matters.CannotLink):
        retitle(world, matter, title)
    assert again(matter).title_words() == FIRST


@pytest.mark.parametrize(
    "name", ["liqiang", "chenfang", "zhaojun", "sunli", "zhoutao", "wujing", "zhengkai", "wangmin"]
)
def test_who_does_not_write_for_the_matter_does_not_name_it(world, matter, name):
    with pytest.raises((cases.NoPen, matters.Matter.DoesNotExist)):
        retitle(world, matter, SECOND, by=name)
    with pytest.raises(cases.NoPen):
        matters.retitle(matter.pk, SECOND, seen=1, by=cases.ON_THE_WEB, now=NOW)
    assert again(matter).title_words() == FIRST
