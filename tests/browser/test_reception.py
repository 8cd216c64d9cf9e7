"""Reception in a real browser: a resident's small telephone without scripts, a clerk's keyboard, paper."""

import pikepdf
import pytest
from django.test import Client
from playwright.sync_api import Page, expect
from tests.speak.reception_people import NOW

from bandeng.ground.core import clock
from bandeng.ground.directory import api as directory
from bandeng.speak.casework import api as cases
from bandeng.speak.lookup import api as lookup

pytestmark = pytest.mark.django_db
WORDS = "门口的路灯坏了两个月，夜里看不见，上个礼拜我在那儿摔了一跤。想请人来修。"
PUBLIC = {
    "speak": "/speak/",
    "accusation": "/speak/accusation/",
    "find": "/find/",
    "form": "/speak/form/",
    "accusation-slip": "/speak/accusation/?paper=slip",
}
DESK = {
    "intake": "/desk/intake/",
    "again": "/desk/again/",
    "desk-accusation": "/desk/accusation/",
    "desk-accusation-sheet": "/desk/accusation/?paper=a4",
}


@pytest.fixture(autouse=True)
def monday(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def clerk(page: Page, site, world) -> Page:
    """Give a browser in which 李强 is signed in."""
    client = Client()
    client.force_login(world.staff["liqiang"], backend="django.contrib.auth.backends.ModelBackend")
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}])
    return page


def speak(page: Page, site: str) -> None:
    """Go through the three pages to the receipt, as somebody who gives a name to reception alone."""
    page.goto(f"{site}/speak/")
    page.get_by_label("出了什么事").fill(WORDS)
    page.get_by_role("button", name="下一步").click()
    page.get_by_label("说的是哪个地方").select_option(label="柳树村")
    page.get_by_label("姓名电话只给接待的人看").check()
    page.get_by_label("您的姓名").fill("张桂兰")
    page.get_by_label("您的电话").fill("139 0000 0001")
    page.get_by_role("button", name="下一步").click()
    page.get_by_role("button", name="没错，交上去").click()
    expect(page).to_have_url(f"{site}/speak/receipt/")


def test_a_resident_without_scripts_reaches_the_receipt(phone_without_scripts: Page, site, world, look, fits):
    page = phone_without_scripts
    page.goto(site)
    page.get_by_role("link", name="说一件事").click()
    look(page, "speak-320")
    page.get_by_role("button", name="下一步").click()
    expect(page.locator(".errors")).to_contain_text("一句话也行")
    look(page, "speak-320-empty")
    fits(page)
    page.get_by_label("出了什么事").fill(WORDS)
    page.get_by_role("button", name="下一步").click()
    look(page, "reach-320")
    fits(page)
    page.get_by_role("button", name="下一步").click()
    expect(page.locator(".errors")).to_contain_text("在三个里选一个")
    look(page, "reach-320-empty")
    page.get_by_label("说的是哪个地方").select_option(label="柳树村")
    page.get_by_label("办这件事的单位也可以看").check()
    page.get_by_label("您的姓名").fill("张桂兰")
    page.get_by_role("button", name="下一步").click()
    look(page, "check-320")
    fits(page)
    page.get_by_role("link", name="返回").click()
    expect(page.get_by_label("您的姓名")).to_have_value("张桂兰")
    page.get_by_role("button", name="下一步").click()
    page.get_by_role("button", name="没错，交上去").click()
    look(page, "receipt-320")
    fits(page)
    case = cases.Case.objects.get()
    expect(page.locator(".panel .code").first).to_have_text(" ".join([case.code[:4], case.code[4:8], case.code[8:]]))
    page.goto(f"{site}/find/")
    page.get_by_label("回执上的号码").fill(case.code.lower())
    page.get_by_label("回执上的密码").fill(case.secret())
    page.get_by_role("button", name="看看").click()
    assert not page.url.endswith("/find/")


def test_the_back_button_leads_past_a_mistake_and_to_no_question_of_the_browsers_own(page: Page, site, world):
    case = world.registered()
    page.goto(f"{site}/find/")
    page.get_by_label("回执上的号码").fill(case.code.lower())
    page.get_by_label("回执上的密码").fill("AAAA AAAA")
    page.get_by_role("button", name="看看").click()
    expect(page.locator("main")).to_contain_text("号码和密码对不上")
    expect(page.get_by_label("回执上的号码")).to_have_value(case.code.lower())
    page.get_by_label("回执上的密码").fill(case.secret())
    page.get_by_role("button", name="看看").click()
    expect(page).to_have_url(f"{site}/mine/")
    page.go_back()
    expect(page).to_have_url(f"{site}/find/")
    expect(page.get_by_label("回执上的号码")).to_have_value("")


