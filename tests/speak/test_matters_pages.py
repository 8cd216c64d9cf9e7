"""Pages of matters: every act without a script, what was typed is kept, and what is not yours is not told."""

import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.fixtures_signing_in import sign_in_as
from tests.speak.matters_people import LI, WANG, elsewhere, spoken
from tests.speak.test_casework_loop import HOUR
from tests.world import MONDAY

from bandeng.ground.core import api as core
from bandeng.ground.core import clock
from bandeng.ground.residents import api as residents
from bandeng.speak.matters import api as matters
from bandeng.speak.matters.models import MatterCase
from bandeng.speak.matters.services import last_step

NOW = MONDAY + 3 * HOUR
TITLE = "柳树村东头路灯"


@pytest.fixture(autouse=True)
def noon(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def three(world):
    return [spoken(world), spoken(world, identity=LI), spoken(world, identity=WANG)]


@pytest.fixture
def chenfang(world) -> Client:
    return sign_in_as(Client(), world.staff["chenfang"], has_code=False)


@pytest.fixture
def liuyang(world) -> Client:
    return sign_in_as(Client(), world.staff["liuyang"], has_code=False)


def made(world, found):
    return matters.make([c.pk for c in found], title=TITLE, by=world.hand("chenfang"), now=NOW)


def at(name: str, *args) -> str:
    return reverse(name, args=args)


def key() -> str:
    return str(uuid4())


def test_numbers_as_people_type_them_make_a_matter(chenfang, three):
    one, two, last = (core.show_code(case.code) for case in three)
    typed = {"more": f"{one.lower()}，{two}、 {last}", "do": "add", "key": key()}
    page = chenfang.post(at("matter-new"), typed)
    assert page.status_code == 200 and all(core.show_code(c.code) in page.content.decode() for c in three)
    form = {"case": [c.code for c in three], "title": TITLE, "do": "make", "key": key()}
    answer = chenfang.post(at("matter-new"), form)
    assert answer.status_code == 302 and MatterCase.objects.count() == 3
    assert chenfang.post(at("matter-new"), form)["Location"] == answer["Location"]  # pressed twice
    assert matters.Matter.objects.count() == 1


def test_a_number_of_another_township_and_one_that_there_is_not_get_the_same_answer(chenfang, world, three):
    far, matter = elsewhere(world), made(world, three[:2])
    told = []
    for code in (far.code, core.new_code()):
        page = chenfang.post(at("matter-new"), {"more": code, "do": "make", "title": TITLE, "key": key()})
        assert page.status_code == 422 and code in page.content.decode()
        joined = chenfang.post(at("matter-join", matter.pk), {"code": code, "key": key()})
        assert joined.status_code == 422
        texts = [page.content.decode(), joined.content.decode()]
        told.append([re.sub(rf"{code}|{core.show_code(code)}|value=\"[\w-]+\"", "", text) for text in texts])
    assert told[0] == told[1]


def test_a_page_that_cannot_be_taken_keeps_what_was_typed(chenfang, three):
    form = {"case": [c.code for c in three], "title": "长" * 61, "do": "make", "key": key()}
    page = chenfang.post(at("matter-new"), form)
    assert page.status_code == 422 and "长" * 61 in page.content.decode()
    assert page.content.decode().count('type="hidden" name="case"') == 3


def test_a_proposal_is_taken_in_part_by_ticking(chenfang, world, three):
    links = tuple(matters.Link(a.pk, b.pk, ("路灯",), days=2) for a, b in zip(three, three[1:], strict=False))
    matters.propose([matters.Group(tuple(c.pk for c in three), links)], now=NOW)
    address = at("matter-proposal", matters.Proposal.objects.get().pk)
    page = chenfang.get(address).content.decode()
    assert page.count(" checked") == 3 and "相隔 2 天" in page
    shown = re.findall(r'name="shown" value="(\w+)"', page)
    assert sorted(shown) == sorted(c.code for c in three)
    lone = chenfang.post(address, {"case": three[0].code, "shown": shown, "title": TITLE, "key": key(), "do": "accept"})
    assert lone.status_code == 422 and lone.content.decode().count(" checked") == 1
    ticked = {"case": [c.code for c in three[:2]], "shown": shown, "title": TITLE, "key": key(), "do": "accept"}
    assert chenfang.post(address, ticked).status_code == 302
    assert matters.constraints().are_apart(three[2].pk, three[0].pk)
    assert chenfang.get(address).status_code == 404  # settled


def test_declining_is_one_press(liuyang, three):
    matters.propose([matters.Group(tuple(c.pk for c in three))], now=NOW)
    address = at("matter-proposal", matters.Proposal.objects.get().pk)
    shown = re.findall(r'name="shown" value="(\w+)"', liuyang.get(address).content.decode())
    assert liuyang.post(address, {"do": "decline", "shown": shown}).status_code == 302
    assert len(matters.constraints().apart) == 3


def test_a_proposal_that_grew_while_it_was_open_shows_the_new_case_ticked(chenfang, three):
    first, more = [c.pk for c in three[:2]], [c.pk for c in three]
    matters.propose([matters.Group(tuple(first))], now=NOW)
    address = at("matter-proposal", matters.Proposal.objects.get().pk)
    shown = re.findall(r'name="shown" value="(\w+)"', chenfang.get(address).content.decode())
    matters.propose([matters.Group(tuple(more))], now=NOW)
    typed = {"case": shown, "shown": shown, "title": "", "key": key(), "do": "accept"}
    again = chenfang.post(address, typed)
    assert again.status_code == 422 and again.content.decode().count(" checked") == 3
    assert chenfang.post(address, {**typed, "title": TITLE}).status_code == 302
    assert set(matters.constraints().together) == {frozenset(first)} and not matters.constraints().apart


def test_a_newer_version_is_shown_beside_what_was_typed(liuyang, world, three):
    matter = made(world, three)
    matters.write_text(matter.pk, "core", "先写的", seen=0, by=world.hand("liuyang"), now=NOW)
    page = liuyang.post(at("matter-core", matter.pk), {"seen": "0", "words": "后写的"})
    text = page.content.decode()
    assert page.status_code == 409 and "先写的" in text and "后写的" in text
    seen = re.search(r'name="seen" value="(\d+)"', text)[1]
    assert liuyang.post(at("matter-core", matter.pk), {"seen": seen, "words": "后写的"}).status_code == 302


def test_what_is_typed_is_kept_sealed_until_it_is_sent(liuyang, world, three):
    matter = made(world, three)
    assert liuyang.post(at("matter-note-draft", matter.pk), {"words": "写到一半"}).status_code == 204
    assert "写到一半" in liuyang.get(at("matter-note", matter.pk)).content.decode()
    assert liuyang.post(at("matter-note", matter.pk), {"seen": "0", "words": "写完了"}).status_code == 302
    assert "写到一半" not in liuyang.get(at("matter-note", matter.pk)).content.decode()
    assert liuyang.post(at("matter-note-draft", matter.pk), {"words": "长" * 100_000}).status_code == 413


def test_where_a_draft_came_from_stays_with_it_while_it_is_typed(liuyang, world, three):
    matter, case = made(world, three), three[0]
    matters.write_text(matter.pk, "core", "月底前亮。", seen=0, by=world.hand("liuyang"), now=NOW)
    assert liuyang.post(at("matter-use", matter.pk, case.code)).status_code == 302
    page = liuyang.get(at("case-act", case.code, "draft")).content.decode()
    source = re.search(r'name="source" value="([^"]+)"', page)[1]
    typed = {"source": source, "opinion": "改过了", "csrfmiddlewaretoken": "x"}
    assert liuyang.post(at("case-draft", case.code, "draft"), typed).status_code == 204
    page = liuyang.get(at("case-act", case.code, "draft")).content.decode()
    assert source in page and "改过了" in page
    wrong = liuyang.post(at("case-act", case.code, "draft"), {"version": case.version, **typed, "kind": "answer"})
    assert wrong.status_code in (409, 422) and source in wrong.content.decode()


def test_undoing_and_closing_by_their_buttons(chenfang, world, three):
    matter = made(world, three)
    chenfang.post(at("matter-split", matter.pk), {"case": three[0].code, "key": key()})
    chenfang.post(at("matter-undo", matter.pk), {"step": str(last_step(matter.pk).pk)})
    assert MatterCase.objects.filter(left_at__isnull=True).count() == 3
    for is_closed in (True, False):
        chenfang.post(at("matter-close", matter.pk))
        assert (matters.Matter.objects.get().closed_at is not None) == is_closed
    gone = chenfang.post(at("matter-undo", matter.pk), {"step": "not a number"}, follow=True)
    assert gone.status_code == 200 and MatterCase.objects.count() == 3
    all_out = {"case": [c.code for c in three], "key": key()}
    assert chenfang.post(at("matter-split", matter.pk), all_out)["Location"] == at("matters")
    assert chenfang.get(at("matter", matter.pk)).status_code == 404


def test_who_only_looks_is_offered_nothing(world, three):
    matter = made(world, three)
    leader = sign_in_as(Client(), world.staff["sunli"], has_code=False)
    page = leader.get(at("matter", matter.pk)).content.decode()
    assert "<form" not in page.split("<main", 1)[1]
    assert "生成草稿" not in page and "移出" not in page and "收口" not in page
    queue = leader.get(f"{at('queue')}?tab=scope").content.decode()
    assert 'name="case"' not in queue


@pytest.mark.parametrize("name", ["matter", "matters"])
def test_a_page_costs_no_more_for_many_cases_than_for_few(liuyang, world, three, name):
    matter = made(world, three)
    matters.write_text(matter.pk, "core", "月底前亮。", seen=0, by=world.hand("liuyang"), now=NOW)
    address = at(name, matter.pk) if name == "matter" else at(name)
    liuyang.get(address)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert liuyang.get(address).status_code == 200
        return len(queries)

    few = cost()
    more = [spoken(world, identity=residents.Identity(phone=f"1390000002{n}")) for n in range(7)]
    matters.join(matter.pk, [c.pk for c in more], by=world.hand("chenfang"), now=NOW)
    assert cost() <= few


def test_a_title_is_changed_on_the_page_and_back(liuyang, chenfang, world, three):
    matter = made(world, three)
    page = liuyang.get(at("matter", matter.pk)).content.decode()
    seen = re.search(r'name="seen" value="(\d+)"', page)[1]
    for title in ("控制箱进水", TITLE):
        seen = re.search(r'name="seen" value="(\d+)"', liuyang.get(at("matter", matter.pk)).content.decode())[1]
        assert liuyang.post(at("matter-title", matter.pk), {"seen": seen, "title": title}).status_code == 302
        page = liuyang.get(at("matter", matter.pk)).content.decode()
        assert f"<h1>{title}</h1>" in page and "改了标题" in page
    assert at("matter-title", matter.pk) not in chenfang.get(at("matter", matter.pk)).content.decode()
    assert chenfang.post(at("matter-title", matter.pk), {"seen": seen, "title": "改"}).status_code == 403


@pytest.mark.parametrize("title", ["", " \u3000", "长" * 61])
def test_a_title_that_cannot_be_taken_is_kept_on_the_page(liuyang, world, three, title):
    matter = made(world, three)
    page = liuyang.post(at("matter-title", matter.pk), {"seen": "1", "title": title})
    assert page.status_code == 422 and title in page.content.decode()
    assert f"<h1>{TITLE}</h1>" in page.content.decode() and '<details class="details" open' in page.content.decode()


def test_who_was_slower_sees_both_titles(liuyang, world, three):
    matter = made(world, three)
    matters.retitle(matter.pk, "先改的", seen=1, by=world.hand("liuyang"), now=NOW)
    answer = liuyang.post(at("matter-title", matter.pk), {"seen": "1", "title": "后改的"})
    page = answer.content.decode()
    assert answer.status_code == 409 and "<h1>先改的</h1>" in page and 'value="后改的"' in page
    seen = re.search(r'name="seen" value="(\d+)"', page)[1]
    assert liuyang.post(at("matter-title", matter.pk), {"seen": seen, "title": "后改的"}).status_code == 302


def test_reading_note_or_core_is_kept_once_a_day_and_a_list_is_no_look_at_a_case(liuyang, chenfang, world, three):
    matter = made(world, three)
    liuyang.get(at("matter", matter.pk))
    assert not matter.views.exists()  # there is nothing to read yet
    matters.write_text(matter.pk, "note", "看过了", seen=0, by=world.hand("liuyang"), now=NOW)
    for who in (liuyang, liuyang, chenfang):
        assert who.get(at("matter", matter.pk)).status_code == 200
    assert set(matter.views.values_list("staff__username", "viewed_on")) == {
        ("liuyang", NOW.date()),
        ("chenfang", NOW.date()),
    }
    assert "2 名工作人员" in liuyang.get(at("matter", matter.pk)).content.decode()
    assert not any(case.views.exists() for case in three)
    stranger = sign_in_as(Client(), world.staff["wangmin"], has_code=False)
    assert stranger.get(at("matter", matter.pk)).status_code == 404 and matter.views.count() == 2


def test_where_one_writes_what_was_said_stands_whole_and_each_case_is_looked_at(liuyang, world, three):
    matter = made(world, three)
    for _twice in range(2):
        assert liuyang.get(at("matter-note", matter.pk)).status_code == 200
    assert [case.views.count() for case in three] == [1, 1, 1] and matter.views.count() == 1
