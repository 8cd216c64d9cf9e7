"""A villager with a receipt and an old phone: reads the answer, says that it is not solved, sees it opened again."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from tests.judge.evaluation_people import ON_NEW_YEAR, judged
from tests.speak.test_casework_loop import HOUR, dispatched, replied, working
from tests.world import MONDAY

from bandeng.ground.clocks import api as clocks
from bandeng.ground.core import clock
from bandeng.ground.files import api as files
from bandeng.speak.casework import api as cases

EVENING = MONDAY + 6 * HOUR


@pytest.fixture(autouse=True)
def evening(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: EVENING)


def open_with_receipt(page: Page, site: str, case) -> None:
    """Open the address that the receipt's QR code holds."""
    page.goto(f"{site}/r/{case.code}/{case.secret()}")
    button = page.get_by_role("button", name=re.compile("打开|看|进入"))
    if not page.url.endswith("/mine/") and button.count():
        button.first.click()
    page.goto(f"{site}/mine/")
    expect(page.locator("main")).to_contain_text("腿断了")


def choose(page: Page, question: str, choice: str) -> None:
    page.get_by_role("group", name=question).get_by_label(choice, exact=True).check()


def test_not_solved_goes_back_to_the_office_without_scripts(phone_without_scripts: Page, site, look, fits, world):
    page, case = phone_without_scripts, replied(world)
    open_with_receipt(page, site, case)
    expect(page.get_by_role("heading", level=1)).to_have_text("有答复了")
    expect(page.locator("main")).to_contain_text("符合低保条件")
    look(page, "mine-replied-320-no-script")
    fits(page)
    page.get_by_role("link", name="说说解决没有").click()
    look(page, "mine-judge-320-no-script")
    fits(page)
    choose(page, "解决了吗", "没解决")
    choose(page, "对您的态度呢", "好")
    page.get_by_role("button", name="交上去").click()
    look(page, "mine-then-320-no-script")
    fits(page)
    choose(page, "接下来怎么办", "接着办：还缺东西")
    page.get_by_label("还缺什么").fill("钱还没到卡上")
    page.get_by_role("button", name="交上去").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("谢谢您。已经收好了。")
    look(page, "mine-thanks-320-no-script")
    fits(page)
    page.get_by_role("link", name="回到我的事").click()
    expect(page.locator("main")).to_contain_text("钱还没到卡上")
    expect(page.get_by_role("heading", level=1)).to_contain_text("前答复您")
    look(page, "mine-reopened-320-no-script")
    fits(page)
    assert world.fresh(case).status == "dispatched"


@pytest.fixture
def states(world):
    """Bring cases into the states whose pages differ most."""

    def late():
        case = working(world)
        clocks.sweep(now=case.due_at + HOUR)
        return case

    def returned():
        case = dispatched(world)
        reason = "这类事按职责清单第12条由民政部门以外的单位办。"
        cases.return_case(case.pk, reason=reason, by=world.hand("liuyang"), now=MONDAY + 2 * HOUR)
        return case

    def looked_at():
        case = working(world)
        for username in ("liuyang", "liqiang"):
            cases.log_view(case.pk, staff_id=world.staff[username].pk, now=MONDAY)
        cases.open_identity(case.pk, purpose="contact", by=world.hand("liuyang"), now=MONDAY + 3 * HOUR)
        cases.add_words(case.pk, "住院单也找到了。", by=cases.hand.resident(case.pk), now=MONDAY + 4 * HOUR)
        return case

    return {"working": looked_at, "returned": returned, "late": late, "replied": lambda: replied(world)}


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("state", ["working", "returned", "late", "replied"])
def test_the_page_is_accessible_and_fits(page: Page, site, look, axe, fits, world, states, state, width, monkeypatch):
    case = states[state]()
    if state == "late":
        monkeypatch.setattr(clock, "now", lambda: case.due_at + timedelta(days=1, hours=10))
    page.set_viewport_size({"width": width, "height": 800})
    open_with_receipt(page, site, case)
    look(page, f"mine-{state}-{width}")
    fits(page)
    axe(page)


