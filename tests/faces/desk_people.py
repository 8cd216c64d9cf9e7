"""A small office with one person of each role that sign-in treats differently."""

from datetime import UTC, datetime, timedelta

from django_otp.oath import TOTP

from bandeng.ground.acts import api as acts
from bandeng.ground.core import clock
from bandeng.ground.directory import api as directory

SETUP = acts.system("setup")
PASSWORD = "a-bench-by-the-door"
KEY = b"12345678901234567890"
HERE = "/desk/sign-in/"


def office(code="qzzx", phone="0000-5550100"):
    """Give an office of the county, made where it is not there yet."""
    area, _made = directory.Area.objects.get_or_create(
        code="qinghe", defaults={"path": "/qinghe/", "kind": "county", "label_zh": "青禾县", "valid_from": "2020-01-01"}
    )
    facts = {"area": area, "kind": "reception", "label_zh": f"群众来访接待中心 {code}", "phone": phone}
    found, _made = directory.Office.objects.get_or_create(code=code, defaults=facts)
    directory.forget()
    return found


def hire(username, *roles, key=None, first=False, name="试用"):
    """Add a person with these roles; `key` sets up codes, `first` leaves the first password to be replaced."""
    now = clock.now()
    staff = directory.add_staff(username, name, "科员", PASSWORD, by=SETUP, now=now)
    for role in roles:
        directory.post_staff(staff, directory.Role.objects.get(code=role), office(), by=SETUP, now=now)
    if key:
        directory.issue_totp(staff, key=key, by=SETUP, now=now)
    if not first:
        directory.set_password(staff, PASSWORD, by=acts.Actor(staff.actor_key), now=now)
    return staff


def code_at(seconds, key=KEY):
    """Give the code that a telephone shows at this Unix time, from RFC 6238 by hand of the library's generator."""
    clockwork = TOTP(key)
    clockwork.time = seconds
    return f"{clockwork.token():06}"


def sign_in(client, username, password=PASSWORD, **more):
    return client.post(HERE, {"username": username, "password": password, **more})


def kinds_of(staff):
    """List the kinds of acts about somebody, oldest first."""
    return [act.kind for act in acts.history("staff", staff.pk)]


def at(hour, minute=0, second=0):
    return datetime(2026, 11, 23, hour, minute, second, tzinfo=UTC)


class Clock:
    """A clock that tests wind on."""

    def __init__(self, now):
        self.now = now

    def __call__(self):
        return self.now

    def wind(self, **by):
        self.now += timedelta(**by)
