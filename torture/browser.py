"""A browser as far as the pages need one: cookies, hidden fields, files; and a site that counts what is on its way."""

import html
import http.client
import re
import secrets
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode

ANSWER_SECONDS = 40.0
CLEAR = ("没有收下", "再", "tel:")  # what a page must say when nothing can be written: not taken, again, whom to call
PATIENCE = 150.0


class Cut(Exception):
    """The request went out and no whole answer came back: done or not, nobody here knows."""


class NotSent(Exception):
    """Nobody listened: it was not done."""


class Unexpected(Exception):
    """A page that a user of a healthy site would not see."""


@dataclass(frozen=True)
class Page:
    """An answer, whole."""

    status: int
    location: str
    text: str
    raw: bytes

    def values(self, name: str) -> list[str]:
        """Give the values of all fields of a name."""
        fields = re.findall(rf'<input[^>]*name="{name}"[^>]*>', self.text)
        return [html.unescape(found[1]) for field in fields if (found := re.search(r'value="([^"]*)"', field))]

    def hidden(self, name: str) -> str:
        """Give the value of a hidden field."""
        found = re.search(rf'<input[^>]*name="{name}"[^>]*>', self.text)
        value = re.search(r'value="([^"]*)"', found[0]) if found else None
        if value is None:
            raise Unexpected(f"no field {name} on a page of status {self.status}")
        return html.unescape(value[1])


@dataclass
class Site:
    """One address. Every request is counted from its first byte out to its last byte in."""

    port: int
    in_flight: int = 0
    answers: Counter = field(default_factory=Counter)
    cut: int = 0
    unclear: list[str] = field(default_factory=list)
    clear_pages: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def flight(self) -> Iterator[None]:
        with self.lock:
            self.in_flight += 1
        try:
            yield
        finally:
            with self.lock:
                self.in_flight -= 1

    def note(self, path: str, page: Page) -> None:
        """Count an answer; an error's page must say what happened and what to do."""
        with self.lock:
            self.answers[page.status] += 1
            if page.status >= 500:
                if page.status == 503 and all(word in page.text for word in CLEAR):
                    self.clear_pages += 1
                else:
                    self.unclear.append(f"{page.status} at {re.sub(r'/r/.*', '/r/…', path)}")


class Browser:
    """One person's browser."""

    def __init__(self, site: Site, stop: threading.Event):
        self.site, self.stop, self.cookies = site, stop, {}

    def get(self, path: str) -> Page:
        """Load a page, again and again until it comes."""
        return self._until_answered("GET", path, b"", {})[0]

    def post(self, path: str, fields: Mapping[str, str | list[str]], *,
             files: Mapping[str, tuple[str, bytes]] | None = None, cut=None) -> Page:  # fmt: skip
        """Send a form; where no whole answer comes, press again: the same to the last byte. `cut` hears of each."""
        fields = {
            "csrfmiddlewaretoken": fields.get("csrfmiddlewaretoken") or self.cookies.get("csrftoken", ""),
            **fields,
        }
        body, kind = (
            _multipart(fields, files)
            if files
            else (urlencode(fields, doseq=True).encode(), "application/x-www-form-urlencoded")
        )
        return self._until_answered("POST", path, body, {"Content-Type": kind}, cut)[0]

    def _until_answered(self, method: str, path: str, body: bytes, headers: dict, cut=None) -> tuple[Page, int]:
        """Give the first answer that is no "not now", and how many attempts went before it."""
        until, tries = time.monotonic() + PATIENCE, 0
        while not self.stop.is_set():
            try:
                page = self.once(method, path, body, headers)
            except NotSent:
                time.sleep(0.15)
            except Cut:
                tries += 1
                if cut is not None:
                    cut()
                time.sleep(0.1)
            else:
                if page.status < 500:
                    return page, tries
                tries += 1
                if cut is not None:
                    cut()
                time.sleep(0.3)
            if time.monotonic() > until:
                raise Unexpected(f"{method} {path}: no answer in {PATIENCE:.0f} s")
        raise Unexpected("stopped")

    def once(self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Page:
        """Send one request. Raises NotSent, Cut."""
        line = http.client.HTTPConnection("127.0.0.1", self.site.port, timeout=ANSWER_SECONDS)
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            try:
                line.connect()
            except OSError:
                raise NotSent from None
            with self.site.flight():
                try:
                    line.request(method, path, body or None, {**(headers or {}), "Cookie": cookies})
                    answer = line.getresponse()
                    raw = answer.read()
                except (OSError, http.client.HTTPException):
                    with self.site.lock:
                        self.site.cut += 1
                    raise Cut from None
        finally:
            line.close()
        for name, morsel in SimpleCookie("; ".join(_bare(answer.headers.get_all("Set-Cookie", [])))).items():
            self.cookies[name] = morsel.value
        page = Page(answer.status, answer.headers.get("Location", ""), raw.decode(errors="replace"), raw)
        self.site.note(path, page)
        return page


def _bare(headers: list[str]) -> Iterator[str]:
    """Keep name and value: attributes would be taken for cookies once joined."""
    for header in headers:
        yield header.partition(";")[0]


def _multipart(fields: Mapping[str, str], files: Mapping[str, tuple[str, bytes]]) -> tuple[bytes, str]:
    edge, parts = secrets.token_hex(12), []
    for name, value in fields.items():
        parts.append(f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode())
    for name, (filename, content) in files.items():
        head = (
            f'Content-Disposition: form-data; name="{name}"; filename="{filename}"\r\nContent-Type: image/png\r\n\r\n'
        )
        parts.append(head.encode() + content)
    body = b"".join(b"--%s\r\n%s\r\n" % (edge.encode(), part) for part in parts) + b"--%s--\r\n" % edge.encode()
    return body, f"multipart/form-data; boundary={edge}"
