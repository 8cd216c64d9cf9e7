"""Every page of the site, for everybody who may open it: axe finds nothing, nothing sticks out.

The addresses come from the table written by hand (tests/expectations/urls.toml): one that shows a page to somebody and
is not visited here fails. One populated county, one browser, many pages in a test: two minutes at most for all.
"""

import re
import time
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, Response, expect
from tests.browser.conftest import AXE
from tests.browser.county import County, at_home, context_of, populated
from tests.browser.eyes import FORM, NARROW, OPEN_ALL, WIDE, Eyes
from tests.faces.desk_people import hire
from tests.fixtures_signing_in import sign_in_as
from tests.judge.evaluation_people import ON_NEW_YEAR, WORDS, judge, judged
from tests.speak.test_casework_loop import working
from tests.test_urls import NOW, TABLE, Visitor, due, with_receipt_of

from bandeng.faces.desk.demo import demo_totp_secret
from bandeng.faces.look.context import TEXT_COOKIE
from bandeng.ground.core import clock
from bandeng.ground.directory import api as directory
from bandeng.speak.casework import api as cases
from bandeng.speak.casework import selectors

# Files and answers to machines, which no browser shows as a page of ours.
FILES = {"proof-checkpoint", "proof-keys", "proof-key", "proof-tile", "proof-file", "results-csv"}
FILES |= {"mine-file", "case-file", "healthz", "readyz", "metrics"}
# What only leads on, and the pages of components, which exist while developing only (test_look.py).
NO_PAGES = {"desk", "receipt-link", "case-draft", "debug-look", "debug-look-desk"}
WRITING = ".actions a.button:is([href*='/draft'], [href*='/serve'], [href*='/reply'])"  # acts with a page of their own
PAGE = {"200", "409", "422", "429"}


@pytest.fixture
def eyes() -> Iterator[Eyes]:
    """Give eyes that fail the test for all they found, at its end."""
    if not AXE.exists():
        pytest.skip("no build/test/axe.js; run tools/assets.py")
    found, began = Eyes(), time.monotonic()
    yield found
    print(f"{found.looks} looks in {time.monotonic() - began:.0f} s")
    assert not found.wrong, "\n".join(found.wrong)


@pytest.fixture(autouse=True)
def as_in_production(site, settings, monkeypatch):
    settings.DEBUG = False  # our own pages for errors, not Django's
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def county(world, settings, tmp_path) -> County:
    settings.FILES_DIR = tmp_path
    return populated(world)


@pytest.fixture
def open_as(browser: Browser, site) -> Iterator:
    """Give `open_as(visitor)`, a page in a browser that holds the visitor's cookies."""
    contexts: list[BrowserContext] = []

    def open_page(visitor: Visitor, **more) -> Page:
        contexts.append(context_of(browser, site, visitor, **more))
        contexts[-1].set_default_timeout(8000)
        return contexts[-1].new_page()

    yield open_page
    for context in contexts:
        context.close()


def is_worth(row: dict, visitor: Visitor, name: str) -> bool:
    """Leave out what a visitor sees as everybody does: public pages look at nobody's role."""
    return (
        row["access"] != "public"
        or visitor.kind != "staff"
        or (name in {"desk-keys", "totp"} and visitor.role == "handler")
    )


def walk(page: Page, site: str, county: County, visitor: Visitor, eyes: Eyes) -> None:
    """Open every page that a visitor may open; send each form empty once, but one that asks for nothing."""
    for name, row in TABLE.items():
        if name in FILES | NO_PAGES or not is_worth(row, visitor, name) or due(row, visitor, "get") not in PAGE:
            continue
        where, url = f"{visitor.name} {name}", site + reverse(name, args=county.arguments.get(name, []))
        eyes.visit(page, url, name, where, due(row, visitor, "get"))
        is_new = name not in eyes.sent | {"mine-withdraw"}
        if is_new and due(row, visitor, "post") == "422" and page.locator(FORM).count():
            eyes.sent.add(name)
            eyes.send_empty(page, name, where)


def speak(page: Page, site: str, eyes: Eyes) -> None:
    """Go the resident's way to the receipt, with what goes wrong on it."""
    page.goto(f"{site}/speak/")
    page.get_by_label("出了什么事").fill("门口的路灯坏了两个月。")
    page.get_by_role("button", name="下一步").click()
    eyes.visit(page, f"{site}/speak/reach/", "speak-reach", "speaking: reach")
    eyes.send_empty(page, "speak-reach", "speaking: reach")
    page.get_by_label("不留姓名").check()
    page.get_by_role("button", name="下一步").click()
    eyes.visit(page, f"{site}/speak/check/", "speak-check", "speaking: check")
    page.get_by_role("button", name="没错，交上去").click()
    page.wait_for_url("**/speak/receipt/")
    for paper in ("", "?paper=a4", "?paper=slip"):
        eyes.visit(page, f"{site}/speak/receipt/{paper}", "speak-receipt", f"just sent {paper}")