def test_the_back_button_finds_what_was_typed_and_after_sending_the_receipt(phone_without_scripts: Page, site, world):
    page = phone_without_scripts
    page.goto(f"{site}/speak/")
    page.get_by_label("出了什么事").fill(WORDS)
    page.get_by_role("button", name="下一步").click()
    expect(page).to_have_url(f"{site}/speak/reach/")
    page.go_back()
    expect(page.get_by_label("出了什么事")).to_have_value(WORDS)
    page.go_forward()
    page.get_by_label("不留姓名").check()
    page.get_by_role("button", name="下一步").click()
    page.get_by_role("button", name="没错，交上去").click()
    expect(page).to_have_url(f"{site}/speak/receipt/")
    page.go_back()
    expect(page).to_have_url(f"{site}/speak/receipt/")
    assert cases.Case.objects.count() == 1


@pytest.mark.parametrize("name", PUBLIC)
@pytest.mark.parametrize("width", [1280, 320])
def test_public_pages_are_accessible_and_fit(page: Page, site, world, look, axe, fits, name, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(site + PUBLIC[name])
    look(page, f"{name}-{width}-page")
    fits(page)
    axe(page)


@pytest.mark.parametrize("width", [1280, 320])
def test_pages_on_the_way_are_accessible_and_fit(page: Page, site, world, look, axe, fits, width):
    page.set_viewport_size({"width": width, "height": 800})
    speak(page, site)
    for name, to in {"receipt": "/speak/receipt/", "receipt-a4": "/speak/receipt/?paper=a4"}.items():
        page.goto(site + to)
        look(page, f"{name}-{width}-page")
        fits(page)
        axe(page)
    page.goto(f"{site}/speak/")
    page.get_by_label("出了什么事").fill("另一件事")
    page.get_by_role("button", name="下一步").click()
    axe(page)
    page.get_by_label("不留姓名").check()
    page.get_by_role("button", name="下一步").click()
    look(page, f"check-{width}-page")
    fits(page)
    axe(page)


def test_large_text_and_doubled_text_do_not_scroll_sideways(phone_without_scripts: Page, site, world, look, fits):
    page = phone_without_scripts
    page.goto(f"{site}/speak/")
    page.get_by_role("button", name="大字版").click()
    look(page, "speak-large-320")
    fits(page)
    speak(page, site)
    look(page, "receipt-large-320")
    fits(page)


@pytest.mark.parametrize("name", DESK)
@pytest.mark.parametrize("width", [1366, 320])
def test_desk_pages_are_accessible_and_fit(clerk: Page, site, world, look, axe, fits, name, width):
    world.registered()
    clerk.set_viewport_size({"width": width, "height": 768})
    clerk.goto(site + DESK[name])
    look(clerk, f"{name}-{width}")
    fits(clerk)
    axe(clerk)


@pytest.fixture
def no_index(settings, tmp_path):
    """Have no index to search, whatever was tested before."""
    settings.SEARCH_DIR = tmp_path / "search"
    lookup.forget()
    yield
    lookup.forget()


@pytest.mark.parametrize(("name", "word"), [("again-found", "低保"), ("again-none", "没有这样的事")])
@pytest.mark.parametrize("width", [1366, 320])
@pytest.mark.usefixtures("no_index")
def test_what_is_looked_for_stands_in_no_address(clerk: Page, site, world, look, axe, fits, name, word, width):
    world.registered()
    clerk.set_viewport_size({"width": width, "height": 768})
    clerk.goto(f"{site}/desk/again/")
    clerk.get_by_label("回执上的号码").fill(word)
    clerk.get_by_role("button", name="查一查").click()
    expect(clerk).to_have_url(f"{site}/desk/again/")
    look(clerk, f"{name}-{width}")
    fits(clerk)
    axe(clerk)
    found = clerk.locator("main").text_content()
    assert "现在不能按关键词查找" in found
    clerk.goto(f"{site}/desk/queue/")
    clerk.go_back()  # and yet it is there again
    expect(clerk.locator("main")).to_have_text(found)
    expect(clerk.get_by_label("回执上的号码")).to_have_value(word)


class Hands:
    """Counts what a clerk's hands do: keys pressed and fields reached, the words themselves left out."""

    def __init__(self, page: Page):
        self.page, self.keys, self.reached = page, 0, []

    def press(self, *keys: str) -> None:
        """Press keys, noting which field each finds."""
        for key in keys:
            self.look()
            self.page.keyboard.press(key)
            self.keys += 1

    def look(self) -> None:
        field = self.page.evaluate(
            """() => { const e = document.activeElement;
            if (!e.matches('input, textarea, select, button, a, summary')) return '';
            return location.pathname.split('/').at(-2) + ' ' + (e.name || e.textContent.trim()); }"""
        )
        if field and field not in self.reached:
            self.reached.append(field)


def test_an_ordinary_visit_takes_few_keys_and_fields(clerk: Page, site, world, look):
    """From the queue to the paper in the visitor's hand: words, village by initials, telephone."""
    directory.Area.objects.filter(code="liushu").update(pinyin="lsc")
    directory.forget()
    clerk.set_viewport_size({"width": 1366, "height": 768})
    clerk.goto(f"{site}/desk/queue/")
    hands = Hands(clerk)
    hands.press("g", "n")
    clerk.wait_for_url("**/desk/intake/")
    expect(clerk.get_by_label("群众怎么说")).to_be_focused()
    clerk.keyboard.insert_text(WORDS)  # the words are not counted
    hands.press("Tab", *"lsc")
    hands.press("Tab", *"13900000001")
    hands.press("Enter")
    clerk.wait_for_url("**/read-back/")
    look(clerk, "read-back-1366")
    hands.press("Enter")
    clerk.wait_for_url("**/receipt/")
    look(clerk, "receipt-desk-1366")
    hands.press("Enter")
    clerk.wait_for_url("**/receipt/?paper=slip")
    look(clerk, "receipt-slip-1366")
    case = cases.Case.objects.get()
    assert case.area == world.areas["liushu"] and case.identity_mode == "shown"
    print(f"keys {hands.keys}, fields {len(hands.reached)}: {hands.reached}")
    assert hands.keys <= 25 and len(hands.reached) <= 8


def test_the_whole_form_fits_the_clerks_screen(clerk: Page, site, world):
    clerk.set_viewport_size({"width": 1366, "height": 768})
    clerk.goto(f"{site}/desk/intake/")
    box = clerk.get_by_role("button", name="登记", exact=True).bounding_box()
    assert box["y"] + box["height"] <= 768


def test_what_a_clerk_types_is_kept_when_the_page_dies(clerk: Page, site, world):
    clerk.goto(f"{site}/desk/intake/")
    clerk.get_by_label("群众怎么说").fill("说到一半，电脑断电了")
    expect(clerk.locator("[data-draft-status]")).to_contain_text("已保存", timeout=10_000)
    clerk.goto(f"{site}/desk/intake/")
    expect(clerk.get_by_label("群众怎么说")).to_have_value("说到一半，电脑断电了")


@pytest.mark.parametrize("width", [1366, 320])
def test_read_back_and_receipt_are_accessible_and_fit(clerk: Page, site, world, look, axe, fits, width):
    clerk.set_viewport_size({"width": width, "height": 768})
    clerk.goto(f"{site}/desk/intake/")
    clerk.get_by_label("群众怎么说").fill(WORDS)
    clerk.get_by_text("当场答复", exact=True).click()
    clerk.get_by_label("当场怎么答复的").fill("明天上午电工来修。")
    clerk.get_by_role("button", name="登记", exact=True).click()
    look(clerk, f"read-back-{width}")
    fits(clerk)
    axe(clerk)
    clerk.get_by_label("说得不对的地方").fill("是三个月")
    clerk.get_by_role("button", name="记下更正和材料").click()
    look(clerk, f"receipt-desk-{width}")
    fits(clerk)
    axe(clerk)
    code = cases.Case.objects.get().code
    for name, to in {"receipt-again": f"/desk/cases/{code}/receipt/", "matter": f"/desk/again/{code}/"}.items():
        clerk.goto(site + to)
        look(clerk, f"{name}-{width}")
        fits(clerk)
        axe(clerk)


@pytest.mark.parametrize(("paper", "points", "width"), [("slip", 12, 80), ("a4", 18, 210)])
def test_papers_are_large_enough_and_alone(page: Page, site, world, look, paper, points, width, tmp_path):
    speak(page, site)
    page.goto(f"{site}/speak/receipt/?paper={paper}")
    page.emulate_media(media="print")
    article = page.locator("article")
    smallest = article.evaluate(
        "e => Math.min(...[e, ...e.querySelectorAll('*')].map(x => parseFloat(getComputedStyle(x).fontSize)))"
    )
    assert smallest >= points * 96 / 72 - 0.01
    expect(page.locator("header.masthead")).to_be_hidden()
    expect(page.locator("main h1")).to_be_hidden()
    page.pdf(path=tmp_path / "paper.pdf", prefer_css_page_size=True)
    with pikepdf.open(tmp_path / "paper.pdf") as printed:
        assert [round(float(sheet.mediabox[2]) / 72 * 25.4) for sheet in printed.pages] == [width]
    if paper == "slip":
        assert article.bounding_box()["width"] <= 80 * 96 / 25.4
    look(page, f"paper-{paper}-print")


@pytest.mark.parametrize("to", ["/speak/form/", "/speak/accusation/?paper=a4", "/speak/accusation/?paper=slip"])
def test_other_papers_are_large_enough(page: Page, site, world, look, to):
    page.goto(site + to)
    page.emulate_media(media="print")
    smallest = page.locator("article").evaluate(
        "e => Math.min(...[e, ...e.querySelectorAll('*')].map(x => parseFloat(getComputedStyle(x).fontSize)))"
    )
    assert smallest >= (12 if "slip" in to else 18) * 96 / 72 - 0.01
    look(page, "paper" + to.replace("/", "-").replace("?", "-") + "-print")
