"""Who sees what of a matter: nothing outside one's scope, not by list, page, count, place, timeline or proposal."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from tests.fixtures_signing_in import sign_in_as
from tests.speak.matters_people import LI, WANG, all_of, at_discipline, elsewhere, spoken
from tests.speak.test_casework_loop import HOUR
from tests.world import MONDAY

from bandeng.ground.core import api as core
from bandeng.ground.core import clock
from bandeng.ground.directory import api as directory
from bandeng.speak.casework import api as cases
from bandeng.speak.matters import api as matters
from bandeng.speak.matters import selectors
from bandeng.speak.matters.models import MatterCase
from bandeng.speak.matters.services import last_step

NOW = MONDAY + 3 * HOUR
TITLE = "路灯不亮"


@pytest.fixture
def desk(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


def page_of(world, name: str, address: str, *args, has_code=False) -> tuple[int, str]:
    client = sign_in_as(Client(), world.staff[name], has_code=has_code)
    response = client.get(reverse(address, args=args))
    text = response.content.decode()
    return response.status_code, re.sub(r"\s+", " ", text)


def county_wide(world):
    """Give a matter of two cases of 河西镇 and one of 石桥乡, made by somebody who dispatches for both."""
    both = directory.Role.objects.get(code="dispatcher")
    directory.Posting.objects.create(
        staff=world.staff["linna"], role=both, office=world.offices["hexi-centre"], from_on="2020-01-01"
    )
    directory.Posting.objects.create(
        staff=world.staff["linna"], role=both, office=world.offices["shiqiao-affairs"], from_on="2020-01-01"
    )
    near, far = [spoken(world), spoken(world, identity=LI)], elsewhere(world)
    matter = matters.make([c.pk for c in [*near, far]], title=TITLE, by=world.hand("linna"), now=NOW)
    return matter, near, far


def test_whoever_sees_no_case_of_it_gets_404_and_an_empty_list(world, desk):
    matter = matters.make([spoken(world).pk], title=TITLE, by=world.hand("chenfang"), now=NOW)
    for address in ("matter", "matter-note", "matter-core", "matter-drafts"):
        assert page_of(world, "wangmin", address, matter.pk)[0] == 404
    assert TITLE not in page_of(world, "wangmin", "matters")[1]
    assert TITLE in page_of(world, "chenfang", "matters")[1]


@pytest.mark.parametrize("name", ["chenfang", "liuyang", "sunli", "liqiang"])
def test_another_township_s_case_is_not_listed_counted_placed_or_told(world, desk, name):
    matter, near, far = county_wide(world)
    for address, args in (("matter", [matter.pk]), ("matters", []), ("case", [near[0].code])):
        status, text = page_of(world, name, address, *args)
        assert status == 200
        assert far.code not in text and core.show_code(far.code) not in text, address
        assert "水磨村" not in text, address
        assert address == "case" or "石桥" not in text  # a dispatcher's case page lists every office to give it to
    permissions = world.permissions(name)
    assert {c.pk for c in selectors.cases_of(permissions, matter)} == {c.pk for c in near}
    [line] = selectors.page(permissions, is_closed=False)
    assert len(line.members) == 2 and selectors.voices(line.members) == 2


def test_the_other_township_sees_its_own_case_alone(world, desk):
    matter, near, far = county_wide(world)
    status, text = page_of(world, "wangmin", "matter", matter.pk)
    assert status == 200 and core.show_code(far.code) in text
    assert not [case for case in near if core.show_code(case.code) in text]
    assert "柳树村" not in text and "河西" not in text


def test_who_wrote_is_named_only_where_that_tells_of_no_further_case(world, desk):
    matter, _near, _far = county_wide(world)
    matters.write_text(matter.pk, "note", "查过了。", seen=0, by=world.hand("wangmin"), now=NOW)
    assert "石桥" in page_of(world, "wangmin", "matter", matter.pk)[1]
    text = page_of(world, "chenfang", "matter", matter.pk)[1]
    assert "查过了" in text and "石桥" not in text


def test_a_step_that_named_only_cases_out_of_sight_is_not_told(world, desk):
    matter, near, far = county_wide(world)
    matters.split(matter.pk, [far.pk], by=world.hand("linna"), now=NOW)
    shown = selectors.steps(matter, selectors.named_in(world.permissions("chenfang"), matter))
    assert [act.kind for act, _named in shown] == ["matter.made"]
    assert {case.pk for _act, named in shown for case in named} == {case.pk for case in near}
    text = page_of(world, "chenfang", "matter", matter.pk)[1]
    assert reverse("matter-undo", args=[matter.pk]) not in text  # it is not theirs to undo, so it is not offered
    assert reverse("matter-undo", args=[matter.pk]) in page_of(world, "linna", "matter", matter.pk)[1]


def test_who_undoes_must_have_every_case_of_the_step(world):
    matter, _near, _far = county_wide(world)
    with pytest.raises(cases.NoPen):
        matters.undo(matter.pk, step=last_step(matter.pk).pk, by=world.hand("chenfang"), now=NOW)
    assert MatterCase.objects.filter(matter=matter, left_at__isnull=True).count() == 3


def test_a_proposal_shows_the_cases_in_sight_and_a_lone_one_is_none(world, desk):
    near, far = [spoken(world), spoken(world, identity=LI)], elsewhere(world)
    links = [
        matters.Link(near[0].pk, near[1].pk, ("路灯",), days=1),
        matters.Link(near[1].pk, far.pk, ("石桥路灯",), world.areas["shuimo"].pk, 2),
    ]
    matters.propose([matters.Group((near[0].pk, near[1].pk, far.pk), tuple(links))], now=NOW)
    proposal = matters.Proposal.objects.get()
    status, text = page_of(world, "chenfang", "matter-proposal", proposal.pk)
    assert status == 200 and core.show_code(near[0].code) in text
    assert core.show_code(far.code) not in text and "石桥" not in text and "水磨村" not in text
    assert page_of(world, "wangmin", "matter-proposal", proposal.pk)[0] == 404
    assert not selectors.proposals(world.permissions("wangmin")).exists()
    matter = matters.accept(
        proposal.pk, [c.pk for c in near], title=TITLE, shown=all_of(proposal.pk), by=world.hand("chenfang"), now=NOW
    )
    assert MatterCase.objects.filter(matter=matter).count() == 2
    # Nobody who sees it decided on the case out of sight: it may be proposed again.
    assert not matters.constraints().apart


def test_a_proposal_to_join_a_matter_out_of_sight_is_not_there(world):
    far = elsewhere(world)
    matters.make([far.pk], title=TITLE, by=world.hand("wangmin"), now=NOW)
    near = spoken(world)
    matters.propose([matters.Group((far.pk, near.pk), (matters.Link(far.pk, near.pk, ("路灯",)),))], now=NOW)
    assert matters.Proposal.objects.count() == 1
    assert not selectors.proposals(world.permissions("chenfang")).exists()


# ---- compartments ---------------------------------------------------------------------------------------------------


def now_discipline(world, code: str) -> None:
    """Correct the directory: an office was a discipline body all along."""
    directory.Office.objects.filter(code=code).update(kind="discipline")
    directory.forget()


def test_what_lies_with_the_discipline_body_joins_no_matter(world):
    open_one, sealed_off = spoken(world), at_discipline(world)
    matter = matters.make([open_one.pk], title=TITLE, by=world.hand("chenfang"), now=NOW)
    for act in (
        lambda: matters.join(matter.pk, [sealed_off.pk], by=world.hand("chenfang"), now=NOW),
        lambda: matters.make([sealed_off.pk], title=TITLE, by=world.hand("chenfang"), now=NOW),
    ):
        with pytest.raises(cases.NoPen):
            act()
    link = matters.Link(open_one.pk, sealed_off.pk, ("路灯",))
    done = matters.propose([matters.Group((open_one.pk, sealed_off.pk), (link,))], now=NOW)
    assert (done.made, done.idle) == (0, 1) and not matters.Proposal.objects.exists()


def test_a_case_that_went_to_the_discipline_body_is_gone_from_pages_counts_and_words(world, desk):
    found = [spoken(world), spoken(world, identity=LI), spoken(world, identity=WANG, to="transport")]
    matter = matters.make([c.pk for c in found], title=TITLE, by=world.hand("chenfang"), now=NOW)
    third = found[2]
    assert third.pk in {c.pk for c in selectors.cases_of(world.permissions("chenfang"), matter)}
    now_discipline(world, "transport")
    for name in ("chenfang", "liuyang", "sunli", "fengguang", "zhoutao"):
        assert third.pk not in {c.pk for c in selectors.cases_of(world.permissions(name), matter)}
    status, text = page_of(world, "chenfang", "matter", matter.pk)
    assert status == 200 and core.show_code(third.code) not in text
    [line] = selectors.page(world.permissions("chenfang"), is_closed=False)
    assert len(line.members) == 2
    with pytest.raises(cases.NoPen):
        matters.split(matter.pk, [third.pk], by=world.hand("chenfang"), now=NOW)


def test_a_matter_of_nothing_but_what_went_there_does_not_exist(world, desk):
    case = spoken(world, to="transport")
    matter = matters.make([case.pk], title=TITLE, by=world.hand("chenfang"), now=NOW)
    now_discipline(world, "transport")
    assert page_of(world, "chenfang", "matter", matter.pk)[0] == 404
    assert selectors.matter_of(world.permissions("chenfang"), case.pk) is None
