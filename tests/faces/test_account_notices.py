"""Notices: each office its own, in plain words, with a way to the case while it is theirs."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import translation
from tests.world import MONDAY

from bandeng.faces.desk import notices
from bandeng.faces.desk.notice_texts import TEXTS
from bandeng.ground.acts import api as acts
from bandeng.ground.core import api as core
from bandeng.ground.core import clock
from bandeng.speak.casework import api as cases

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def afternoon(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: MONDAY + 6 * HOUR)


@pytest.fixture
def case(world):
    case = world.registered()
    cases.dispatch(case.pk, to=world.office("civil-affairs"), by=world.hand("chenfang"), now=MONDAY + HOUR)
    return world.fresh(case)


@pytest.fixture
def as_(client, world):
    def enter(username):
        client.force_login(world.staff[username], backend="django.contrib.auth.backends.ModelBackend")
        return client

    return enter


def test_the_office_a_case_is_sent_to_reads_so_and_finds_the_way(as_, case):
    page = as_("liuyang").get("/desk/notices/")
    line = page.context["lines"][0]
    assert (line.code, line.url) == (core.show_code(case.code), reverse("case", args=[case.code]))
    assert "交到本单位：请签收" in page.text and line.url in page.text
    assert page.context["notice_count"] == "1"
    assert "腿断了" not in page.text and "张桂兰" not in page.text


@pytest.mark.parametrize("username", ["zhengkai", "wangmin", "zhoutao", "wujing"])
def test_other_offices_read_nothing_of_it(as_, case, username):
    page = as_(username).get("/desk/notices/")
    assert core.show_code(case.code) not in page.text
    assert page.context["notice_count"] in {"", None}
    assert "这里会列出本单位的新情况" in page.text


def test_a_notice_is_taken_off_by_one_for_the_whole_office_as_an_act(as_, case, world):
    client = as_("liuyang")
    notice = client.get("/desk/notices/").context["lines"][0]
    assert client.post("/desk/notices/read/", {"notice": str(notice.id)}).url == "/desk/notices/"
    assert client.get("/desk/notices/").context["lines"] == []
    act = acts.history("case", case.pk)[-1]
    assert (act.kind, act.actor_key) == ("notice.read", world.staff["liuyang"].actor_key)
    assert as_("sunli").get("/desk/notices/").context["lines"] == []
    client.post("/desk/notices/read/", {"notice": str(notice.id)})  # twice is harmless
    assert [act.kind for act in acts.history("case", case.pk)].count("notice.read") == 1


def test_nobody_takes_off_another_offices_notice(as_, case):
    notice = as_("liuyang").get("/desk/notices/").context["lines"][0]
    as_("wangmin").post("/desk/notices/read/", {"notice": str(notice.id), "shown": str(notice.id)})
    as_("wangmin").post("/desk/notices/read/", {"all": "1", "shown": str(notice.id)})
    assert len(as_("liuyang").get("/desk/notices/").context["lines"]) == 1


def test_all_that_the_page_showed_is_taken_off_and_nothing_newer(as_, case, world):
    client = as_("liuyang")
    shown = [str(line.id) for line in client.get("/desk/notices/").context["lines"]]
    later = world.registered()
    cases.dispatch(later.pk, to=world.office("civil-affairs"), by=world.hand("chenfang"), now=MONDAY + 2 * HOUR)
    client.post("/desk/notices/read/", {"all": "1", "shown": shown})
    assert [line.code for line in client.get("/desk/notices/").context["lines"]] == [core.show_code(later.code)]


def test_the_count_stops_at_999(as_, case, rf, world, monkeypatch):
    monkeypatch.setattr(notices, "MANY", 0)
    assert as_("liuyang").get("/desk/notices/").context["notice_count"] == "0+"


def test_a_page_of_notices_costs_the_same_however_many(as_, case, world, django_assert_max_num_queries):
    client = as_("liuyang")
    client.get("/desk/notices/")
    for _n in range(8):
        more = world.registered()
        cases.dispatch(more.pk, to=world.office("civil-affairs"), by=world.hand("chenfang"), now=MONDAY + HOUR)
    with django_assert_max_num_queries(8):
        assert len(client.get("/desk/notices/").context["lines"]) == 9


def test_every_text_has_its_chinese():
    for template, text in TEXTS.items():
        with translation.override("zh-hans"):
            assert not str(text).isascii(), template
