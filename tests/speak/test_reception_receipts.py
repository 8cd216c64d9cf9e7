"""What the papers say: who is in charge, telephone, by when, how to ask, in the speaker's own words."""

import re

import pytest
from django.conf import settings
from django.http import HttpResponse
from tests.speak.reception_people import NOW, WORDS
from tests.speak.test_casework_loop import replied

from bandeng.ground.core import api as core
from bandeng.ground.directory import api as directory
from bandeng.ground.ledger import api as ledger
from bandeng.speak.casework import api as cases
from bandeng.speak.reception import api as reception

pytestmark = pytest.mark.usefixtures("at_the_counter")


def paper(client, case, kind):
    cases_cookie = cases.remember(HttpResponse(), case).cookies["bandeng_receipt"]
    client.cookies["bandeng_receipt"] = cases_cookie.value
    page = client.get(f"/speak/receipt/?paper={kind}")
    assert page.status_code == 200
    return re.search(r"<article.*?</article>", page.text, re.S)[0]


@pytest.mark.parametrize("kind", ["slip", "a4"])
def test_a_paper_holds_unit_post_phone_date_and_how_to_ask(world, client, kind):
    case = world.registered(words=WORDS)
    cases.correct_words(case.pk, "是三个月", by=world.hand("liqiang"), now=NOW)
    sheet = paper(client, world.fresh(case), kind)
    told = [
        core.show_code(case.code),
        core.show_code(case.secret()),
        "河西镇党群服务中心",
        str(cases.labels.PEN["dispatcher"]),
        "0999-5550100",
        "2026年11月30日（星期一）",
        "打 0999-5550100，报上面的号码",
        "任何一个窗口",
        "路灯坏了两个月",
        "是三个月",
        "<svg",
        "/find/",
        "/proof/",
    ]
    assert [part for part in told if part not in sheet] == []
    assert "张桂兰" not in sheet and "13900000001" not in sheet


@pytest.mark.parametrize("kind", ["slip", "a4"])
def test_the_logs_head_stands_on_paper_with_its_size_so_that_two_papers_can_be_compared(world, client, kind):
    case = world.registered()
    ledger.sequence(now=NOW)
    head = ledger.head()
    told = f"登记簿一共 {head.size} 条，总指纹 {head.root_bytes.hex()[:8]}"
    assert head.size == 1 and told in paper(client, case, kind)


def test_another_office_in_charge_stands_beside_who_took_it_in(world, client):
    case = world.registered()
    directory.Office.objects.filter(code="civil-affairs").update(phone="0999-5550999")
    directory.forget()
    to = world.office("civil-affairs")
    cases.dispatch(case.pk, to=to, by=world.hand("chenfang"), now=NOW)
    slip = reception.slip_of(world.fresh(case), now=NOW)
    assert (slip.unit.code, slip.holder.code, slip.phone) == ("hexi-centre", "civil-affairs", "0999-5550999")
    assert slip.post == "河西镇党群服务中心接访员" and slip.holder_post == str(cases.labels.PEN["handler"])
    sheet = paper(client, world.fresh(case), "a4")
    assert "谁收下的" in sheet and "现在谁在管" in sheet and "民政局" in sheet


def test_an_office_without_a_telephone_gives_the_countys(world):
    directory.Office.objects.update(phone="")
    directory.forget()
    assert reception.slip_of(world.registered(), now=NOW).phone == settings.PUBLIC_PHONE


def test_a_long_story_is_whole_on_a4_and_begun_on_the_roll(world, client):
    case = world.registered(words="话" * 5000 + "完")
    assert "话" * 5000 + "完" in paper(client, case, "a4")
    roll = paper(client, case, "slip")
    assert "话" * 600 in roll and "话" * 601 not in roll and "A4" in roll


def test_an_answered_matter_says_until_when_to_speak_up(world, client):
    case = world.fresh(replied(world))
    sheet = paper(client, case, "a4")
    assert "没解决" in sheet and "我们的答复" in sheet


def test_an_ended_matter_still_has_its_receipt(world, client):
    case = replied(world)
    cases.confirm(case.pk, by=cases.hand.resident(case.pk), now=NOW)
    assert "已经办结" in paper(client, world.fresh(case), "slip")


def test_erased_words_leave_a_receipt_without_them(world):
    case = world.registered()
    core.SealKey.objects.filter(pk=case.seal_key_id).update(wrapped=None, erased_at=NOW)
    assert reception.slip_of(world.fresh(case), now=NOW).words == ""


def test_the_qr_leads_to_the_matter(world, client):
    case = world.registered()
    address = cases.receipts.url(case)
    assert client.get(address.removeprefix(settings.BASE_URL)).status_code == 302


def test_gathering_a_receipt_is_cheap(world, django_assert_max_num_queries):
    case = world.fresh(world.registered())
    reception.slip_of(case, now=NOW)
    with django_assert_max_num_queries(10):
        reception.slip_of(case, now=NOW)
