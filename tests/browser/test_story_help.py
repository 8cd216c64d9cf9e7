"""Help where people sit: a clerk types, a dispatcher knows better, a handler takes a passage over and mends words."""

from datetime import date

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect
from tests.browser.county import context_of
from tests.fixtures_signing_in import sign_in_as
from tests.speak.lookup_index import fed
from tests.speak.test_casework_loop import HOUR, REPLY
from tests.test_urls import NOW, Visitor
from tests.world import MONDAY

from bandeng.ground.core import api as core
from bandeng.ground.core import clock
from bandeng.ground.directory import api as directory
from bandeng.speak.casework import api as cases
from bandeng.speak.suggestions import api as suggestions
from bandeng.speak.suggestions import learned
from bandeng.speak.suggestions.models import Suggested

SAID = "家里困难，老伴住院，想申请低保，社会救助怎么办"
OFFICIALESE = "您反映的问题已收悉，我局高度重视，将予以解决。"


@pytest.fixture
def county(world, monkeypatch):
    """The named world with a catalogue, one answered case, what was learned, and an index."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    for topic, office in (("09", "civil-affairs"), ("04", "transport")):
        directory.CatalogueEntry.objects.create(
            topic=world.topics[topic], office=world.offices[office], valid_from=date(2020, 1, 1)
        )
    directory.forget()
    case = world.registered(words="老伴住院花光了钱，想申请低保")
    cases.dispatch(case.pk, to=world.office("civil-affairs"), by=world.hand("chenfang"), now=MONDAY + HOUR)
    cases.accept(case.pk, by=world.hand("liuyang"), now=MONDAY + HOUR)
    cases.draft_reply(case.pk, REPLY, by=world.hand("liuyang"), now=MONDAY + 2 * HOUR)
    cases.approve(case.pk, by=world.hand("zhaojun"), now=MONDAY + 2 * HOUR)
    cases.serve(case.pk, method="phone", by=world.hand("zhaojun"), now=MONDAY + 2 * HOUR)
    world.answered = world.fresh(case)
    for subject in suggestions.SUBJECTS:
        suggestions.learn(subject, now=MONDAY)
    learned.forget()
    fed(MONDAY)
    yield world
    learned.forget()


def desk_of(world, browser: Browser, site: str, name: str, **more) -> Page:
    visitor = Visitor(name, "staff", sign_in_as(Client(), world.staff[name], has_code=False))
    return context_of(browser, site, visitor, **more).new_page()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def test_a_matter_goes_through_three_pairs_of_hands_with_help(site, browser: Browser, county, look, axe, fits):
    page = desk_of(county, browser, site, "liqiang")
    page.goto(f"{site}/desk/intake/")
    page.locator("[name=words]").fill(SAID)
    beside = page.locator("[data-beside]")
    expect(beside).to_contain_text("民政局")
    expect(beside).to_contain_text(core.show_code(county.answered.code))
    page.locator("[name=words]").press("Tab")  # help is no stop on the way to the next field
    expect(page.locator("[name=place]")).to_be_focused()
    axe(page)
    fits(page)
    look(page, "help-intake")
    press(page, "登记")
    page.wait_for_url("**/read-back/")
    case = cases.Case.objects.latest("registered_at")
    suggestions.suggest_for_new(now=NOW)
    page.context.close()

    page = desk_of(county, browser, site, "chenfang")
    page.goto(f"{site}/desk/cases/{case.code}/")
    expect(page.locator("main")).to_contain_text("可能由谁负责")
    look(page, "help-dispatcher")
    axe(page)
    page.locator("[name=to]:visible").first.select_option(label="交通局")  # the dispatcher knows better
    press(page, "派给单位")
    expect(page.locator("main")).to_contain_text("交通局")
    cases.accept(case.pk, by=county.hand("zhengkai"), now=NOW)
    suggestions.settle(now=NOW)
    assert not Suggested.objects.get(case=case).was_right
    page.context.close()


def test_a_handler_takes_a_passage_over_and_writes_more_plainly(site, browser: Browser, county, look, axe, fits):
    case = county.registered(words=SAID)
    cases.dispatch(case.pk, to=county.office("civil-affairs"), by=county.hand("chenfang"), now=NOW)
    cases.accept(case.pk, by=county.hand("liuyang"), now=NOW)
    fed(NOW)
    page = desk_of(county, browser, site, "liuyang")
    page.goto(f"{site}/desk/cases/{case.code}/draft/")
    likes = page.locator("[data-load]")
    expect(likes).to_contain_text(core.show_code(county.answered.code))
    page.locator("[name=facts]").fill("11月24日上门看过。")
    likes.get_by_role("button", name="不相似").click()  # whoever writes stays where they write
    expect(likes).to_contain_text("记下了")
    expect(page.locator("[name=facts]")).to_have_value("11月24日上门看过。")
    likes.get_by_text("没有列出").click()
    axe(page)
    likes.get_by_role("button", name="还是相似").click()
    page.get_by_role("link", name="看答复，可取用一段").click()
    look(page, "help-passages")
    page.get_by_role("button", name="取用到我的草稿").first.click()
    expect(page.locator("main")).to_contain_text("取自")
    opinion = page.locator("[name=opinion]")
    opinion.fill(OFFICIALESE)
    beside = page.locator("[data-beside=write]")
    expect(beside).to_contain_text("官话套话")
    look(page, "help-words")
    axe(page)
    fits(page)
    beside.locator("[data-replace=opinion]").first.click()
    expect(opinion).not_to_have_value(OFFICIALESE)
    press(page, "群众看到的样子")
    expect(page.locator(".phone")).to_contain_text(opinion_of(page))
    expect(page.locator(".questions li")).to_have_count(2)
    look(page, "help-preview")
    axe(page)
    page.get_by_role("link", name="回去接着写").click()
    expect(page.locator("[name=opinion]")).not_to_have_value("")
    page.context.close()


def opinion_of(page: Page) -> str:
    return page.locator(".paper .as-read__words").first.inner_text().strip()
