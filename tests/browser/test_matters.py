"""A dispatcher makes one matter of three cases and takes one out; a handler writes the core and makes the drafts."""

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect
from tests.browser.county import context_of
from tests.fixtures_signing_in import sign_in_as
from tests.speak.matters_people import LI, WANG, spoken
from tests.test_urls import NOW, Visitor

from bandeng.ground.core import api as core
from bandeng.ground.core import clock
from bandeng.speak.casework import api as cases
from bandeng.speak.matters import api as matters

CORE = "路灯是控制箱进水跳闸，换箱体，12月1日前全部点亮。"


@pytest.fixture
def three(world, monkeypatch) -> list[cases.Case]:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return [spoken(world), spoken(world, identity=LI), spoken(world, identity=WANG, words="低保停了，想问为什么。")]


def desk_of(world, browser: Browser, site: str, name: str, **more) -> Page:
    visitor = Visitor(name, "staff", sign_in_as(Client(), world.staff[name], has_code=False))
    return context_of(browser, site, visitor, **more).new_page()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_one_matter_from_three_cases_and_an_answer_for_each(site, browser: Browser, world, three, scripts, look):
    page = desk_of(world, browser, site, "chenfang", java_script_enabled=scripts)
    page.goto(f"{site}/desk/queue/?tab=scope")
    for case in three:
        page.get_by_label(core.show_code(case.code)).check()
    look(page, "matters-queue-ticked")
    press(page, "合并成一个事项")
    expect(page.get_by_role("heading", level=1)).to_have_text("合并成一个事项")
    page.get_by_label("是什么事").fill("柳树村东头路灯不亮")
    press(page, "合并成一个事项")
    expect(page.get_by_role("heading", level=1)).to_have_text("柳树村东头路灯不亮")
    expect(page.locator("main")).to_contain_text("3 人反映")

    page.get_by_label(core.show_code(three[2].code)).check()
    press(page, "移出这个事项")
    expect(page.locator("main")).to_contain_text("2 人反映")
    assert matters.constraints().are_apart(three[2].pk, three[0].pk)
    press(page, "撤销：移出诉求")
    expect(page.locator("main")).to_contain_text("3 人反映")
    page.get_by_label(core.show_code(three[2].code)).check()
    press(page, "移出这个事项")
    page.context.close()

    page = desk_of(world, browser, site, "liuyang", java_script_enabled=scripts)
    page.goto(f"{site}/desk/matters/")
    page.get_by_role("link", name="柳树村东头路灯不亮").click()
    page.get_by_role("link", name="写答复要点").click()
    page.get_by_label("答复要点").fill(CORE)
    press(page, "存为新的一版")
    expect(page.locator("main")).to_contain_text("草稿已写好 0 / 2 份")
    look(page, "matters-core-written")
    press(page, "生成草稿")
    expect(page.get_by_role("heading", level=1)).to_have_text("草稿已写好 2 / 2 份")
    look(page, "matters-drafts-made")
    page.get_by_role("link", name=core.show_code(three[1].code)).click()
    opinion = page.locator("[name=opinion]")
    expect(opinion).to_have_value(f"李大山，您好：\n\n{CORE}")
    expect(page.locator("main")).to_contain_text("草稿开头取自答复要点")
    look(page, "matters-draft-of-one")
    page.locator("[name=facts]").fill("11月24日到东头看过，灯不亮。")
    page.locator("[name=basis]").fill("《城市道路照明设施管理规定》第二十一条")
    page.locator("[name=remedy]").fill("不同意可以在30日内申请复查。")
    opinion.fill(f"李大山，您好：\n\n{CORE}\n\n您家门口那盏先装。")
    press(page, "送去审批")
    expect(page.locator("main")).to_contain_text("审批人（民政局）")
    assert [world.fresh(case).status for case in three] == ["working", "drafted", "working"]
    page.goto(site + reverse("case", args=[three[0].code]))
    expect(page.locator("main")).to_contain_text("柳树村东头路灯不亮")
    look(page, "matters-beside-a-case")
    page.context.close()
