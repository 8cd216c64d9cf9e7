"""Similar cases beside a case: within one's scope, with reasons; a passage is taken over by hand, with its source."""

from datetime import timedelta

import pytest
from django.urls import reverse
from tests.speak.lookup_index import fed
from tests.speak.test_casework_loop import HOUR, REPLY, working
from tests.world import MONDAY

from bandeng.ground.core import clock
from bandeng.ground.residents import api as residents
from bandeng.speak.casework import api as cases
from bandeng.speak.lookup import api as lookup
from bandeng.speak.suggestions import likes, services
from bandeng.speak.suggestions.models import NotAlike

DARK = "村口的路灯坏了半个月，晚上走路摔了人"
DARK_TOO = "村口路灯又坏了，天黑没法走路，请来修路灯"
BEANS = "大棚的豆角卖不出去，想找销路"


@pytest.fixture(autouse=True)
def monday(monkeypatch, tmp_path, settings):
    settings.SEARCH_DIR = tmp_path / "search"
    lookup.forget()
    monkeypatch.setattr(clock, "now", lambda: MONDAY + 6 * HOUR)
    yield
    lookup.forget()


def said(world, words, **more):
    return world.registered(words=words, identity=residents.Identity(), **more)


def beside(world, sign_in, case, username="chenfang"):
    return sign_in(username).get(reverse("likes", args=[case.code]), headers={"X-Requested-With": "beside"})


def test_what_is_like_a_case_stands_beside_it_with_what_is_shared(world, sign_in):
    here, there = said(world, DARK), said(world, DARK_TOO)
    said(world, BEANS)
    fed()
    page = beside(world, sign_in, here).text
    assert there.code[:4] in page and "<mark>路灯</mark>" in page and "<html" not in page
    assert here.code[:4] not in page.replace(f"/{here.code}/", "")


def test_a_case_out_of_scope_is_never_shown_counted_or_opened(world, sign_in):
    here = said(world, DARK)
    by, elsewhere = world.hand("wangmin"), world.office("shiqiao-affairs")
    area = world.areas["shuimo"].pk
    registration = world.registration(words=DARK_TOO, first_receiver=elsewhere, area=area)
    other = cases.register(registration, by=by, now=MONDAY).case
    fed()
    page = beside(world, sign_in, here).text
    assert other.code not in page and "路灯" not in page
    client = sign_in("chenfang")
    assert client.get(reverse("like-answer", args=[here.code, other.code])).status_code == 404
    assert client.post(reverse("like-use", args=[here.code, other.code]), {"passage": "0"}).status_code == 404
    assert client.post(reverse("like-deny", args=[here.code, other.code])).status_code == 404
    assert not NotAlike.objects.exists()


def test_not_alike_is_remembered_for_both_and_can_be_taken_back(world, sign_in):
    here, there = said(world, DARK), said(world, DARK_TOO)
    fed()
    client = sign_in("chenfang")
    client.post(reverse("like-deny", args=[here.code, there.code]))
    client.post(reverse("like-deny", args=[there.code, here.code]))
    assert NotAlike.objects.count() == 1
    for case, other in ((here, there), (there, here)):
        page = beside(world, sign_in, case).text
        assert f"/desk/cases/{other.code}/" not in page and "没有列出" in page
        take_back = reverse("like-deny", args=[case.code, other.code])
        assert f'action="{take_back}"' in page and 'name="again"' in page
    client.post(take_back, {"again": "1"})
    assert there.code[:4] in (page := beside(world, sign_in, here).text) and "没有列出" not in page


def test_of_what_was_said_not_to_be_alike_only_what_is_in_sight_is_counted(world, sign_in):
    here = said(world, DARK)
    registration = world.registration(
        words=DARK_TOO, first_receiver=world.office("shiqiao-affairs"), area=world.areas["shuimo"].pk
    )
    other = cases.register(registration, by=world.hand("wangmin"), now=MONDAY).case
    fed()
    services.deny(here.pk, other.pk, by=world.hand("chenfang"), now=MONDAY)
    page = beside(world, sign_in, here).text
    assert "没有列出" not in page and other.code not in page