def judge_it(page: Page, site: str, eyes: Eyes) -> None:
    """Say that it is not solved, with what goes wrong on the way."""
    page.goto(f"{site}/mine/judge/")
    page.get_by_role("group", name="解决了吗").get_by_label("没解决", exact=True).check()
    page.get_by_role("button", name="交上去").click()
    eyes.look(page, "judging: then")
    eyes.send_empty(page, "judge", "judging: then")
    page.get_by_label("接着办：还缺东西").check()
    page.get_by_label("还缺什么").fill("钱还没到卡上")
    page.get_by_role("button", name="交上去").click()
    page.wait_for_url(re.compile("/thanks/"))
    eyes.visit(page, page.url, "judge-thanks", "judging: thanks")
    eyes.visit(page, f"{site}/mine/", "mine", "judged and opened again")


def receive(page: Page, site: str, county: County, eyes: Eyes) -> None:
    """Go the clerk's way to the receipt and its papers; open a name; look in the menu and the sheet of keys."""
    page.goto(f"{site}/desk/intake/")
    page.get_by_label("群众怎么说").fill("门口的路灯坏了两个月。")
    page.get_by_role("button", name="登记", exact=True).click()
    page.wait_for_url("**/read-back/")
    eyes.look(page, "just taken in: read back")
    page.get_by_label("说得不对的地方").fill("是三个月")
    page.get_by_role("button", name="记下更正和材料").click()
    page.wait_for_url("**/receipt/")
    eyes.seen.add("receipt")
    eyes.look(page, "just taken in: receipt")
    for name, url in {
        "receipt": page.url.split("?")[0] + "?paper=slip",
        "desk-accusation": f"{site}/desk/accusation/?paper=a4",
    }.items():
        eyes.visit(page, url, name, f"paper of {name}")
    for asked in ("低保", "没有这样的事"):
        page.goto(f"{site}/desk/again/")
        page.get_by_label("回执上的号码").fill(asked)
        page.get_by_role("button", name="查一查").click()
        expect(page.locator("main")).to_contain_text("没有找到" if asked == "没有这样的事" else "是哪一件")
        eyes.look(page, f"the same matter again: {asked}")
    page.goto(site + reverse("case", args=[county.case.code]))
    page.get_by_role("button", name="看姓名和电话").click()
    eyes.look(page, "a name opened")
    eyes.seen.add("case-identity")
    page.goto(f"{site}/desk/queue/")
    page.locator("main").focus()
    page.keyboard.press("?")
    eyes.axe(page, "the sheet of keys, open")
    page.keyboard.press("Escape")
    page.locator("details.menu > summary").click()
    eyes.axe(page, "the menu of one's account, open")


def test_every_page_of_a_populated_county(site, open_as, county: County, eyes: Eyes):
    pages = {visitor.name: open_as(visitor) for visitor in county.visitors}
    for visitor in county.visitors:
        walk(pages[visitor.name], site, county, visitor, eyes)
    speak(pages["nobody"], site, eyes)
    judge_it(pages["resident"], site, eyes)
    receive(pages["receptionist@received"], site, county, eyes)
    look_at_acts(pages, site, county, eyes)
    look_beside_drafts(pages, site, county, eyes)
    gets = {name for name, row in TABLE.items() if row["get"] != "405"}
    assert gets - FILES - NO_PAGES - eyes.seen == set()


def look_at_acts(pages: dict[str, Page], site: str, county: County, eyes: Eyes) -> None:
    """Look at a case in each state as each who holds a pen there, and at every form with its errors."""
    for state, case in county.states.items():
        for who in ("receptionist@received", "dispatcher@received", "handler@holder", "approver@holder"):
            page = pages[who]
            answer = page.goto(site + reverse("case", args=[case.code]))
            if answer.status == 404:
                continue
            eyes.check(answer, page, "case", f"{who}: a case {state}", "200")
            for path in [link.get_attribute("href") for link in page.locator(WRITING).all()]:
                eyes.visit(page, site + path, "case-act", f"{who} {state} {path.split('/')[-2]}")
                eyes.send_empty(page, "case-act", f"{who} {state} {path.split('/')[-2]}")


