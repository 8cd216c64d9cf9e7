"""What the small scripts add, each on the page of components; the server's part of a draft is others'."""

import re

import pytest
from playwright.sync_api import Page, expect

# The shell of every page reads sessions and offices.
pytestmark = pytest.mark.django_db

WORDS = "想请人来修路灯。"


def open_form(page: Page, site: str) -> None:
    page.clock.install()
    page.goto(site + "/debug/look/?errors=0")


def test_a_draft_is_sent_when_typing_pauses_and_no_sooner(page: Page, site):
    sent = []
    page.on("request", lambda request: request.method == "POST" and sent.append(request))
    open_form(page, site)
    box = page.get_by_label("您想说的事")
    box.press_sequentially("门口")
    page.clock.run_for(2000)
    box.press_sequentially("的灯")
    page.clock.run_for(2000)
    assert sent == []
    page.clock.run_for(1500)
    expect(page.locator("[data-draft-status]")).to_have_text(re.compile(r"^已保存 \d+:\d\d$"))
    assert len(sent) == 1
    assert "csrfmiddlewaretoken" in sent[0].post_data
    assert "门口的灯" in sent[0].post_data


def test_a_draft_that_was_not_kept_is_said_so(page: Page, site):
    open_form(page, site)
    page.route("**/debug/look/", lambda route: route.fulfill(status=403))
    page.get_by_label("您想说的事").fill(WORDS)
    page.clock.run_for(3500)
    expect(page.locator("[data-draft-status]")).to_contain_text("没有保存上")


def test_nothing_typed_stays_in_the_browser(page: Page, site):
    open_form(page, site)
    page.get_by_label("您想说的事").fill(WORDS)
    page.clock.run_for(3500)
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_leaving_with_unsent_words_asks_first(page: Page, site):
    page.goto(site + "/debug/look/?errors=0")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.get_by_label("您想说的事").press_sequentially("灯")
    page.get_by_role("link", name="返回").click()
    page.wait_for_url(site + "/")
    assert asked == ["beforeunload"]


def test_a_form_is_sent_once(page: Page, site):
    posts = []
    page.goto(site + "/debug/look/?errors=0")
    page.route("**/debug/look/", lambda route: (posts.append(route), route.fulfill(status=204)))  # 204: the page stays
    page.get_by_role("button", name="下一步").click()
    sending = page.get_by_role("button", name="正在提交")
    expect(sending).to_have_attribute("aria-disabled", "true")
    sending.click(force=True)
    page.get_by_label("手机号").press("Enter")
    assert len(posts) == 1


def test_the_room_left_is_counted_in_characters(page: Page, site):
    page.goto(site + "/debug/look/?errors=0")
    page.get_by_label("您想说的事").fill("灯𠮷")  # the second lies outside the basic plane: one character, two units
    expect(page.locator(".count-left")).to_have_text("还能写 1998 个字")


def test_a_code_is_copied(page: Page, site):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(site + "/debug/look/")
    page.get_by_role("button", name="复制").click()
    expect(page.get_by_role("button", name="已复制")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "QH7K-3MPX-92TD"
