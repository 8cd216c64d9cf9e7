"""The right hands: suggested with reasons from the first day, learned from where cases went, decided by people."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from tests.world import MONDAY

from bandeng.ground.core import clock
from bandeng.ground.directory import api as directory
from bandeng.ground.residents import api as residents
from bandeng.speak.casework import api as cases
from bandeng.speak.suggestions import api as suggestions
from bandeng.speak.suggestions import calibration, learned
from bandeng.speak.suggestions.models import LearnedModel, Suggested

LOW_INCOME = "我家生活困难，想申请低保，社会救助怎么办"
ROAD = "交通运输的客车不进村，老人出门坐车难"
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: MONDAY + HOUR)
    learned.forget()
    yield
    learned.forget()


@pytest.fixture
def county(world):
    """The named world with two lines in its dispatch catalogue, and what is learned from them alone."""
    for topic, office in (("09", "civil-affairs"), ("04", "transport")):
        directory.CatalogueEntry.objects.create(
            topic=world.topics[topic], office=world.offices[office], valid_from=date(2020, 1, 1), legal_basis="三定规定"
        )
    directory.forget()
    return world


@pytest.fixture
def learned_county(county):
    for subject in suggestions.SUBJECTS:
        assert suggestions.learn(subject, now=MONDAY)
    return county


def test_learning_broken_off_between_offices_and_topics_is_due_again(county):
    assert suggestions.is_due(now=MONDAY)
    suggestions.learn("office", now=MONDAY)
    assert suggestions.is_due(now=MONDAY)
    suggestions.learn("topic", now=MONDAY)
    assert not suggestions.is_due(now=MONDAY + HOUR)
    night = MONDAY + timedelta(days=1)
    assert suggestions.is_due(now=night)
    suggestions.learn("topic", now=night)
    assert suggestions.is_due(now=night)
    suggestions.learn("office", now=night)
    assert not suggestions.is_due(now=night)


def test_nothing_is_due_where_there_is_nothing_to_choose_between(county):
    directory.CatalogueEntry.objects.all().delete()
    directory.Topic.objects.filter(code="04").delete()  # what is left is all under one topic of the second level
    directory.forget()
    assert not suggestions.is_due(now=MONDAY)


def beside(world, words, area="liushu", topic=None):
    return suggestions.beside(
        words,
        area_id=world.areas[area].pk,
        dispatch_office_id=world.office("hexi-centre"),
        topic_id=topic,
        now=MONDAY + HOUR,
    )


def signed_for(world, words, office, by):
    case = world.registered(identity=residents.Identity(), words=words)
    cases.dispatch(case.pk, to=world.office(office), by=world.hand("chenfang"), now=MONDAY + HOUR)
    cases.accept(case.pk, by=world.hand(by), now=MONDAY + 2 * HOUR)
    return world.fresh(case)


def test_on_the_first_day_the_words_of_topics_and_catalogue_speak(learned_county):
    found = beside(learned_county, LOW_INCOME)
    assert found.offices[0].office.code == "civil-affairs" and found.topic.code == "09.01"
    assert set(found.offices[0].words) & {"低保", "社会", "救助", "社会救助"}
    assert "民政" in found.offices[0].catalogue.reason or found.offices[0].catalogue.legal_basis == "三定规定"
    assert beside(learned_county, ROAD).offices[0].office.code == "transport"


def test_offices_of_another_place_and_closed_ones_are_never_named(learned_county):
    world = learned_county
    world.offices["civil-affairs"].is_active = False
    world.offices["civil-affairs"].save()
    directory.forget()
    codes = {one.office.code for one in beside(world, LOW_INCOME).offices}
    assert codes.isdisjoint({"civil-affairs", "shiqiao-affairs", "discipline"})


def test_without_anything_learned_there_is_no_suggestion_and_no_error(county, sign_in):
    case = county.registered()
    assert beside(county, LOW_INCOME).offices == ()
    assert "可能由谁负责" not in sign_in("chenfang").get(reverse("case", args=[case.code])).text


def test_a_broken_model_says_nothing(learned_county):
    LearnedModel.objects.filter(subject="office").update(content=b"PK\x03\x04 cut short")
    learned.forget()
    assert beside(learned_county, LOW_INCOME).offices == ()


def test_where_cases_went_is_learned(learned_county):
    world = learned_county
    words = "低保户坐客车要不要买票"
    before = next(one.percent for one in beside(world, words).offices if one.office.code == "civil-affairs")
    for n in range(20):
        signed_for(world, f"低保户坐第{n}路客车买票的事", "transport", "zhengkai")
        signed_for(world, f"第{n}组五保老人的社会救助金", "civil-affairs", "liuyang")
    suggestions.learn("office", now=MONDAY + 24 * HOUR)
    learned.forget()
    after = beside(world, words).offices
    assert after[0].office.code == "transport" and before > 100 - after[0].percent
    assert LearnedModel.objects.get(subject="office", is_in_use=True).examples == 40


def test_what_stood_beside_a_new_case_is_kept_and_settled_by_who_signs(learned_county):
    world = learned_county
    case = world.registered(words=LOW_INCOME)
    assert suggestions.suggest_for_new(now=MONDAY + HOUR) == 1
    row = Suggested.objects.get()
    assert row.case_id == case.pk and row.first.code == "civil-affairs" and row.settled_at is None
    assert suggestions.suggest_for_new(now=MONDAY + HOUR) == 0
    cases.dispatch(case.pk, to=world.office("civil-affairs"), by=world.hand("chenfang"), now=MONDAY + HOUR)
    assert suggestions.settle(now=MONDAY + HOUR) == 0  # sent, and nobody has signed for it
    cases.accept(case.pk, by=world.hand("liuyang"), now=MONDAY + 2 * HOUR)
    assert suggestions.settle(now=MONDAY + 2 * HOUR) == 1
    row.refresh_from_db()
    assert row.was_right and calibration.overall(now=MONDAY + 2 * HOUR).right == 1


def test_a_case_that_went_nowhere_counts_neither_way(learned_county):
    world = learned_county
    case = world.registered(words=LOW_INCOME)
    suggestions.suggest_for_new(now=MONDAY + HOUR)
    cases.withdraw(case.pk, by=cases.hand.resident(case.pk), now=MONDAY + 2 * HOUR)
    assert suggestions.settle(now=MONDAY + 2 * HOUR) == 1
    assert not Suggested.objects.exists()


def test_a_former_state_stays_in_use_until_the_newest_is_chosen_again(learned_county):
    world, by = learned_county, learned_county.hand("sysadmin")

    def in_use():
        return LearnedModel.objects.get(subject="office", is_in_use=True).number

    suggestions.learn("office", now=MONDAY + 24 * HOUR)
    assert in_use() == 2
    suggestions.use("office", 1, by=by, now=MONDAY + 25 * HOUR)
    suggestions.learn("office", now=MONDAY + 48 * HOUR)
    assert in_use() == 1
    suggestions.use("office", 3, by=by, now=MONDAY + 49 * HOUR)
    suggestions.learn("office", now=MONDAY + 72 * HOUR)
    assert in_use() == 4
    assert world.areas  # the world is whole


def test_only_whoever_may_send_the_case_on_sees_who_may_be_in_charge(learned_county, sign_in):
    case = learned_county.registered(words=LOW_INCOME)
    url = reverse("case", args=[case.code])
    page = sign_in("chenfang").get(url).text
    assert "可能由谁负责" in page and "民政局" in page
    assert "可能由谁负责" not in sign_in("liqiang").get(url).text


def test_one_press_sends_it_there(learned_county, sign_in):
    case = learned_county.registered(words=LOW_INCOME)
    client = sign_in("chenfang")
    to = str(learned_county.office("civil-affairs"))
    assert f'name="to" value="{to}"' in client.get(reverse("case", args=[case.code])).text
    client.post(reverse("case-act", args=[case.code, "dispatch"]), {"version": case.version, "to": to})
    assert learned_county.fresh(case).holder.code == "civil-affairs"


def test_while_somebody_types_nothing_is_kept_and_little_says_nothing(learned_county, sign_in):
    client = sign_in("liqiang")
    url = reverse("suggestions-typing")
    assert "民政局" in client.post(url, {"words": LOW_INCOME, "place": "柳树村"}).text
    assert client.post(url, {"words": "低保"}).text == client.post(url, {"words": " "}).text == ""
    assert not cases.Case.objects.exists() and not Suggested.objects.exists()


def test_no_share_is_shown_of_fewer_than_ten(learned_county, sign_in):
    world = learned_county
    for n in range(10):
        case = world.registered(identity=residents.Identity(), words=f"{LOW_INCOME}，第{n}次")
        suggestions.suggest_for_new(now=MONDAY + HOUR)
        cases.dispatch(case.pk, to=world.office("civil-affairs"), by=world.hand("chenfang"), now=MONDAY + HOUR)
        cases.accept(case.pk, by=world.hand("liuyang"), now=MONDAY + HOUR)
        suggestions.settle(now=MONDAY + HOUR)
        response = sign_in("chenfang").get(reverse("suggestions"))
        assert response.context["all"].is_few is (n < 9)
        assert "不到十条" in response.text or n == 9
    assert response.context["all"].percent == 100
    page = response.text
    assert "陈芳" not in page.split("<main")[1]


def test_whoever_may_not_manage_finds_no_button_and_no_way(learned_county, sign_in):
    suggestions.learn("office", now=MONDAY + 24 * HOUR)
    assert "改用第 1" not in sign_in("chenfang").get(reverse("suggestions")).text
    denied = sign_in("chenfang").post(reverse("suggestions-use"), {"subject": "office", "number": "1"})
    assert denied.status_code == 403
    assert LearnedModel.objects.get(subject="office", is_in_use=True).number == 2
