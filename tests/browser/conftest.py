"""A browser for the few real paths: Debian's Chromium, a live server, pictures to look at, and axe.

`site` serves the app from a thread. In a test marked `django_db` it shares the test's own in-memory SQLite
connection, so rows made by the test are seen and nothing is flushed (triggers forbid it on the ledger's tables).
Requests are answered one after another: savepoints of two threads on one connection would undo each other.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

ROOT = Path(__file__).resolve().parent.parent.parent
CHROMIUM = Path("/usr/bin/chromium")
AXE = ROOT / "build" / "test" / "axe.js"
SCREENSHOTS = ROOT / "build" / "screenshots"
QUIET = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync --disable-component-update"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")
            if not CHROMIUM.exists():
                item.add_marker(pytest.mark.skip(reason="no Chromium at /usr/bin/chromium (tools/system_packages.sh)"))


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict:
    return {"executable_path": str(CHROMIUM), "args": [*QUIET.split(), "--disable-background-networking"]}


@pytest.fixture(scope="session")
def browser_context_args() -> dict:
    return {"locale": "zh-CN", "timezone_id": "Asia/Shanghai", "viewport": {"width": 1280, "height": 800}}


@pytest.fixture
def site(settings) -> Iterator[str]:
    """Give the address of a live server with the pages of components switched on."""
    settings.DEBUG = True
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
    settings.MIDDLEWARE = ["tests.browser.queueing.one_at_a_time", *settings.MIDDLEWARE]
    server = LiveServer("localhost")
    settings.CSRF_TRUSTED_ORIGINS = [server.url]
    yield server.url
    # Not server.stop(): it takes the shared connection back at once, and a thread still hanging up would be refused.
    server.thread.terminate()


@pytest.fixture
def page(site: str, page: Page) -> Iterator[Page]:
    """Give a page that fails the test for anything the browser complains of, a broken policy first of all.

    It asks for `site` so that the browser hangs up before the server stops.
    """
    complaints: list[str] = []
    page.on("console", lambda message: message.type == "error" and complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    assert [text for text in complaints if "status of 4" not in text] == []


@pytest.fixture
def phone_without_scripts(site: str, browser: Browser) -> Iterator[Page]:
    """Give a small phone's page with JavaScript off."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 640}, locale="zh-CN")
    yield context.new_page()
    context.close()


@pytest.fixture
def settle() -> Callable[[Page], None]:
    """Wait until what a page loads after itself stands in its place."""

    def wait(page: Page) -> None:
        expect(page.locator("[aria-busy]")).to_have_count(0)

    return wait


@pytest.fixture
def look(settle) -> Callable[[Page, str], None]:
    """Keep a picture of the whole page in build/screenshots, for people to look at."""

    def keep(page: Page, name: str) -> None:
        settle(page)
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)

    return keep


@pytest.fixture
def axe(settle) -> Callable[[Page], None]:
    """Assert that axe-core finds nothing on the page."""

    def check(page: Page) -> None:
        settle(page)
        if not AXE.exists():
            pytest.skip("no build/test/axe.js; run tools/assets.py")
        page.evaluate(AXE.read_text())
        found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
        told = [
            {
                "rule": v["id"],
                "help": v["help"],
                "where": [(n["target"], n["failureSummary"][:300]) for n in v["nodes"]],
            }
            for v in found["violations"]
        ]
        assert not told, json.dumps(told, ensure_ascii=False, indent=1)

    return check


@pytest.fixture
def fits() -> Callable[[Page], None]:
    """Assert that nothing sticks out to the right: no sideways scrolling."""

    def check(page: Page) -> None:
        wide = page.evaluate(
            """() => { const width = document.documentElement.clientWidth;
            if (document.documentElement.scrollWidth <= width) return [];
            return [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > width + 1)
              .map(e => e.tagName + '.' + (e.className.baseVal ?? e.className) + ' '
                + Math.round(e.getBoundingClientRect().right)).slice(0, 8); }"""
        )
        assert wide == []

    return check
