"""The main pages of both faces as people meet them, dates pinned: pictures to look at, and what must be in sight."""

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page
from tests.browser.county import County, context_of, populated
from tests.test_urls import NOW

from bandeng.ground.core import clock

CLERK, PHONE = {"width": 1366, "height": 768}, {"width": 320, "height": 640}
# name of the picture → who looks, address, its arguments or the state of the case shown
DESK = {
    "queue": ("handler@holder", "queue", []),
    "queue-dispatcher": ("dispatcher@received", "queue", []),
    "search": ("handler@holder", "case-search", []),
    "dispatch": ("dispatcher@received", "case", "registered"),
    "disputed": ("dispatcher@received", "case", "disputed"),
    "sign-for": ("handler@holder", "case", "dispatched"),
    "case": ("handler@holder", "case", "working"),
    "case-long": ("handler@holder", "case", "long"),
    "case-sent-back": ("handler@holder", "case", "sent-back"),
    "approve": ("approver@holder", "case", "drafted"),
    "serve": ("handler@holder", "case", "approved"),
    "supervisor": ("supervisor@holder", "queue", []),
    "intake": ("receptionist@received", "intake", []),
    "notices": ("handler@holder", "notices", []),
    "matters": ("handler@holder", "matters", []),
    "matter": ("handler@holder", "matter", None),
    "matter-new": ("dispatcher@received", "matter-new", []),
    "matter-proposal": ("dispatcher@received", "matter-proposal", None),
    "matter-core": ("handler@holder", "matter-core", None),
    "matter-drafts": ("handler@holder", "matter-drafts", None),
}
PORTAL = {"home": "nobody", "speak-start": "nobody", "proof": "nobody", "mine": "resident", "judge": "resident"}


@pytest.fixture
def county(world, settings, tmp_path, monkeypatch) -> County:
    settings.FILES_DIR = tmp_path
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return populated(world)


# All that was said, and the first two parts at its side: what may be done, and by when.
MUST = "#words-title ~ .words, .case__side > section:nth-of-type(-n+2) *"


def out_of_sight(page: Page) -> list[str]:
    """List what must stand on a case's first screen and does not: words, what may be done, clocks."""
    return page.evaluate(
        """must => document.querySelectorAll(must).length < 8 ? ['nothing to see'] :
          [...document.querySelectorAll(must)].filter(e => e.getBoundingClientRect().bottom > innerHeight)
          .map(e => e.textContent.trim().slice(0, 40))""",
        MUST,
    )


def test_the_desks_pages_for_a_clerk(site, browser: Browser, county: County, look, fits):
    """Words, clocks and what may be done stand on the first screen, however long the history."""
    visitors = {visitor.name: visitor for visitor in county.visitors}
    hidden = {}
    for name, (who, address, about) in DESK.items():
        context = context_of(browser, site, visitors[who], viewport=CLERK)
        page = context.new_page()
        arguments = [county.states[about].code] if isinstance(about, str) else about
        arguments = county.arguments[address] if about is None else arguments
        page.goto(site + reverse(address, args=arguments))
        if address == "case":
            hidden |= {name: below} if (below := out_of_sight(page)) else {}
        look(page, f"main-{name}-1366")
        page.set_viewport_size(PHONE)
        look(page, f"main-{name}-320")
        fits(page)
        context.close()
    assert hidden == {}


def test_residents_pages_on_a_small_phone(site, browser: Browser, county: County, look, fits):
    visitors = {visitor.name: visitor for visitor in county.visitors}
    for name, who in PORTAL.items():
        context = context_of(browser, site, visitors[who], viewport=CLERK)
        page = context.new_page()
        page.goto(site + reverse(name))
        look(page, f"main-{name}-1366")
        page.set_viewport_size(PHONE)
        look(page, f"main-{name}-320")
        fits(page)
        context.close()


def test_a_case_is_one_line_of_the_queue(site, browser: Browser, county: County):
    """A clerk with forty cases sees twenty at once."""
    handler = next(visitor for visitor in county.visitors if visitor.role == "handler")
    context = context_of(browser, site, handler, viewport=CLERK)
    page = context.new_page()
    page.goto(f"{site}/desk/queue/")
    heights = [row.bounding_box()["height"] for row in page.locator("tbody tr", has_text="腿断了").all()]
    context.close()
    assert len(heights) == 5 and max(heights) <= 36