@pytest.mark.parametrize("name", ["add", "withdraw", "answer", "judge"])
def test_further_pages_are_accessible_and_fit(page: Page, site, look, axe, fits, world, name):
    page.set_viewport_size({"width": 320, "height": 640})
    open_with_receipt(page, site, replied(world))
    page.goto(f"{site}/mine/{name}/")
    look(page, f"mine-{name}-320")
    fits(page)
    axe(page)


@pytest.mark.parametrize("way", ["doubled", "large"])
def test_large_letters_do_not_scroll_sideways(page: Page, site, look, axe, fits, world, way):
    page.set_viewport_size({"width": 320, "height": 640})
    open_with_receipt(page, site, replied(world))
    for name in ("", "judge/"):
        page.goto(f"{site}/mine/{name}")
        if way == "large" and not name:
            page.get_by_role("button", name="大字版").click()
        if way == "doubled":
            size = page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")
            page.evaluate(f"document.documentElement.style.fontSize = '{2 * size}px'")
        look(page, f"mine-{name.strip('/') or 'page'}-320-{way}")
        fits(page)
        axe(page)


def test_the_letter_is_large_on_paper_and_alone(page: Page, site, look, world):
    open_with_receipt(page, site, replied(world))
    page.goto(f"{site}/mine/answer/")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 680, "height": 1000})
    look(page, "mine-answer-print")
    smallest = page.locator(".sheet").evaluate(
        "e => Math.min(...[e, ...e.querySelectorAll('*')].map(x => parseFloat(getComputedStyle(x).fontSize)))"
    )
    assert smallest >= 18 * 96 / 72 - 0.01
    expect(page.locator("header.masthead")).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_hidden()


def test_a_photo_is_added_and_the_device_forgets(page: Page, site, look, world, settings, tmp_path):
    settings.FILES_DIR = tmp_path
    case = working(world)
    open_with_receipt(page, site, case)
    page.get_by_role("link", name="补充").click()
    picture = BytesIO()
    Image.new("RGB", (60, 40), "green").save(picture, "JPEG")
    upload = {"name": "房顶.jpg", "mimeType": "image/jpeg", "buffer": picture.getvalue()}
    page.get_by_label("照片或材料").set_input_files([upload])
    page.get_by_role("button", name="交上去").click()
    expect(page.locator("main")).to_contain_text("房顶.jpg")
    assert files.files_of("case", case.pk).count() == 1
    page.get_by_role("button", name=re.compile("这台|忘")).click()
    look(page, "mine-left")
    page.goto(f"{site}/mine/")
    expect(page).to_have_url(re.compile("/find/"))


@pytest.mark.parametrize("width", [1280, 320])
def test_results_are_accessible_and_fit(page: Page, site, look, axe, fits, world, width, monkeypatch):
    judged(world, ["yes"] * 6 + ["partly"] * 2 + ["no"] * 3 + [None] * 4)
    monkeypatch.setattr(clock, "now", lambda: ON_NEW_YEAR)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{site}/results/")
    look(page, f"results-{width}")
    fits(page)
    axe(page)


@pytest.mark.parametrize("width", [1366, 320])
def test_the_desk_of_figures_is_accessible_and_fits(
    page: Page, site, look, axe, fits, world, client, width, monkeypatch
):
    judged(world, ["yes"] * 6 + ["no"] * 3 + [None] * 2, topic="09.01.01")
    judged(world, ["yes"] * 5, topic="04")
    judged(world, ["no"] * 3, office="county-centre")
    monkeypatch.setattr(clock, "now", lambda: ON_NEW_YEAR)
    client.force_login(world.staff["zhoutao"], backend="django.contrib.auth.backends.ModelBackend")
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}])
    page.set_viewport_size({"width": width, "height": 768})
    page.goto(f"{site}/desk/evaluation/")
    expect(page.get_by_role("heading", level=1)).to_have_text("群众评判")
    look(page, f"evaluation-{width}")
    fits(page)
    axe(page)
