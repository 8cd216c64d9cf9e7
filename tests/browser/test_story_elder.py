"""St1 of the acceptance stories: an old woman comes again and again; what she asks for is outside the policy.

She is heard, told no with ground, rule, another way and remedy, says that it is not solved, is answered fully again;
and on her thirtieth visit the counter's pages are those of her first. All acts are done on the pages, by keyboard at
the counter and without scripts on her telephone.
"""

import re
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import Browser, BrowserContext, Page, expect
from tests.faces.desk_people import KEY, PASSWORD, SETUP, code_at
from tests.world import MONDAY

from bandeng.ground.acts import api as acts
from bandeng.ground.core import clock
from bandeng.ground.directory import api as directory

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
WORDS = "我老伴走了以后，低保就停了。儿子在外头打工，几年没回来。我今年七十三，就想问问能不能还给我办上。"
CORRECTION = "儿子是两年没回来，不是几年。"
MISSING = "儿子那边的钱我一分没见着，怎么还算在我头上？"
NO = {
    "答复": "不能。您儿子的收入按规定要算进来，算下来超过了本县标准。",
    "查到的情况": "11月23日两人到柳树村3组家中，看了存折和药费单；儿子的收入由用工单位出具证明。",
    "依据": "《最低生活保障审核确认办法》第十五条。",
    "可以去哪儿": "临时救助、医疗救助：河西镇民政办，渡口街1号，0999-5550115，今天就可以问。",
    "不同意的话": "收到答复30日内，到县群众工作中心（谷雨路12号）申请复查，不收费。",
}
FULLY = {
    **NO,
    "答复": "还是不能，先把您问的说清楚：赡养费没给到手，也按规定折算；您可以请法律援助帮您向儿子要。",
    "可以去哪儿": "法律援助中心，谷雨路12号一楼，12348，不收费；临时救助另行申请，镇民政办帮您填表。",
}


class Clock:
    now = MONDAY

    def __call__(self):
        return self.now


@pytest.fixture
def calendar(monkeypatch) -> Clock:
    """Give the clock that everybody in the story lives by."""
    wound = Clock()
    monkeypatch.setattr(clock, "now", wound)
    return wound


@pytest.fixture
def sits_down(world, browser: Browser, site) -> Iterator[Callable[[str], Page]]:
    """Give `sits_down("liqiang")`: somebody of the world signs in, with a code where their role asks for one."""
    for person in world.staff.values():
        directory.set_password(person, PASSWORD, by=acts.Actor(person.actor_key), now=MONDAY - DAY)
    directory.issue_totp(world.staff["zhaojun"], key=KEY, by=SETUP, now=MONDAY - DAY)
    contexts: list[BrowserContext] = []

    def sit(username: str) -> Page:
        contexts.append(browser.new_context(locale="zh-CN", viewport={"width": 1366, "height": 768}))
        page = contexts[-1].new_page()
        page.goto(f"{site}/desk/sign-in/")
        page.get_by_label("用户名").fill(username)
        page.get_by_label("密码").fill(PASSWORD)
        page.keyboard.press("Enter")
        if username == "zhaojun":
            # Each code opens once, and the half minute until the next one is not waited for.
            TOTPDevice.objects.filter(user=world.staff[username]).update(last_t=-1, drift=0)
            page.get_by_label("六位动态码").fill(code_at(time.time()))
            page.keyboard.press("Enter")
        page.wait_for_url("**/desk/queue/")
        return page

    yield sit
    for context in contexts:
        context.close()


def as_for_anybody(page: Page) -> str:
    """Give what stands on a page, without what is new for every matter: numbers, keys, the picture of the receipt."""
    expect(page.locator("[aria-busy]")).to_have_count(0)  # likes come a moment after the page
    html = page.locator("main").inner_html()
    html = re.sub(r'name="(csrfmiddlewaretoken|key|trip_key)" value="[^"]*"', "KEY", html)
    html = re.sub(r"<svg.*?</svg>", "SVG", html, flags=re.S)
    html = re.sub(r"\b[0-9A-Z]{4}( [0-9A-Z]{2,4})+\b|\b[0-9A-Z]{10}\b", "CODE", html)
    return re.sub(r"\d+", "N", html)


def take_in(page: Page, look: Callable) -> dict[str, str]:
    """Take in what she says, by keyboard alone: words, village, telephone; read back; correct. Give the pages."""
    shown = {}
    page.keyboard.press("g")
    page.keyboard.press("n")
    page.wait_for_url("**/desk/intake/")
    expect(page.get_by_label("群众怎么说")).to_be_focused()
    shown["intake"] = as_for_anybody(page)
    page.keyboard.insert_text(WORDS)
    for text in ("柳树村", "13900000001", "张桂兰"):
        page.keyboard.press("Tab")
        page.keyboard.insert_text(text)
    look(page, "st1-1-intake")
    page.keyboard.press("Enter")
    page.wait_for_url("**/read-back/")
    expect(page.locator(".read-aloud")).to_have_text(WORDS)
    shown["read-back"] = as_for_anybody(page)
    page.keyboard.press("Tab")
    page.keyboard.insert_text(CORRECTION)
    look(page, "st1-2-read-back")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/receipt/")
    shown["receipt"] = as_for_anybody(page)
    return shown


def open_case(page: Page, site: str, code: str) -> None:
    page.goto(f"{site}/desk/queue/")
    page.get_by_role("row", name=code).get_by_role("link").click()
    page.wait_for_url("**/desk/cases/*/")


