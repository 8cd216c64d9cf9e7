"""Accusing an official: shown the way before a word is typed; that it was shown is kept, and nothing else anywhere."""

import uuid

import pytest
from django.db import connection
from tests.speak.reception_people import NOW, key_of

from bandeng.ground.acts import api as acts
from bandeng.ground.directory import api as directory
from bandeng.speak.casework import api as cases
from bandeng.speak.reception import api as reception

pytestmark = pytest.mark.usefixtures("at_the_counter")

WEB, DESK = "/speak/accusation/", "/desk/accusation/"
CANARY = "金丝雀说村主任贪了修路款"


def dump() -> str:
    """Write out every row of every table as text."""
    lines = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            lines += [f"{table} {row!r}" for row in cursor.fetchall()]
    return "\n".join(lines)


def pointed():
    return list(acts.Act.objects.filter(kind="accusation.pointed"))


def body(**changes):
    directory.Office.objects.filter(code="discipline").update(
        **{"phone": "0999-5550113", "address_zh": "清明路5号", "opening_hours": "周一至周五 8:30—12:00", **changes}
    )
    directory.forget()


@pytest.mark.parametrize("paper", ["", "?paper=slip", "?paper=a4"])
def test_the_way_is_shown_with_where_phone_hours_and_how(world, client, sign_in, paper):
    body()
    for url in (WEB, DESK):
        page = (client if url == WEB else sign_in("liqiang")).get(url + paper).text
        for part in (
            "县纪委监委信访室",
            "0999-5550113",
            "清明路5号",
            "周一至周五",
            "写信、打电话、当面说都行",
            "12388",
        ):
            assert part in page
        assert "<textarea" not in page and 'type="text"' not in page
    assert pointed() == []


def test_a_county_without_a_discipline_office_gives_the_national_number(world, client):
    body(is_active=False)
    page = client.get(WEB).text
    assert "12388" in page and "县纪委" not in page


def test_that_it_was_shown_is_kept_and_no_word_of_it_anywhere(world, client, sign_in):
    body()
    before = acts.Act.objects.count()
    sent = {"words": CANARY, "name": CANARY, "reason": CANARY, "paper": "slip", "key": str(uuid.uuid4())}
    for _ in range(2):
        assert client.post(WEB, sent).url == f"{WEB}?paper=slip"
    clerk = sign_in("liqiang")
    assert clerk.post(DESK, {**sent, "key": str(uuid.uuid4()), "paper": CANARY}).url == f"{DESK}?paper=slip"
    found = {act.payload["channel"]: act for act in pointed()}
    assert len(pointed()) == 2
    web, desk = found["web"], found["counter"]
    assert web.payload == {"channel": "web", "office": None, "discipline": "discipline"}
    assert desk.payload == {"channel": "counter", "office": "hexi-centre", "discipline": "discipline"}
    assert (web.actor_key, web.office_key, web.reason, web.seal_key_id) == ("resident", None, None, None)
    assert web.subject_kind == "accusation" and web.subject_key != desk.subject_key
    assert acts.Act.objects.count() == before + 2 and not cases.Case.objects.exists()
    assert CANARY not in dump() and CANARY not in dump().encode().decode("unicode_escape", "ignore")


def test_the_canary_would_be_seen(world):
    world.registered(source="x", source_number=CANARY)
    assert CANARY in dump()


def test_pointing_twice_with_one_key_is_one_act(world):
    key = uuid.uuid4()
    told = {"channel": "counter", "discipline": "discipline", "by": acts.system("test"), "now": NOW, "key": key}
    assert [reception.point_to_discipline(**told) for _ in range(2)] == [True, False]


def test_whoever_writes_it_all_the_same_is_registered_like_anybody(world, sign_in):
    response = sign_in("liqiang").post(
        "/desk/intake/", {"words": "我要告村主任", "channel": "counter", "procedure": "general"}
    )
    assert response.status_code == 302 and cases.Case.objects.count() == 1


def test_the_act_never_stands_on_a_residents_timeline(world):
    assert acts.kind("accusation.pointed").resident is None


@pytest.mark.parametrize("key", ["", "not a key", "🪑"])
def test_a_broken_key_still_gives_the_slip(world, client, key):
    assert client.post(WEB, {"key": key, "paper": "a4"}).status_code == 302
    assert len(pointed()) == 1


def test_pages_hold_a_fresh_key(world, client):
    assert key_of(client.get(WEB).text) != key_of(client.get(WEB).text)
