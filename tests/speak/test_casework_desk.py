"""The desk's pages: the queue, a case, each act by its address, without JavaScript."""

import re

import pytest
from django.urls import reverse
from tests.speak.test_casework_loop import HOUR, REPLY, dispatched, replied, working
from tests.world import MONDAY

from bandeng.ground.acts import api as acts
from bandeng.ground.core import clock
from bandeng.speak.casework import api as cases


@pytest.fixture(autouse=True)
def monday(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: MONDAY + 6 * HOUR)


def act_url(case, name):
    return reverse("case-act", args=[case.code, name])


def test_a_case_goes_through_the_desk_by_its_pages_alone(world, sign_in):
    case = world.registered()
    page = sign_in("chenfang").get(reverse("queue"))
    assert case.code[:4] in page.content.decode()
    client = sign_in("chenfang")
    version = {"version": case.version}
    response = client.post(act_url(case, "dispatch"), {**version, "to": str(world.office("civil-affairs"))})
    assert response.status_code == 302, response.content.decode()
    client = sign_in("liuyang")
    assert client.post(act_url(case, "accept"), {"version": 2}).status_code == 302
    write = client.get(act_url(case, "draft"))
    assert write.status_code == 200 and "腿断了" in write.content.decode()
    text = {name: getattr(REPLY, name) for name in ("kind", "result", "facts", "basis", "opinion", "remedy")}
    assert client.post(act_url(case, "draft"), {"version": 3, **text}).status_code == 302
    client = sign_in("zhaojun")
    assert client.post(act_url(case, "approve"), {"version": 4}).status_code == 302
    assert client.post(act_url(case, "serve"), {"version": 5, "method": "phone"}).status_code == 302
    assert world.fresh(case).status == "replied"


def test_what_was_typed_survives_a_missing_part_and_a_stale_page(world, sign_in):
    case = working(world)
    client = sign_in("liuyang")
    typed = {"version": case.version, "kind": "answer", "result": "supported", "opinion": "从十二月起发放"}
    page = client.post(act_url(case, "draft"), typed)
    assert page.status_code == 422 and "从十二月起发放" in page.content.decode()
    assert world.fresh(case).status == "working"
    text = {name: getattr(REPLY, name) for name in ("kind", "result", "facts", "basis", "opinion", "remedy")}
    stale = client.post(act_url(case, "draft"), {"version": case.version - 1, **text})
    assert stale.status_code == 409 and REPLY.opinion in stale.content.decode()
    assert f'name="version" value="{case.version}"' in stale.content.decode()


def test_a_draft_comes_back_when_the_page_is_opened_again(world, sign_in):
    case = working(world)
    client = sign_in("liuyang")
    kept = client.post(reverse("case-draft", args=[case.code, "draft"]), {"opinion": "写到一半", "version": "3"})
    assert kept.status_code == 204
    assert "写到一半" in client.get(act_url(case, "draft")).content.decode()


def test_outside_ones_scope_nothing_exists(world, sign_in):
    case = dispatched(world)
    for username in ("wangmin", "zhengkai", "zhoutao"):
        client = sign_in(username)
        assert client.get(reverse("case", args=[case.code])).status_code == 404
        assert client.post(act_url(case, "accept"), {"version": case.version}).status_code == 404
        assert case.code[:4] not in client.get(reverse("queue") + "?tab=scope").content.decode()


def test_the_page_never_shows_who_spoke_until_somebody_asks_on_record(world, sign_in):
    case = working(world)
    client = sign_in("liuyang")
    page = client.get(reverse("case", args=[case.code])).content.decode()
    assert "张桂兰" not in page and "13900000001" not in page
    shown = client.post(reverse("case-identity", args=[case.code]))
    assert "张桂兰" in shown.content.decode() and shown["Cache-Control"] == "no-store"
    assert cases.history(case)[-1].act.kind == "identity.opened"


def test_a_look_is_logged_once_a_day(world, sign_in):
    case = working(world)
    client = sign_in("liuyang")
    for _ in range(3):
        client.get(reverse("case", args=[case.code]))
    assert case.views.count() == 1


def test_pages_run_few_queries(world, sign_in, django_assert_max_num_queries):
    for _ in range(8):
        case = replied(world)
        working(world)
    client = sign_in("liuyang")
    client.get(reverse("queue"))
    with django_assert_max_num_queries(12):
        client.get(reverse("queue"))
    with django_assert_max_num_queries(20):
        client.get(reverse("case", args=[case.code]))


@pytest.mark.parametrize("bad", ["", "x", "QQQQQQQQQQ", "../../etc", "🪑" * 10])
def test_a_code_that_is_none_is_a_404(world, sign_in, bad):
    client = sign_in("liuyang")
    assert client.get(f"/desk/cases/{bad}/" if bad else "/desk/cases/").status_code == 404


def test_what_is_typed_into_a_hidden_key_is_not_kept(world, sign_in):
    case = working(world)
    assert sign_in("liqiang").post(reverse("case-trip", args=[case.code]), {"key": "13912345678"}).status_code == 302
    assert cases.trips(case) == 1
    assert not acts.Act.objects.filter(idempotency_key__contains="13912345678").exists()


def test_pressing_twice_notes_one_trip(world, sign_in):
    case = working(world)
    client = sign_in("liqiang")
    pressed = {"key": "01a21994-e3e8-703e-97d5-f7fcc715888c"}
    for _ in range(2):
        assert client.post(reverse("case-trip", args=[case.code]), pressed).status_code == 302
    assert cases.trips(case) == 1


@pytest.mark.parametrize(("username", "may_search"), [("liuyang", True), ("chenfang", True), ("zhaojun", False)])
def test_the_search_box_stands_where_searching_is_allowed(world, sign_in, username, may_search):
    client = sign_in(username)
    assert ('role="search"' in client.get("/desk/queue/").text) == may_search
    assert client.get("/desk/search/?q=低保").status_code == (200 if may_search else 403)


def test_no_part_that_an_answer_needs_is_called_optional(world, sign_in):
    page = sign_in("liuyang").get(act_url(working(world), "draft")).text
    notes = dict(
        re.findall(r'<label class="label" for="id_draft_(\w+)">[^<]*(?:<span class="optional">([^<]*))?', page)
    )
    assert notes == {"opinion": "", "facts": "", "basis": "", "where_to_go": "（说不能时要写）", "remedy": ""}


def test_what_is_usually_done_stands_before_what_is_not(world, sign_in):
    case = working(world)
    cases.draft_reply(case.pk, REPLY, by=world.hand("liuyang"), now=MONDAY + 3 * HOUR)
    page = sign_in("zhaojun").get(reverse("case", args=[case.code])).text
    assert page.index("批准") < page.index("退回修改")


def test_when_it_is_the_residents_turn_no_office_is_named_for_it(world, sign_in):
    page = sign_in("liuyang").get(reverse("case", args=[replied(world).code])).text
    assert "下一步由群众来：说说解决没有。" in page and "（民政局）" not in page


def test_earlier_answers_and_steps_are_folded_and_the_latest_stand_open(world, sign_in):
    case = replied(world)
    cases.reopen(case.pk, missing="钱还没到卡上", by=cases.hand.resident(case.pk), now=MONDAY + 6 * HOUR)
    page = sign_in("liuyang").get(reverse("case", args=[case.code])).text
    history = page[page.index("经过") :]
    latest, folded = history.split("更早的 3 步")
    assert "没解决，重新打开：民政局" in latest and "已登记" not in latest and "已登记" in folded
