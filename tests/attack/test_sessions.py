"""Other sites, borrowed sessions and stolen cookies: forms of ours alone, and sessions that end when they should."""

import pytest
from django.conf import settings
from django.core import signing
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import reverse
from tests.fixtures_signing_in import sign_in_as
from tests.test_urls import TABLE, site, taken_back  # noqa: F401
from tests.world import MONDAY

from bandeng.ground.acts import api as acts
from bandeng.ground.core import clock
from bandeng.ground.directory import api as directory
from bandeng.speak.casework import api as cases
from bandeng.speak.casework.receipt_access import COOKIE

WITHOUT_TOKEN = {"text-size", "desk-keys-switch"}  # change nothing but how a page looks in this very browser
PASSWORD = "koi-umbrella-lantern-42"


@pytest.fixture
def monday(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: MONDAY)


def test_no_form_of_another_site_does_anything(site):  # noqa: F811
    """Every address that knows POST, as whoever may, with nothing but the cookie: refused before the view is asked."""
    roles = {"public": "nobody", "with_receipt": "resident"}
    taken = set()
    for name, row in TABLE.items():
        if row["post"] == "405":
            continue
        role = row.get("who", "handler").split()[0]
        who = roles.get(row["access"], f"{role}@received")
        client = Client(enforce_csrf_checks=True)
        client.cookies.update(next(v.client for v in site.visitors if v.name == who).cookies)
        with taken_back():
            response = client.post(reverse(name, args=site.arguments.get(name, [])), {"words": "x"})
        if response.status_code != 403:
            taken.add(name)
    assert taken - {"debug-look", "debug-look-desk"} == WITHOUT_TOKEN  # those two do not exist outside development


def test_a_token_of_ours_sent_from_another_site_is_refused_under_tls(db):
    client = Client(enforce_csrf_checks=True)
    page = client.get(reverse("speak-start"), secure=True)
    token = page.content.decode().partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    sent = {"words": "路灯不亮", "csrfmiddlewaretoken": token}
    for origin, status in (("https://testserver", 302), ("https://evil.example", 403), ("null", 403)):
        response = client.post(reverse("speak-start"), sent, secure=True, headers={"Origin": origin})
        assert response.status_code == status, origin
    assert token


def test_cookies_are_read_by_no_script_and_sent_by_no_other_site(world, monday):
    person = world.staff["liuyang"]
    directory.set_password(person, PASSWORD, by=acts.Actor(person.actor_key), now=MONDAY)
    client = Client()
    client.get(reverse("sign-in"))
    client.post(reverse("sign-in"), {"username": "liuyang", "password": PASSWORD})
    client.post(reverse("speak-start"), {"words": "路灯不亮"})
    given = dict(client.cookies)
    assert {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, "bandeng_draft"} <= given.keys()
    for name, cookie in given.items():
        assert (cookie["httponly"], cookie["samesite"], cookie["domain"]) == (True, "Lax", ""), name


def test_a_session_known_before_sign_in_opens_nothing_after(world, monday):
    """Fixation: whoever set a cookie in somebody's browser holds nothing once they have signed in."""
    person, planted = world.staff["liuyang"], Client()
    directory.set_password(person, PASSWORD, by=acts.Actor(person.actor_key), now=MONDAY)
    session = planted.session
    session["planted"] = True
    session.save()
    victim = Client()
    victim.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    victim.post(reverse("sign-in"), {"username": "liuyang", "password": PASSWORD})
    assert victim.get(reverse("queue")).status_code == 200
    assert victim.cookies[settings.SESSION_COOKIE_NAME].value != session.session_key
    planted.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    assert planted.get(reverse("queue")).status_code == 302
    made_up = Client()
    made_up.cookies[settings.SESSION_COOKIE_NAME] = "a" * 32
    made_up.post(reverse("sign-in"), {"username": "liuyang", "password": PASSWORD})
    assert made_up.cookies[settings.SESSION_COOKIE_NAME].value != "a" * 32