# What a draft says, and what the pages answer that are drawn only when one is sent to them.
WORDS_OF_A_DRAFT = {
    "little": ("路灯12月1日前修好。", "200"),
    "much": ("经研究决定，给予你户低保待遇，请你予以理解和支持，切实抓好落实。\n" * 12, "200"),
    "too much": ("路灯不亮。" * 20_000, "413"),
}
BESIDE = ("群众看到的样子", "文字提示")


def beside_a_draft(page: Page, site: str, county: County, name: str) -> Iterator[tuple[str, Response, str]]:
    """Send a draft to each page beside it; give where one is, what came, and with which status it should have."""
    case = county.states["working" if name == "draft" else "registered"]
    for how_much, (text, status) in WORDS_OF_A_DRAFT.items():
        for button in BESIDE:
            page.goto(site + reverse("case-act", args=[case.code, name]))
            page.locator("#write textarea").first.evaluate("(field, text) => { field.value = text; }", text)
            with page.expect_navigation() as sent:
                page.get_by_role("button", name=button, exact=True).click()
            yield f"{name}: {button}, {how_much}", sent.value, status


def look_beside_drafts(pages: dict[str, Page], site: str, county: County, eyes: Eyes) -> None:
    for who, name in (("handler@holder", "draft"), ("receptionist@received", "reply_on_the_spot")):
        for where, answer, status in beside_a_draft(pages[who], site, county, name):
            eyes.check(answer, pages[who], "writing", where, status)


# -- what a full county does not show ---------------------------------------------------------------------------------


def test_every_page_while_nothing_is_there(site, open_as, world, eyes: Eyes):
    """Lists say what would be here; nobody holds a receipt, and no case is there to name."""
    own = {"case", "received"}
    for visitor in (
        Visitor("nobody", "nobody", Client()),
        *(at_home(world, role) for role in directory.Role.objects.all()),
    ):
        page = open_as(visitor)
        for name, row in TABLE.items():
            if name in FILES | NO_PAGES or row.get("scope") in own or "erasure-" in name or name == "erasure":
                continue
            if row["access"] == "signed_in" and visitor.role != "handler":
                continue  # every role has its own, and they differ by nothing
            if is_worth(row, visitor, name) and due(row, visitor, "get") == "200":
                eyes.visit(page, site + reverse(name), name, f"empty: {name}")
        for tab in ("scope", "answered") if visitor.role == "handler" else ():
            eyes.visit(page, f"{site}/desk/queue/?tab={tab}", "queue", f"empty: queue {tab}")


def test_pages_for_what_goes_wrong(site, open_as, county: County, eyes: Eyes):
    """403, 404, 409, 429 and 500, for residents and at the desk."""
    pages = {visitor.name: open_as(visitor) for visitor in county.visitors}
    nobody, handler = pages["nobody"], pages["handler@holder"]
    eyes.visit(nobody, f"{site}/nowhere/", "404", "404, resident", "404")
    eyes.visit(handler, f"{site}/desk/cases/2222222222/", "404", "404, desk", "404")
    eyes.visit(handler, f"{site}/desk/staff/", "403", "403, desk", "403")
    nobody.goto(f"{site}/speak/")
    nobody.context.clear_cookies()
    with nobody.expect_navigation() as sent:
        nobody.locator(FORM).evaluate("form => HTMLFormElement.prototype.submit.call(form)")
    eyes.check(sent.value, nobody, "403", "a page open too long", "403")
    for _try in range(6):
        nobody.goto(f"{site}/find/")
        nobody.get_by_label("回执上的号码").fill(county.case.code)
        nobody.get_by_label("回执上的密码").fill("22222222")
        nobody.get_by_role("button", name="看看").click()
    eyes.look(nobody, "one wrong secret too many")
    expect(nobody.get_by_role("heading", level=1)).to_have_text("试的次数太多，请等一等")
    hire("locked", "receptionist")
    for _try in range(5):
        nobody.goto(f"{site}/desk/sign-in/")
        nobody.get_by_label("用户名").fill("locked")
        nobody.get_by_label("密码").fill("wrong")
        nobody.get_by_role("button", name="登录").click()
    eyes.look(nobody, "a locked account")
    expect(nobody.get_by_role("heading", level=1)).to_have_text("密码错了太多次")
    look_at_refused_acts(pages, site, county, eyes)
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(selectors, "page", None)
        eyes.visit(handler, f"{site}/desk/queue/", "500", "500", "500")