def answer(page: Page, parts: dict[str, str], look: Callable, name: str) -> None:
    """Write a no; each part is left out once, and the form keeps the others."""
    page.locator("main").focus()
    page.keyboard.press("r")
    page.wait_for_url("**/draft/")
    page.get_by_label("不能：事实或规定不支持").check()
    for left_out in parts:
        for label, text in parts.items():
            page.get_by_role("textbox", name=label).fill("" if label == left_out else text)
        page.get_by_role("button", name="送去审批").click()
        expect(page.locator(".errors a")).to_have_count(1)
        expect(page.get_by_role("textbox", name=left_out)).to_have_attribute("aria-invalid", "true")
        for label, text in parts.items():
            expect(page.get_by_role("textbox", name=label)).to_have_value("" if label == left_out else text)
    look(page, f"{name}-refused-without")
    page.get_by_role("textbox", name=left_out).fill(parts[left_out])
    page.get_by_role("button", name="送去审批").click()
    page.wait_for_url(re.compile(r"/desk/cases/\w+/$"))


def approve_and_serve(sits_down: Callable, site: str, code: str, handler: Page, look: Callable) -> None:
    approver = sits_down("zhaojun")
    open_case(approver, site, code)
    look(approver, "st1-6-approve")
    approver.get_by_role("button", name="批准").click()
    open_case(handler, site, code)
    handler.get_by_label("怎么送到群众手里").select_option(label="当面")
    handler.get_by_role("button", name="送达答复").click()
    expect(handler.locator("main")).to_contain_text("已答复")


def test_an_elder_comes_thirty_times_and_is_answered_fully_each_time(
    site, sits_down, phone_without_scripts: Page, world, calendar: Clock, look, fits
):
    # Monday morning at the counter.
    clerk = sits_down("liqiang")
    first = take_in(clerk, look)
    look(clerk, "st1-3-receipt")
    code, secret = clerk.locator(".receipt__key .code").all_inner_texts()
    open_case(clerk, site, code)
    first["case"] = as_for_anybody(clerk)
    expect(clerk.locator("main")).to_contain_text(CORRECTION)

    calendar.now += HOUR
    dispatcher = sits_down("chenfang")
    open_case(dispatcher, site, code)
    look(dispatcher, "st1-4-dispatch")
    dispatcher.get_by_label("单位").select_option(label="民政局")
    dispatcher.get_by_role("button", name="派给单位").click()
    expect(dispatcher.locator("main")).to_contain_text("等签收")

    # The office says no, and cannot say it without saying why, by which rule, where else and what one can do.
    calendar.now += HOUR
    handler = sits_down("liuyang")
    open_case(handler, site, code)
    handler.get_by_role("button", name="签收").click()
    answer(handler, NO, look, "st1-5")
    approve_and_serve(sits_down, site, code, handler, look)

    # In the evening, on an old telephone.
    calendar.now += 8 * HOUR
    her = phone_without_scripts
    her.goto(f"{site}/find/")
    her.get_by_label("回执上的号码").fill(code)
    her.get_by_label("回执上的密码").fill(secret)
    her.get_by_role("button", name="看看").click()
    for text in NO.values():
        expect(her.locator("main")).to_contain_text(text)
    look(her, "st1-7-her-page")
    fits(her)
    her.get_by_role("link", name="说说解决没有").click()
    her.get_by_role("group", name="解决了吗").get_by_label("没解决", exact=True).check()
    her.get_by_role("group", name="对您的态度呢").get_by_label("不好", exact=True).check()
    her.get_by_role("button", name="交上去").click()
    her.get_by_label("接着办：还缺东西").check()
    her.get_by_label("还缺什么").fill(MISSING)
    her.get_by_role("button", name="交上去").click()
    expect(her.get_by_role("heading", level=1)).to_have_text("谢谢您。已经收好了。")

    # The office reads what is missing and nothing of what she ticked; it answers fully again.
    calendar.now += 16 * HOUR
    handler = sits_down("liuyang")
    open_case(handler, site, code)
    look(handler, "st1-8-opened-again")
    seen = handler.content()
    assert MISSING in seen
    assert [word for word in ("态度", "不好", "评价", "好评") if word in seen] == []
    handler.get_by_role("button", name="签收").click()
    answer(handler, FULLY, look, "st1-9")
    approve_and_serve(sits_down, site, code, handler, look)
    her.goto(f"{site}/mine/")
    expect(her.locator("main")).to_contain_text(FULLY["可以去哪儿"])
    expect(her.locator("main")).to_contain_text(MISSING)

    # She comes again; the trip is the office's cost. And again, to the twenty-ninth time.
    calendar.now += DAY
    clerk = sits_down("liqiang")
    asked: list[str] = []
    for visit in range(2, 30):
        clerk.keyboard.press("g")
        clerk.keyboard.press("a")
        clerk.wait_for_url("**/desk/again/")
        expect(clerk.get_by_label("回执上的号码")).to_be_focused()
        clerk.keyboard.insert_text(code)
        clerk.keyboard.press("Enter")
        expect(clerk.get_by_role("heading", level=1)).to_have_text("是这件事吗？")
        asked.append(as_for_anybody(clerk))
        if visit == 2:
            look(clerk, "st1-10-again")
        clerk.get_by_role("button", name="是，让群众又跑了一趟").click()
        clerk.wait_for_url(re.compile(r"/desk/cases/\w+/$"))
        clerk.locator("main").focus()
    expect(clerk.locator(".summary__row", has_text="让群众多跑的趟数")).to_contain_text("28")
    assert len(set(asked)) == 1
    look(clerk, "st1-11-trips")

    # The thirtieth time, a Monday again: the counter's pages are those of the first.
    calendar.now = MONDAY + 28 * DAY
    clerk = sits_down("liqiang")
    thirtieth = take_in(clerk, look)
    open_case(clerk, site, clerk.locator(".receipt__key .code").first.inner_text())
    thirtieth["case"] = as_for_anybody(clerk)
    assert thirtieth == first
