"""The design system as a reader meets it: small screens, large text, keyboard, paper, no scripts."""

import pikepdf
import pytest
from playwright.sync_api import Page, expect

# The shell of every page reads sessions and offices.
pytestmark = pytest.mark.django_db

PAGES = {"home": "/", "portal": "/debug/look/", "desk": "/debug/look/desk/", "keys": "/desk/keys/"}
SLIP = ".slip"


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [1280, 320])
def test_a_page_is_accessible_and_fits(page: Page, site, look, axe, fits, name, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(site + PAGES[name])
    look(page, f"{name}-{width}")
    fits(page)
    axe(page)


@pytest.mark.parametrize("name", PAGES)
def test_doubled_text_on_a_small_phone_does_not_scroll_sideways(page: Page, site, look, fits, name):
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(site + PAGES[name])
    size = page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")
    page.evaluate(f"document.documentElement.style.fontSize = '{2 * size}px'")
    look(page, f"{name}-320-doubled")
    fits(page)


def test_the_desk_in_the_dark(page: Page, site, look, axe):
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto(site + PAGES["desk"])
    look(page, "desk-dark")
    axe(page)


def test_a_case_fits_the_clerks_screen(page: Page, site):
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto(site + PAGES["desk"])
    side = page.locator(".case__side")
    box = side.bounding_box()
    assert box["y"] + box["height"] <= 768


def test_large_text_is_kept_without_scripts(phone_without_scripts: Page, site, look, fits):
    page = phone_without_scripts
    page.goto(site + "/debug/look/?errors=0")
    page.get_by_role("button", name="大字版").click()
    expect(page).to_have_url(site + "/debug/look/")  # what stands behind a ? is not led back to: it may be pasted text
    assert page.evaluate("getComputedStyle(document.body).fontSize") == "24px"
    look(page, "portal-large-320-no-script")
    page.goto(site)
    look(page, "home-large-320-no-script")
    expect(page.get_by_role("button", name="普通字")).to_be_visible()
    page.get_by_role("button", name="普通字").click()
    assert page.evaluate("getComputedStyle(document.body).fontSize") == "18px"


@pytest.mark.parametrize(("selector", "points"), [(SLIP, 12), (".sheet", 18)])
def test_nothing_on_paper_is_smaller_than_promised(page: Page, site, selector, points):
    page.emulate_media(media="print")
    page.goto(site + PAGES["portal"])
    smallest = page.locator(selector).evaluate(
        "e => Math.min(...[e, ...e.querySelectorAll('*')].map(x => parseFloat(getComputedStyle(x).fontSize)))"
    )
    assert smallest >= points * 96 / 72 - 0.01


def test_paper_shows_the_paper_alone(page: Page, site, look):
    page.emulate_media(media="print")
    page.goto(site + PAGES["portal"])
    look(page, "portal-print")
    expect(page.locator("header.masthead")).to_be_hidden()
    assert page.locator(SLIP).bounding_box()["width"] <= 80 * 96 / 25.4


def test_a_slip_is_a_page_of_its_own_on_the_rolls_width(page: Page, site, tmp_path):
    page.goto(site + "/debug/look/?errors=0")
    page.evaluate("document.querySelector('main').replaceChildren(document.querySelector('.slip'))")
    page.pdf(path=tmp_path / "slip.pdf", prefer_css_page_size=True)
    with pikepdf.open(tmp_path / "slip.pdf") as paper:
        widths = [round(float(sheet.mediabox[2]) / 72 * 25.4) for sheet in paper.pages]
    assert widths == [80]


def test_the_error_summary_leads_to_the_field(page: Page, site):
    page.goto(site + PAGES["portal"])
    expect(page.locator(".errors")).to_be_focused()
    page.get_by_role("link", name="请选一种").click()
    assert page.url.endswith("#id_answer_by_0")
    phone = page.get_by_label("手机号")
    assert phone.get_attribute("aria-describedby") == "id_phone_helptext id_phone_error"


def test_shortcuts_open_help_and_press_links(page: Page, site):
    page.goto(site + PAGES["desk"])
    page.locator("main").focus()
    page.keyboard.press("?")
    expect(page.locator("dialog#keys")).to_be_visible()
    expect(page.locator("dialog#keys")).to_contain_text("找一件事")
    page.keyboard.press("Escape")
    expect(page.locator("dialog#keys")).to_be_hidden()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.matches('[data-stop]')")


def test_shortcuts_can_be_switched_off(page: Page, site):
    page.goto(site + PAGES["keys"])
    page.get_by_role("button", name="关掉").click()
    page.locator("main").focus()
    page.keyboard.press("?")
    expect(page.locator("dialog#keys")).to_be_hidden()
