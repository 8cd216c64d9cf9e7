"""What every answer says to the browser: no frames, no foreign code, no guessing of types, nothing kept of a matter."""

import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from tests.test_urls import NOTHING, TABLE, attachment_of, site, taken_back, with_receipt_of  # noqa: F401

from bandeng.faces.look.middleware import EVERYWHERE
from bandeng.faces.portal import views

VISITORS = ("nobody", "resident", "handler@holder", "receptionist@received", "security_admin@holder")
KEPT = {"proof-tile", "proof-checkpoint"}  # hashes and signed heads: the same for everybody, and meant to be kept
# What a page may load, word for word; the nonce is another one each time.
PAGE = (
    "default-src 'none'; script-src 'self'( 'nonce-[\\w+/=-]{20,}')?; style-src 'self'; img-src 'self' data:;"
    " font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none';"
    " manifest-src 'self'"
)


def policy(text: str) -> dict[str, str]:
    return dict(part.strip().partition(" ")[::2] for part in text.split(";"))


def wrong_of(response) -> list[str]:
    """Name what an answer lacks or allows."""
    wrong = [name for name in EVERYWHERE if name not in response.headers]
    rules = policy(response["Content-Security-Policy"])
    wrong += [f"{bad} in {rule}" for rule, value in rules.items() for bad in ("unsafe", "*", "http") if bad in value]
    wrong += [] if rules.get("default-src") == "'none'" else ["default-src"]
    same = {"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY"}
    wrong += [name for name, value in same.items() if response.headers.get(name) != value]
    if "Access-Control-Allow-Origin" in response.headers:
        wrong.append("open to other sites")
    return wrong


def every_answer(site):  # noqa: F811
    """Give each address's answers to some visitors, with its name."""
    for name in sorted(TABLE):
        url = reverse(name, args=site.arguments.get(name, []))
        for visitor in (v for v in site.visitors if v.name in VISITORS):
            cookies = visitor.client.cookies.copy()
            for method in ("get", "post", "put"):
                with taken_back():
                    yield f"{name} {visitor.name} {method}", name, getattr(visitor.client, method)(url, NOTHING)
                visitor.client.cookies = cookies.copy()


@pytest.fixture(scope="module")
def answers(site):  # noqa: F811
    return list(every_answer(site))


def test_no_answer_of_any_address_lacks_a_header_or_allows_foreign_code(answers):
    assert {what: wrong for what, _name, response in answers if (wrong := wrong_of(response))} == {}
    assert {response.status_code for _what, _name, response in answers} >= {200, 204, 302, 403, 404, 405, 409, 422, 429}


def test_pages_have_the_policy_of_pages_and_no_other(answers):
    for what, _name, response in answers:
        text = response["Content-Security-Policy"]
        if response["Content-Type"].startswith("text/html") and response.status_code == 200:
            ours = {part.strip() for part in text.split(";")}
            allowed = [part.strip() for part in PAGE.split(";")]
            assert all(any(re.fullmatch(a, part) for a in allowed) for part in ours), (what, text)


def test_no_page_needs_what_its_policy_forbids(answers):
    """Inline styles and handlers would be dead under the policy, or a reason to loosen it one day."""
    for what, _name, response in answers:
        if response["Content-Type"].startswith("text/html"):
            text = response.content.decode()
            assert not re.search(r"""\s(style|on[a-z]+)\s*=\s*["']|<style|javascript:""", text), what
            for tag in re.findall(r"<script\b[^>]*>", text):
                assert 'src="/static/' in tag or "nonce=" in tag, (what, tag)


def test_nothing_is_kept_anywhere_but_what_is_the_same_for_everybody(answers):
    for what, name, response in answers:
        if name not in KEPT:
            assert "no-store" in response["Cache-Control"] and "public" not in response["Cache-Control"], what


def test_files_of_a_matter_are_shown_as_what_they_are_and_can_do_nothing(site):  # noqa: F811
    client, attachment = with_receipt_of(site.case), site.arguments["mine-file"][0]
    response = client.get(reverse("mine-file", args=[attachment]))
    assert response["Content-Type"] in {"image/png", "image/jpeg"} and wrong_of(response) == []
    assert policy(response["Content-Security-Policy"]).keys() == {"default-src", "sandbox"}
    assert policy(response["Content-Security-Policy"])["sandbox"] == ""
    assert "no-store" in response["Cache-Control"]
    assert re.fullmatch(r'inline; filename="bandeng-[0-9a-f-]{36}\.(picture|pdf)"', response["Content-Disposition"])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "more", "status"),
    [
        ("/nowhere/", {}, 404),
        ("/static/nowhere.css", {}, 404),
        ("/speak", {}, 301),
        ("/", {"HTTP_HOST": "evil.example"}, 400),
        ("/speak/", {"QUERY_STRING": "&".join(f"a{n}=1" for n in range(3000))}, 400),
    ],
)
def test_errors_redirects_and_style_sheets_say_the_same(path, more, status):
    response = Client().get(path, **more)
    assert (response.status_code, wrong_of(response)) == (status, [])
    if status == 400:
        assert "evil.example" not in response.content.decode() and "<h1" in response.content.decode()


def test_an_error_of_ours_says_the_same_and_shows_nothing(monkeypatch, db):
    def breaks(request, *_args, **_more):
        raise RuntimeError("secret words")

    monkeypatch.setattr(views, "render", breaks)
    response = Client(raise_request_exception=False).get("/")
    assert response.status_code == 500 and wrong_of(response) == []
    assert "secret words" not in response.content.decode() and "Traceback" not in response.content.decode()


def test_the_headers_stand_before_everything_else():
    assert settings.MIDDLEWARE[0] == "bandeng.faces.look.middleware.HeadersMiddleware"
