"""Search in a real browser: a clerk's keyboard, initials and wrong characters, a telephone without scripts."""

import pytest
from django.test import Client
from playwright.sync_api import Page, expect
from tests.speak.lookup_index import fed
from tests.speak.reception_people import NOW
from tests.speak.test_casework_loop import replied
from tests.speak.test_lookup import with_initials
from tests.world import MONDAY

from bandeng.ground.core import clock

pytestmark = pytest.mark.django_db
SAID = [
    "柳树村三组停水三天了，井里也打不上水，老人孩子要到镇上挑水吃。打电话给水厂没人接，请管一管。",
    "街上的自来水发黄，烧开了有一层白沫，停水以后更厉害。",
    "低保停了两个月，卡里的帐户被冻结，停水停电的钱也交不上。",
    "路灯坏了没人修，晚上走路摔了一跤。",
]


@pytest.fixture(autouse=True)
def monday(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def matters(world) -> list:
    with_initials(world)
    places = ("liushu", "hexi", "liushu", "liushu")
    made = [
        world.registered(words=words, area=world.areas[place].pk) for words, place in zip(SAID, places, strict=True)
    ]
    made.append(replied(world, words="水厂的水费怎么算，为什么停水还收钱？"))
    fed(MONDAY)
    return made


def signed_in(page: Page, site: str, person) -> Page:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}])
    return page


@pytest.fixture
def clerk(page: Page, site, world) -> Page:
    """Give a browser in which 李强 is signed in, on a clerk's screen."""
    page.set_viewport_size({"width": 1366, "height": 768})
    return signed_in(page, site, world.staff["liqiang"])


def test_a_clerk_finds_a_matter_by_keyboard_alone(clerk: Page, site, matters, look, fits, axe):
    clerk.goto(f"{site}/desk/queue/")
    clerk.keyboard.press("/")
    clerk.keyboard.type("停水")
    clerk.keyboard.press("Enter")
    expect(clerk.locator(".found li")).to_have_count(4)
    expect(clerk.locator(".found mark").first).to_have_text("停水")
    assert clerk.url == f"{site}/desk/search/", "no word stands in the address"
    look(clerk, "lookup-found")
    fits(clerk)
    axe(clerk)
    clerk.keyboard.press("j")
    clerk.keyboard.press("Enter")
    expect(clerk.locator(".case__head")).to_be_visible()
    for again in (clerk.go_back, clerk.reload):
        again()
        expect(clerk.locator(".found li")).to_have_count(4)
        assert clerk.url == f"{site}/desk/search/" and clerk.locator("#q").input_value() == "停水"
    clerk.goto(f"{site}/desk/search/")
    expect(clerk.locator("#q")).to_have_value("")
    clerk.go_back()
    expect(clerk).to_have_url(f"{site}/desk/queue/")


def test_initials_and_wrong_characters_are_told_and_can_be_taken_back(clerk: Page, site, matters, look, axe):
    clerk.goto(f"{site}/desk/search/")
    look(clerk, "lookup-start")
    axe(clerk)
    clerk.locator("#q").fill("lsc 帐户")
    clerk.keyboard.press("Enter")
    expect(clerk.locator(".found li")).to_have_count(1)
    expect(clerk.locator(".found mark")).to_have_text("帐户")
    expect(clerk.locator(".understood").first).to_contain_text("河西镇 柳树村")
    look(clerk, "lookup-understood")
    axe(clerk)
    clerk.get_by_role("button", name="照我输入的原样查").click()
    expect(clerk.locator(".understood li")).to_have_count(0)
    clerk.get_by_text("缩小范围").click()
    clerk.get_by_label("地点", exact=True).fill("没有这里")
    clerk.keyboard.press("Enter")
    expect(clerk.locator(".errorlist")).to_contain_text("没有叫")
    look(clerk, "lookup-error")


def test_a_telephone_without_scripts_finds_narrows_and_is_told_what_to_do(
    phone_without_scripts: Page, site, world, matters, look, fits
):
    page = signed_in(phone_without_scripts, site, world.staff["liqiang"])
    page.goto(f"{site}/desk/search/")
    page.locator("#q").fill("停水")
    page.get_by_text("缩小范围").click()
    page.get_by_label("地点", exact=True).fill("lsc")
    look(page, "lookup-phone-filters")
    fits(page)
    page.get_by_role("button", name="查找").click()
    expect(page.locator(".found li")).to_have_count(3)
    expect(page.locator(".narrowed")).to_contain_text("河西镇 柳树村")
    look(page, "lookup-phone")
    fits(page)
    page.locator("#q").fill("水牛")
    page.get_by_role("button", name="查找").click()
    expect(page.locator(".empty")).to_contain_text("没有找到")
    look(page, "lookup-phone-nothing")
    fits(page)
