"""Guessing: of receipts' secrets, of what exists, of passwords and codes; and keeping somebody out by guessing."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_otp.oath import TOTP
from tests.attack.test_sessions import PASSWORD
from tests.speak.test_casework_loop import replied
from tests.test_urls import attachment_of
from tests.world import MONDAY

from bandeng.ground.acts import api as acts
from bandeng.ground.core import api as core
from bandeng.ground.core import clock
from bandeng.ground.core.models import WrongTry
from bandeng.ground.directory import api as directory
from bandeng.speak.casework import api as cases
from bandeng.speak.casework import selectors, services

WRONG = "22222222"
ATTACKER, VILLAGER = "198.51.100.7", "203.0.113.20"


@pytest.fixture(autouse=True)
def monday(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: MONDAY)


def by_form(client, code, secret, **more):
    return client.post(reverse("receipt-lookup"), {"code": code, "secret": secret}, **more)


def by_picture(client, code, secret, **more):
    response = client.get(reverse("receipt-link", args=[code, secret]), **more)
    if response["Location"] == reverse("receipt-tries"):
        return client.get(response["Location"])
    return response


def by_proof(client, code, secret, **more):
    return client.post(reverse("proof"), {"code": code, "secret": secret}, **more)


def by_proof_file(client, code, secret, **more):
    return client.post(reverse("proof-file", args=[code]), {"secret": secret}, **more)


WAYS = [by_form, by_picture, by_proof, by_proof_file]


def opens(response) -> bool:
    """Tell whether a look-up let its sender in: a cookie, a proof page or a proof file."""
    return bool(response.cookies.get("bandeng_receipt")) or response.status_code == 200


@pytest.mark.parametrize("way", WAYS)
def test_five_wrong_tries_and_the_sixth_is_not_looked_at_whatever_page_asks(world, way):
    case = world.registered()
    for n in range(5):
        assert not opens(WAYS[n % 4](Client(), case.code, WRONG))
    response = way(Client(), case.code, case.secret())
    assert response.status_code == 429 and not opens(response)


@pytest.mark.parametrize(
    "named", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "True-Client-IP", "CF-Connecting-IP", "Client-IP"]
)
def test_tries_are_not_won_back_by_new_cookies_other_codes_or_headers_that_anybody_can_write(world, named):
    matters = [world.registered() for _n in range(6)]
    for n, case in enumerate(matters[:5]):
        by_form(Client(), case.code, WRONG, headers={named: f"203.0.113.{n}"})
    last = matters[5]
    assert by_form(Client(), last.code, last.secret(), headers={named: "203.0.113.99"}).status_code == 429


def test_behind_the_proxy_only_what_it_wrote_itself_counts(world, settings):
    settings.HTTPS = True
    case = world.registered()
    for n in range(5):
        by_form(Client(), case.code, WRONG, headers={"X-Forwarded-For": f"203.0.113.{n}, {ATTACKER}"}, secure=True)
    spoofed = {"X-Forwarded-For": f"203.0.113.99, {ATTACKER}"}
    assert by_form(Client(), case.code, case.secret(), headers=spoofed, secure=True).status_code == 429


@pytest.mark.parametrize("way", WAYS)
def test_many_addresses_get_one_guess_each_at_a_code_that_was_guessed_at(world, way):
    case = world.registered()
    for n in range(5):
        by_form(Client(REMOTE_ADDR=f"198.51.100.{n}"), case.code, WRONG)
    fresh = Client(REMOTE_ADDR="198.51.100.200")
    assert way(fresh, case.code, WRONG).status_code != 429
    response = way(fresh, case.code, case.secret())
    assert response.status_code == 429 and not opens(response)


@pytest.mark.parametrize("way", WAYS)
def test_nobody_keeps_a_villager_out_by_guessing_at_their_code(world, monkeypatch, way):
    """The accused office knows the code: five wrong tries every hour, for days, from wherever it likes."""
    case = world.registered()
    for hour in range(48):
        monkeypatch.setattr(clock, "now", lambda hour=hour: MONDAY + timedelta(hours=hour))
        for n in range(6):
            by_form(Client(REMOTE_ADDR=f"198.51.100.{hour * 5 + n}"), case.code, WRONG)
    assert opens(way(Client(REMOTE_ADDR=VILLAGER), case.code, case.secret()))


def test_one_home_with_a_network_of_addresses_is_one_client(world):
    case = world.registered()
    for n in range(5):
        by_form(Client(REMOTE_ADDR=f"2001:db8:1:2::{n + 1}"), case.code, WRONG)
    assert by_form(Client(REMOTE_ADDR="2001:db8:1:2:ffff::9"), case.code, case.secret()).status_code == 429


def told(response, *typed: str) -> tuple:
    """Give what an answer says, without the words that were typed and the token of the form."""
    text = response.text
    for word in typed:
        text = text.replace(word, "…")
    text = text.split("<main")[-1].split("csrfmiddlewaretoken")[0]
    return response.status_code, response.headers.get("Location"), text


@pytest.mark.parametrize("way", WAYS)
def test_a_code_that_is_none_and_a_wrong_secret_look_the_same_and_cost_the_same(world, way, monkeypatch):
    known, erased = world.registered(), replied(world)
    services.confirm_erasure(proposed(world, erased).pk, by=world.hand("auditadmin"), now=MONDAY + timedelta(days=2))
    derived, answers = [], []
    derive = selectors.core.secret_matches
    monkeypatch.setattr(selectors.core, "secret_matches", lambda *a, **k: derived.append(1) or derive(*a, **k))
    for n, code in enumerate((known.code, core.new_code(), erased.code)):
        derived.clear()
        client = Client(REMOTE_ADDR=f"203.0.113.{n + 1}")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            response = way(client, code, WRONG)
        shapes = [q["sql"].split(" WHERE ")[0].split(" VALUES")[0] for q in queries.captured_queries]
        answers.append((told(response, code, core.show_code(code), WRONG), len(derived), shapes))
    assert answers[0] == answers[1] == answers[2]
    assert answers[0][1] == 1


def test_tries_tell_nobody_whose_they_were(world):
    case = world.registered()
    by_form(Client(REMOTE_ADDR=ATTACKER), case.code, WRONG)
    assert all(len(bytes(row.key)) == 16 for row in WrongTry.objects.all())
    assert {f.name for f in WrongTry._meta.get_fields()} == {"id", "key", "at"}


@pytest.fixture
def hashed(monkeypatch) -> list[str]:
    """Note each password hash that is computed."""
    done: list[str] = []
    for name in ("encode", "verify"):
        real = getattr(Argon2PasswordHasher, name)

        def counted(self, *args, _real=real, _name=name, **more):
            done.append(_name)
            return _real(self, *args, **more)

        monkeypatch.setattr(Argon2PasswordHasher, name, counted)
    return done


def test_unknown_closed_and_wrong_sign_ins_cost_one_hash_each_and_read_alike(world, hashed):
    for name in ("liuyang", "wangmin"):
        person = world.staff[name]
        directory.set_password(person, PASSWORD, by=acts.Actor(person.actor_key), now=MONDAY)
    directory.Staff.objects.filter(username="wangmin").update(is_active=False)
    heard, tries = [], [("liuyang", "wrong"), ("nobody-here", "wrong"), ("wangmin", "wrong"), ("wangmin", PASSWORD)]
    for n, (name, password) in enumerate([*tries, ("zhengkai", "wrong")]):  # who has no password at all
        hashed.clear()
        client = Client(REMOTE_ADDR=f"203.0.113.{n + 1}")
        response = client.post(reverse("sign-in"), {"username": name, "password": password})
        heard.append((told(response, name), len(hashed)))
    assert all(one == heard[0] for one in heard) and heard[0][0][0] == 422 and heard[0][1] == 1


def test_a_colleague_cannot_be_locked_out_from_elsewhere_nor_for_long(world):
    person = world.staff["liuyang"]
    directory.set_password(person, PASSWORD, by=acts.Actor(person.actor_key), now=MONDAY)
    right = {"username": "liuyang", "password": PASSWORD}
    attempts = AccessAttempt.objects.filter(username="liuyang", ip_address=ATTACKER)
    began = []
    for _n in range(40):
        Client(REMOTE_ADDR=ATTACKER).post(reverse("sign-in"), {"username": "liuyang", "password": "wrong"})
        began.append(attempts.get().attempt_time)
    assert len(set(began[4:])) == 1  # what comes during a lock does not prolong it
    assert Client(REMOTE_ADDR=ATTACKER).post(reverse("sign-in"), right).status_code == 429
    assert Client(REMOTE_ADDR=VILLAGER).post(reverse("sign-in"), right).status_code == 302
    attempts.update(attempt_time=began[-1] - timedelta(minutes=16))
    assert Client(REMOTE_ADDR=ATTACKER).post(reverse("sign-in"), right).status_code == 302


def test_codes_of_the_second_factor_are_tried_a_few_times_an_hour_and_used_once(world):
    """django-otp doubles the wait after each wrong code: a day holds some sixteen tries at one in 333,333."""
    person, key = world.staff["zhaojun"], directory.new_totp_key()
    directory.issue_totp(person, key=key, by=acts.Actor(world.staff["secadmin"].actor_key), now=MONDAY)
    device, looked_at = directory.totp_device(person), 0
    real = type(device).verify_token

    def counted(self, token):
        nonlocal looked_at
        looked_at += self.verify_is_allowed()[0]
        return real(self, token)

    type(device).verify_token, restore = counted, real
    try:
        for n in range(200):
            with pytest.raises(directory.WrongCode):
                directory.check_totp(person, f"{(TOTP(key).token() + 1 + n) % 1_000_000:06}"[::-1])
    finally:
        type(device).verify_token = restore
    assert looked_at <= 3  # two hundred at once: the first, and who is quick one or two more
    device.refresh_from_db()
    assert device.throttling_failure_count >= 1
    device.throttle_reset()
    code = f"{TOTP(key).token():06}"
    directory.check_totp(person, code)
    with pytest.raises(directory.WrongCode):
        directory.check_totp(person, code)


# ---- other people's things, by id


def test_ids_of_another_matter_open_nothing_whoever_asks(world, sign_in):
    """Horizontal: every address that takes an id, with one of a matter that is not the one it is asked for."""
    mine, other = replied(world), replied(world)
    foreign = attachment_of(other)
    staff = sign_in("liuyang")
    for wrong in (foreign.pk, core.new_id()):
        assert staff.get(reverse("case-file", args=[mine.code, wrong])).status_code == 404
    assert staff.get(reverse("case-file", args=[other.code, foreign.pk])).status_code == 200
    resident = Client()
    by_form(resident, mine.code, mine.secret())
    assert resident.get(reverse("mine-file", args=[foreign.pk])).status_code == 404
    assert resident.get(reverse("proof-file", args=[other.code])).status_code == 404
    assert resident.get(reverse("proof-file", args=[mine.code])).status_code == 200
    assert resident.get(reverse("mine-answer-of", args=[7])).status_code == 404


def test_what_one_types_at_the_desk_is_ones_own(world, sign_in):
    """A draft is found by who is signed in and by the case; neither is taken from what the browser sends."""
    case = replied(world)
    url = reverse("case-draft", args=[case.code, "draft"])
    assert sign_in("liuyang").post(url, {"opinion": "给刘洋自己看的话", "owner": "staff:x"}).status_code == 204
    page = sign_in("zhaojun").get(reverse("case-act", args=[case.code, "draft"]))
    assert "给刘洋自己看的话" not in page.text
    assert "给刘洋自己看的话" in sign_in("liuyang").get(reverse("case-act", args=[case.code, "draft"])).text


def proposed(world, case):
    """End a matter and propose to erase what was said in it."""
    cases.confirm(case.pk, by=cases.hand.resident(case.pk), now=MONDAY + timedelta(days=1))
    by, now = world.hand("zhoutao"), MONDAY + timedelta(days=2)
    return services.propose_erasure(case.pk, ground="request", reason="本人来电要求", by=by, now=now)


def test_a_proposal_to_erase_is_decided_by_another_person_with_the_right(world, sign_in):
    case = replied(world)
    row = proposed(world, case)
    url = reverse("erasure-decide", args=[row.pk])
    for who, status in (("liuyang", 403), ("sunli", 403), ("zhoutao", 403)):
        assert sign_in(who).post(url, {"is_understood": "on"}).status_code in {status, 422}
        row.refresh_from_db()
        assert row.state == "proposed", who
    assert sign_in("auditadmin").post(reverse("erasure-decide", args=[core.new_id()])).status_code == 404