def look_at_refused_acts(pages: dict[str, Page], site: str, county: County, eyes: Eyes) -> None:
    """Press a button on a page that somebody else has overtaken, and send reasons that are not there."""
    page, case = pages["handler@holder"], county.states["dispatched"]
    for label in ("退单：不是我单位职责", "签收"):
        page.goto(site + reverse("case", args=[case.code]))
        page.evaluate(OPEN_ALL)
        if label == "签收":
            cases.Case.objects.filter(pk=case.pk).update(version=case.version + 1)
        with page.expect_navigation() as sent:
            page.locator("main form", has=page.get_by_role("button", name=label, exact=True)).evaluate(
                "form => HTMLFormElement.prototype.submit.call(form)"
            )
        eyes.check(sent.value, page, "case-act", f"409, {label}", "409")


def test_the_desk_in_the_dark(site, open_as, county: County, eyes: Eyes):
    for visitor in county.visitors:
        if visitor.role not in {"handler", "receptionist", "supervisor", "security_admin"}:
            continue
        page = open_as(visitor, color_scheme="dark", viewport=WIDE)
        for name, row in TABLE.items():
            if row["access"] != "public" and name not in FILES | NO_PAGES and due(row, visitor, "get") == "200":
                page.goto(site + reverse(name, args=county.arguments.get(name, [])))
                eyes.axe(page, f"dark: {visitor.name} {name}")
        for case in county.states.values() if visitor.role == "handler" else ():
            page.goto(site + reverse("case", args=[case.code]))
            eyes.axe(page, f"dark: a case {case.status}")
        for where, _answer, _status in beside_a_draft(page, site, county, "draft") if visitor.role == "handler" else ():
            eyes.axe(page, f"dark: {where}")


def test_residents_pages_in_large_letters(site, open_as, county: County, eyes: Eyes):
    """大字版 at 320 px: nothing sticks out, and axe finds nothing."""
    for visitor in [v for v in county.visitors if v.kind != "staff"]:
        page = open_as(visitor, viewport=NARROW)
        page.context.add_cookies([{"name": TEXT_COOKIE, "value": "large", "url": site}])
        for name, row in TABLE.items():
            is_known = visitor.kind == "nobody" or row["access"] == "with_receipt"
            if is_known and name not in FILES | NO_PAGES and due(row, visitor, "get") in PAGE:
                page.goto(site + reverse(name, args=county.arguments.get(name, [])))
                page.evaluate(OPEN_ALL)
                eyes.fits(page, f"large: {visitor.name} {name}")
                eyes.axe(page, f"large: {visitor.name} {name}")
        if visitor.kind == "nobody":
            page.goto(site)
            expect(page.locator("html")).to_have_attribute("data-text", "large")


def test_when_results_are_out(site, open_as, world, monkeypatch, eyes: Eyes):
    """On New Year's Day November's figures and words are published; what was not answered is late."""
    made = judged(world, ["yes"] * 6 + ["partly"] * 2 + ["no"] * 3 + [None], topic="09.01.01")
    for case in judged(world, [None] * 5, office="county-centre"):
        judge(case, "no", words=WORDS)
    late = working(world)
    monkeypatch.setattr(clock, "now", lambda: ON_NEW_YEAR)
    nobody, resident = open_as(Visitor("", "", Client())), open_as(Visitor("", "", with_receipt_of(made[-1])))
    eyes.visit(nobody, f"{site}/results/", "results", "results")
    eyes.visit(resident, f"{site}/mine/judge/", "judge", "judging after the results are out")
    eyes.send_empty(resident, "judge", "judging after the results are out")
    eyes.visit(open_as(Visitor("", "", with_receipt_of(late))), f"{site}/mine/", "mine", "a late matter")
    supervisor = open_as(Visitor("", "", sign_in_as(Client(), world.staff["zhoutao"], has_code=False)))
    eyes.visit(supervisor, f"{site}/desk/evaluation/", "evaluation", "figures")
    supervisor.get_by_role("button", name=re.compile("11月")).first.click()
    expect(supervisor.locator("main")).to_contain_text("冲我嚷")
    eyes.look(supervisor, "words of a month")
    handler = open_as(at_home(world, directory.Role.objects.get(code="handler")))
    eyes.visit(handler, f"{site}/desk/queue/", "queue", "a late queue")
    eyes.visit(handler, site + reverse("case", args=[late.code]), "case", "a late case")


@pytest.mark.django_db
def test_the_demonstrations_pages(site, open_as, settings, eyes: Eyes):
    """The ribbon that says that all is invented, and the list of accounts to try."""
    settings.DEMO = True
    hire("liqiang", "receptionist", name="李强")
    hire("fanhongmei", "approver", key=demo_totp_secret("fanhongmei"), name="范红梅")
    page = open_as(Visitor("", "", Client()))
    for name in ("home", "sign-in"):
        eyes.visit(page, site + reverse(name), name, f"demonstration: {name}")
