"""Every address with what no browser sends: never a server error, and what is said is a page for people."""

import re
from html.parser import HTMLParser
from urllib.parse import quote, quote_from_bytes

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.test_urls import TABLE, URLS, site, taken_back  # noqa: F401 - the fixture

# Text that has broken somebody's site: cut-off and overlong sequences, signs nobody sees, numbers that are none.
HOSTILE = [
    b"\0", b"a\0b", b"\xff\xfe", b"\xed\xa0\x80", b"\xf0\x9f\x98", b"\xc0\xaf", b"\xe2\x80\xaegpj.exe",
    b"\r\nSet-Cookie: a=b", b"%0d%0aX: y", b"../../../../etc/passwd", b"..%2f..%2f", b"\\\\host\\share",
    b"//evil.example/", b"javascript:alert(1)", b"{{ 7|add:7 }}{% debug %}", b"'\"><svg onload=alert(1)>",
    b"' OR 1=1 --", b"=1+1", b"-1", b"0", b"9" * 5000, b"1e999", b"NaN", b"00000000-0000-0000-0000-000000000000",
    b"0001-01-01", b"9999-12-31T23:59:59.999999+00:00", b"0000-00-00|x", b"a" * 30_000, b"[]", b"null", b" ", b"\t\n",
    "👩‍👩‍👧‍👦".encode(), "ﷺ".encode() * 300, "i\u0300\u0301".encode() * 400, b"\x1b]0;x\x07\x1b[2J",
    b"9999-12-31T23:59:59+00:00|00000000-0000-0000-0000-000000000000",
    b"2026-11-23T01:30:00|00000000-0000-0000-0000-000000000000",
]  # fmt: skip
# Names that views read by hand; the rest are found in the pages' own forms.
NAMES = {
    "after", "case", "code", "do", "errors", "key", "keys", "more", "next", "notice", "paper", "period", "q", "said",
    "secret", "session", "shown", "size", "source", "start", "step", "tab", "text", "then_asked", "username", "version",
    "words", "wrong",
}  # fmt: skip
EVERYBODY = (
    "nobody", "resident", "handler@holder", "receptionist@received", "supervisor@received", "security_admin@holder",
    "system_admin@holder",
)  # fmt: skip
KIND = "application/x-www-form-urlencoded"


class Fields(HTMLParser):
    """Gathers the names of a page's form fields."""

    def __init__(self, page: str):
        super().__init__()
        self.found: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given_attrs = dict(attrs)
        if tag in {"input", "textarea", "select", "button"} and given_attrs.get("name"):
            self.found.add(given_attrs["name"])


def client_of(site, name: str) -> Client:  # noqa: F811
    """Give a visitor's client that answers with the error page, as the server does, instead of raising."""
    known = next(v.client for v in site.visitors if v.name == name)
    client = Client(raise_request_exception=False)
    client.cookies.update(known.cookies)
    return client


@pytest.fixture(scope="module")
def clients(site):  # noqa: F811
    return {name: client_of(site, name) for name in EVERYBODY}


@pytest.fixture(scope="module")
def fields(site, clients):  # noqa: F811
    """Give the field names of each address's page, as whoever may open it sees it."""
    found = {}
    for name in TABLE:
        found[name] = set(NAMES)
        for client in clients.values():
            with taken_back():
                page = client.get(reverse(name, args=site.arguments.get(name, [])))
            if page.status_code == 200 and page["Content-Type"].startswith("text/html"):
                found[name] |= Fields(page.content.decode()).found
    return found


def encoded(pairs: list[tuple[str, bytes]]) -> str:
    return "&".join(f"{quote(name)}={quote_from_bytes(value)}" for name, value in pairs)


def said_to_people(response) -> bool:
    """Tell whether an error is a page (or line) in words, and shows nothing of the machine."""
    text = response.content.decode()
    is_page = "<h1" in text or response["Content-Type"].startswith("text/plain")
    return bool(is_page or response.status_code == 405) and "Traceback" not in text and "/site-packages/" not in text


@pytest.mark.parametrize("name", sorted(TABLE))
def test_no_address_breaks_whatever_its_fields_hold(site, clients, fields, name):  # noqa: F811
    names, url = sorted(fields[name]), reverse(name, args=site.arguments.get(name, []))
    pair = st.tuples(st.sampled_from(names), st.one_of(st.sampled_from(HOSTILE), st.binary(max_size=60)))

    @settings(max_examples=6, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(EVERYBODY), st.lists(pair, max_size=12), st.sampled_from(["get", "post", "both"]))
    def attack(who, pairs, method):
        client, text = clients[who], encoded(pairs)
        cookies = client.cookies.copy()
        with taken_back():
            if method == "get":
                response = client.get(f"{url}?{text}")
            else:
                response = client.post(f"{url}?{text}" if method == "both" else url, text, content_type=KIND)
        client.cookies = cookies
        assert response.status_code < 500, (who, method, pairs)
        assert not re.search("[\r\n]", "".join(f"{k}{v}" for k, v in response.items()))
        if response.status_code >= 400:
            assert said_to_people(response), (response.status_code, response.content[:200])
        if 300 <= response.status_code < 400:
            assert response["Location"].startswith(("/", "?")) and not response["Location"].startswith(("//", "/\\"))

    attack()


# One for each way in which a text is refused or read: sign, range, length, encoding, markup, a path, a number, a date.
TELLING = [HOSTILE[n] for n in (0, 1, 2, 8, 15, 20, 23, 27, 30, 32, 33, 34, 35)]


def furthest(name: str) -> str:
    """Name a visitor who gets as far as anybody at an address."""
    row = TABLE[name]
    known = {"public": "nobody", "inside": "nobody", "with_receipt": "resident", "signed_in": "handler@holder"}
    return known.get(row["access"]) or next(w for w in EVERYBODY[2:] if w.split("@")[0] in row["who"].split())


def tried(client: Client, method: str, url: str, text: str) -> int:
    """Send one request as it is and take back what it did; give the status."""
    cookies = client.cookies.copy()
    with taken_back():
        response = client.get(f"{url}?{text}") if method == "get" else client.post(url, text, content_type=KIND)
    client.cookies = cookies
    return response.status_code


@pytest.mark.parametrize("name", sorted(TABLE))
def test_no_address_breaks_on_a_form_filled_with_one_hostile_text(site, clients, fields, name):  # noqa: F811
    who = furthest(name)
    url, broken = reverse(name, args=site.arguments.get(name, [])), []
    for value in TELLING:
        text = encoded([(field, value) for field in sorted(fields[name])])
        broken += [(method, value) for method in ("get", "post") if tried(clients[who], method, url, text) >= 500]
    assert broken == []


def test_a_hostile_text_may_stand_in_the_address_itself(site, clients):  # noqa: F811
    """In place of each code, id, name and path; nothing is found there, and nothing breaks."""
    wrong = []
    for name, arguments in site.arguments.items():
        url = reverse(name, args=arguments)
        for argument in map(str, arguments):
            for value in (v for v in HOSTILE if len(v) < 4000):
                path = url.replace(argument, quote_from_bytes(value, safe=""), 1)
                with taken_back():
                    status = clients[furthest(name)].get(path).status_code
                if status >= 500:
                    wrong.append((name, value, status))
    assert wrong == []
