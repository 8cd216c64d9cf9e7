"""The proof pages as a villager on a small phone, a screen reader and a printer meet them."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from tests.world import MONDAY

from bandeng.ground.core import clock
from bandeng.ground.ledger import api as ledger
from bandeng.speak.casework import api as cases
from bandeng.speak.casework import receipts


@pytest.fixture
def case(world, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: MONDAY + timedelta(hours=1))
    case = world.registered()
    cases.add_words(case.pk, "还有一件", by=cases.hand.resident(case.pk), now=MONDAY + timedelta(minutes=30))
    ledger.sequence(now=MONDAY + timedelta(minutes=31))
    return case


def asked(page: Page, site, code, secret):
    page.goto(f"{site}/proof/")
    page.get_by_label("回执上的号码").fill(code)
    page.get_by_label("回执上的密码").fill(secret)
    page.get_by_role("button", name="核对", exact=True).click()


def pasted(page: Page, site, text):
    page.goto(f"{site}/proof/")
    page.get_by_text("我有回执的电子文字").click()
    page.get_by_label("回执的文字").fill(text)
    page.get_by_role("button", name="核对这段文字").click()


@pytest.mark.parametrize("width", [1280, 320])
def test_the_pages_are_accessible_and_fit(page: Page, site, look, axe, fits, case, width):
    page.set_viewport_size({"width": width, "height": 800})
    receipt = receipts.receipt_for(case, now=MONDAY)
    ways = {
        "overview": lambda: page.goto(f"{site}/proof/"),
        "how": lambda: page.goto(f"{site}/proof/how/"),
        "errors": lambda: asked(page, site, "ABC", ""),
        "unchanged": lambda: asked(page, site, case.code, case.secret()),
        "not-found": lambda: asked(page, site, case.code, "22222222"),
        "receipt": lambda: pasted(page, site, receipt.document),
        "text-errors": lambda: pasted(page, site, "bandeng receipt v1"),
    }
    for name, go in ways.items():
        go()
        look(page, f"proof-{name}-{width}")
        fits(page)
        axe(page)


@pytest.mark.parametrize("width", [1280, 320])
def test_what_is_broken_says_whom_to_call(page: Page, site, look, axe, fits, case, width):
    receipt = receipts.receipt_for(case, now=MONDAY)
    page.set_viewport_size({"width": width, "height": 800})
    cases.Case.objects.filter(pk=case.pk).update(version=9)  # as if acts had been taken away
    asked(page, site, case.code, case.secret())
    expect(page.get_by_role("heading", level=1)).to_have_text("有地方对不上")
    look(page, f"proof-broken-{width}")
    fits(page)
    axe(page)
    pasted(page, site, receipt.document.replace("general", "consult"))
    expect(page.get_by_role("heading", level=1)).to_have_text("这段文字上没有我们的签名")
    look(page, f"proof-not-ours-{width}")
    fits(page)
    axe(page)


def test_the_proof_file_is_saved_without_scripts(phone_without_scripts: Page, site, case):
    asked(phone_without_scripts, site, case.code, case.secret())
    with phone_without_scripts.expect_download() as download:
        phone_without_scripts.get_by_role("button", name="保存核对文件").click()
    assert download.value.suggested_filename == f"{case.code}.txt"
    assert download.value.path().read_text().startswith("bandeng proof v1\n")


def test_the_instructions_on_paper(page: Page, site, look, case):
    page.goto(f"{site}/proof/how/")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 680, "height": 1000})
    look(page, "proof-how-print")
    expect(page.locator("header.masthead")).to_be_hidden()
    page.pdf(path="build/screenshots/proof-how.pdf", prefer_css_page_size=True)
