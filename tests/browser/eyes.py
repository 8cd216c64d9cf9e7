"""Eyes that look at one page after another: axe wide, axe narrow with all that opens open, nothing sticking out."""

import json

from playwright.sync_api import Page, Response
from tests.browser.conftest import AXE

WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 320, "height": 640}
OPEN_ALL = "() => document.querySelectorAll('details').forEach(d => { d.open = true; })"
DOUBLE = """() => { const root = document.documentElement;
  root.style.fontSize = 2 * parseFloat(getComputedStyle(root).fontSize) + 'px'; }"""
FOUND = """() => axe.run(document, {resultTypes: ['violations']}).then(r => r.violations.map(v =>
  [v.id, v.help, v.nodes.slice(0, 3).map(n => n.target.join(' ') + ' | ' + n.failureSummary)]))"""
WIDER = """() => { const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > width + 1)
    .map(e => e.tagName + '.' + (e.className.baseVal ?? e.className)).slice(0, 6); }"""
FORM = "main form.form[method=post]"
SEND_EMPTY = """form => {
  const typed = 'input:not([type=hidden], [type=checkbox], [type=radio]), textarea, select';
  for (const field of form.querySelectorAll(typed)) field.value = '';
  HTMLFormElement.prototype.submit.call(form); }"""


class Eyes:
    """Keep what is wrong with pages as they stand in a browser; `seen` holds the names of addresses looked at."""

    def __init__(self) -> None:
        self.wrong: list[str] = []
        self.seen: set[str] = set()
        self.sent: set[str] = set()
        self.looks = 0

    def axe(self, page: Page, where: str) -> None:
        self.looks += 1
        if not page.evaluate("'axe' in window"):
            page.evaluate(AXE.read_text())
        self.wrong += [f"{where}: {json.dumps(found, ensure_ascii=False)}" for found in page.evaluate(FOUND)]

    def fits(self, page: Page, where: str) -> None:
        if wider := page.evaluate(WIDER):
            self.wrong.append(f"{where}: sticks out: {wider}")

    def look(self, page: Page, where: str) -> None:
        """Look wide as the page comes, then narrow with all that opens open, then with letters twice as large."""
        page.set_viewport_size(WIDE)
        self.axe(page, f"{where}, 1280")
        page.set_viewport_size(NARROW)
        page.evaluate(OPEN_ALL)
        self.axe(page, f"{where}, 320, opened")
        self.fits(page, f"{where}, 320")
        page.evaluate(DOUBLE)
        self.fits(page, f"{where}, 320, doubled")
        page.set_viewport_size(WIDE)

    def visit(self, page: Page, url: str, name: str, where: str, status: str = "200") -> None:
        """Open an address and look; another status, or what is no page, is wrong."""
        self.check(page.goto(url), page, name, where, status)

    def check(self, answer: Response | None, page: Page, name: str, where: str, status: str) -> None:
        """Look at a page that has just come."""
        assert answer is not None
        got, kind = str(answer.status), answer.headers.get("content-type", "")
        if got != status or not kind.startswith("text/html"):
            self.wrong.append(f"{where}: {got} {kind}, not {status}")
            return
        self.seen.add(name)
        self.look(page, where)

    def send_empty(self, page: Page, name: str, where: str, status: str = "422") -> None:
        """Send the form of the open page with nothing typed in it, and look at what comes back."""
        found = page.locator(FORM).first
        with page.expect_navigation() as sent:
            found.evaluate(SEND_EMPTY)
        self.check(sent.value, page, name, f"{where}, sent empty", status)