def test_an_open_session_ends_with_its_password_its_role_and_its_account(world, monday):
    admin = acts.Actor(world.staff["secadmin"].actor_key)

    def opened(username: str) -> Client:
        client = sign_in_as(Client(), world.staff[username], has_code=False)
        assert client.get(reverse("queue")).status_code == 200
        return client

    liuyang, zhengkai, wangmin = opened("liuyang"), opened("zhengkai"), opened("wangmin")
    directory.set_password(world.staff["liuyang"], PASSWORD, by=admin, now=MONDAY)
    assert liuyang.get(reverse("queue"))["Location"].startswith(reverse("sign-in"))
    posting = directory.Posting.objects.get(staff=world.staff["zhengkai"])
    directory.end_posting(posting, by=admin, now=MONDAY)
    assert zhengkai.get(reverse("queue")).status_code == 403
    directory.deactivate_staff(world.staff["wangmin"], by=admin, now=MONDAY)
    assert wangmin.get(reverse("queue"))["Location"].startswith(reverse("sign-in"))


def test_a_receipts_cookie_cannot_be_made_changed_or_carried_to_another_matter(world, monday):
    case, other = world.registered(), world.registered()
    good = cases.remember(HttpResponse(), case).cookies[COOKIE].value
    forged = [
        signing.dumps({"case": str(other.pk), "issue": 1}, salt="bandeng.other"),
        signing.dumps({"case": str(other.pk), "issue": 99}, salt="bandeng.receipt"),
        signing.dumps({"case": "x", "issue": 1}, salt="bandeng.receipt"),
        signing.dumps([1], salt="bandeng.receipt"),
        good[:-1] + ("A" if good[-1] != "A" else "B"),
        "a:b:c",
        "",
        "\x00",
    ]
    for value in forged:
        client = Client()
        client.cookies[COOKIE] = value
        assert client.get(reverse("mine")).status_code == 302, value
    cases.Case.objects.filter(pk=case.pk).update(issue=2)  # after a slip went astray
    client = Client()
    client.cookies[COOKIE] = good
    assert client.get(reverse("mine")).status_code == 302


@override_settings(ALLOWED_HOSTS=["bandeng.example"])
def test_a_forged_host_reaches_neither_a_page_nor_what_is_printed(world, monday):
    """The address on receipts and in messages is a setting; a Host that is not ours gets no page at all."""
    case = world.registered()
    for more in (
        {"HTTP_HOST": "evil.example"},
        {"HTTP_HOST": "bandeng.example@evil.example"},
        {"HTTP_HOST": "bandeng.example\r\nX: y"},
        {"HTTP_HOST": ""},
    ):
        assert Client().get("/", **more).status_code == 400, more
    page = Client().get("/", HTTP_HOST="bandeng.example", HTTP_X_FORWARDED_HOST="evil.example")
    assert page.status_code == 200 and "evil.example" not in page.text
    assert cases.receipts.url(case).startswith(settings.BASE_URL)


@pytest.mark.parametrize("named", ["X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"])
def test_a_header_does_not_turn_one_method_into_another(world, monday, named):
    client = sign_in_as(Client(), world.staff["liuyang"], has_code=False)
    assert client.get(reverse("sign-out"), headers={named: "POST"}).status_code == 405
    assert client.get(reverse("queue")).status_code == 200


@pytest.mark.parametrize(
    "asked",
    [
        "//evil.example/", "/\\evil.example", "\\\\evil.example", "https://evil.example", "http:evil.example",
        "javascript:alert(1)", "///evil.example", "/%0d%0aSet-Cookie:a=b", "\r\nLocation: //evil.example", "desk", "",
        "@evil.example", "/\t/evil.example", "data:text/html,x", "https:/evil.example", "//evil.example\\@testserver/",
        "/desk/" + "a" * 5000, "/desk/sign-out/",
    ],
)  # fmt: skip
def test_nobody_is_led_elsewhere(world, monday, asked):
    person = world.staff["liuyang"]
    directory.set_password(person, PASSWORD, by=acts.Actor(person.actor_key), now=MONDAY)
    answers = [Client().post(reverse(name), {"next": asked, "size": "large", "keys": "off"}) for name in WITHOUT_TOKEN]
    answers.append(Client().post(reverse("sign-in"), {"username": "liuyang", "password": PASSWORD, "next": asked}))
    for response in answers:
        assert response.status_code == 302
        to = response["Location"]
        assert to in {"/", "/desk/", "/desk/sign-out/", "/%0d%0aSet-Cookie:a=b"}, to
        assert not set(to) & {"\r", "\n", "\t", "\\"} and len(to) < 3000