def answered(world, words=DARK):
    """Lead a case to its answer at the civil affairs office; its handler sees both it and the next."""
    case = said(world, words)
    cases.dispatch(case.pk, to=world.office("civil-affairs"), by=world.hand("chenfang"), now=MONDAY + HOUR)
    cases.accept(case.pk, by=world.hand("liuyang"), now=MONDAY + HOUR)
    cases.draft_reply(case.pk, REPLY, by=world.hand("liuyang"), now=MONDAY + 2 * HOUR)
    cases.approve(case.pk, by=world.hand("zhaojun"), now=MONDAY + 2 * HOUR)
    cases.serve(case.pk, method="phone", by=world.hand("zhaojun"), now=MONDAY + 2 * HOUR + timedelta(days=1))
    return world.fresh(case)


def test_a_passage_is_taken_into_the_draft_with_its_source_and_nothing_is_filled_in_before(world, sign_in):
    old, new = answered(world), working(world)
    client = sign_in("liuyang")
    write = reverse("case-act", args=[new.code, "draft"])
    assert REPLY.opinion not in client.get(write).text
    page = client.get(reverse("like-answer", args=[new.code, old.code]))
    assert REPLY.opinion in page.text
    number = next(one.number for one in likes.passages(old) if one.part == "opinion")
    to = client.post(reverse("like-use", args=[new.code, old.code]), {"passage": str(number)}).url
    draft = client.get(to).text
    assert to == write and REPLY.opinion in draft and f"取自 {old.code[:4]}" in draft


def test_who_does_not_write_the_answer_takes_nothing_over(world, sign_in):
    old, new = answered(world), said(world, DARK_TOO)
    client = sign_in("chenfang")
    assert "取用到" not in client.get(reverse("like-answer", args=[new.code, old.code])).text
    assert client.post(reverse("like-use", args=[new.code, old.code]), {"passage": "0"}).status_code == 302
    assert not cases.Draft.objects.exists()


def test_the_name_of_another_resident_does_not_travel_with_a_passage(world):
    case = world.registered(words=DARK)
    cases.dispatch(case.pk, to=world.office("civil-affairs"), by=world.hand("chenfang"), now=MONDAY + HOUR)
    cases.accept(case.pk, by=world.hand("liuyang"), now=MONDAY + HOUR)
    text = cases.ReplyText(**{**vars(REPLY), "opinion": "张桂兰您好，路灯周三修好，电话13900000001。"})
    cases.draft_reply(case.pk, text, by=world.hand("liuyang"), now=MONDAY + 2 * HOUR)
    cases.approve(case.pk, by=world.hand("zhaojun"), now=MONDAY + 2 * HOUR)
    cases.serve(case.pk, method="phone", by=world.hand("zhaojun"), now=MONDAY + 2 * HOUR)
    whole = "".join(one.text for one in likes.passages(world.fresh(case)))
    assert "张桂兰" not in whole and "13900000001" not in whole and "路灯周三修好" in whole


def test_without_an_index_the_page_says_so_and_stands(world, sign_in):
    case = said(world, DARK)
    assert "正在重建" in beside(world, sign_in, case).text
    assert sign_in("chenfang").get(reverse("case", args=[case.code])).status_code == 200


def test_a_name_no_dictionary_has_tells_in_the_first_sentence(world):
    """Both have the name's characters and the common words, the other more of them; the name has but one."""
    words = "夜里施工噪音很大，影响休息"
    other = said(world, f"头岙吵路。{words}，希望处理")
    named = said(world, f"岙头路吵。{words}，灰尘满屋")
    said(world, BEANS), said(world, DARK)
    fed()
    found = lookup.like(world.permissions("chenfang"), f"岙头路闹。{words}，希望处理")
    assert [like.case.pk for like in found] == [named.pk, other.pk]
