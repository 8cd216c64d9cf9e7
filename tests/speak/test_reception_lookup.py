"""Back to one's matter by code and secret: tolerant of typing, strict about guessing."""

from datetime import timedelta

import pytest
from django.conf import settings as project
from django.test import Client
from tests.speak.reception_people import NOW

from bandeng.ground.core import api as core
from bandeng.ground.core import clock

pytestmark = pytest.mark.usefixtures("at_the_counter")

FIND = "/find/"


def wide(text):
    return "".join(chr(ord(c) + 0xFEE0) for c in text)


@pytest.mark.parametrize(
    "typed", [str, str.lower, core.show_code, wide, lambda t: f"  {t[:4]}-{t[4:]} ", lambda t: wide(t.lower())]
)
def test_code_and_secret_open_the_matter_however_they_are_typed(world, client, typed):
    case = world.registered()
    response = client.post(FIND, {"code": typed(case.code), "secret": typed(case.secret())})
    assert response.status_code == 302 and "bandeng_receipt" in response.cookies
    assert case.secret() not in response.url


def test_a_wrong_code_and_a_wrong_secret_get_the_same_answer(world):
    case = world.registered()
    pages = []
    for code, secret in ((case.code, "22222222"), (core.new_code(), case.secret()), (case.code[:-1], case.secret())):
        response = Client().post(FIND, {"code": code, "secret": secret})
        assert response.status_code == 422 and not response.cookies.get("bandeng_receipt")
        text = response.text.replace(code, "CODE").replace(secret, "SECRET")
        pages.append(text.split("<main")[1].split("csrfmiddlewaretoken")[0])
    assert pages[0] == pages[1] == pages[2]
    assert "对不上" in pages[0] and project.PUBLIC_PHONE in pages[0]


@pytest.mark.parametrize("sent", [{}, {"code": "x"}, {"code": "", "secret": "x"}, {"code": "x" * 41, "secret": "y"}])
def test_empty_fields_are_named(world, client, sent):
    assert client.post(FIND, sent).status_code == 422


def test_five_wrong_tries_an_hour(world, client, monkeypatch):
    case = world.registered()
    right = {"code": case.code, "secret": case.secret()}
    for _ in range(5):
        assert client.post(FIND, {**right, "secret": "22222222"}).status_code == 422
    assert client.post(FIND, right).status_code == 429
    assert client.get(f"/r/{case.code}/{case.secret()}").url == "/find/later/"
    assert client.get("/find/later/").status_code == 429
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(hours=1, seconds=1))
    assert client.post(FIND, right).status_code == 302


def test_the_picture_on_the_receipt_is_swapped_for_a_cookie_at_once(world, client):
    case = world.registered()
    response = client.get(f"/r/{case.code}/{case.secret()}")
    assert response.status_code == 302 and case.secret() not in response.url and not response.content
    assert response["Referrer-Policy"] == "no-referrer" and "no-store" in response["Cache-Control"]
    assert client.get("/speak/receipt/").status_code == 200


@pytest.mark.parametrize("tail", ["22222222", "🪑", "%00", "x" * 300])
def test_a_wrong_picture_leads_to_the_question_without_the_secret(world, client, tail):
    case = world.registered()
    response = client.get(f"/r/{case.code}/{tail}")
    assert response.url == f"{FIND}?wrong" and response["Referrer-Policy"] == "no-referrer"
    assert "对不上" in client.get(response.url).text


def test_tries_by_picture_and_by_hand_add_up(world, client):
    case = world.registered()
    for n in range(5):
        if n % 2:
            client.get(f"/r/{case.code}/22222222")
        else:
            client.post(FIND, {"code": case.code, "secret": "22222222"})
    assert client.post(FIND, {"code": case.code, "secret": case.secret()}).status_code == 429


def test_a_link_of_an_older_slip_no_longer_opens(world, client):
    case = world.registered()
    old = case.secret()
    case.issue = 2
    case.save(update_fields=["issue"])
    assert client.get(f"/r/{case.code}/{old}").url == f"{FIND}?wrong"
