"""Five wrong secrets an hour, per client and per code; a right one costs nothing."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import RequestFactory

from bandeng.ground.core import throttle
from bandeng.ground.core.models import WrongTry

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
HOME, CODE = "client:192.0.2.1", "code:7K3F9QWX2H"


@pytest.fixture
def tries(db):
    """Make wrong tries: one for each (client, code, minute)."""

    def make(count, *keys, kind="receipt"):
        for minute in range(count):
            throttle.wrong(kind, *keys, now=NOW + timedelta(minutes=minute))

    return make


def test_the_sixth_try_of_a_client_is_refused_whatever_the_code(tries):
    tries(4, HOME)
    assert throttle.allow("receipt", HOME, CODE, now=NOW + timedelta(minutes=10))
    throttle.wrong("receipt", HOME, now=NOW + timedelta(minutes=10))
    assert not throttle.allow("receipt", HOME, CODE, now=NOW + timedelta(minutes=11))
    assert throttle.allow("receipt", "client:192.0.2.2", CODE, now=NOW + timedelta(minutes=11))


def test_a_code_is_guarded_against_many_clients(tries):
    tries(5, CODE)
    assert not throttle.allow("receipt", "client:192.0.2.9", CODE, now=NOW + timedelta(minutes=5))
    assert throttle.allow("ballot", "client:192.0.2.9", CODE, now=NOW + timedelta(minutes=5))


def test_an_hour_after_the_first_the_next_is_allowed_and_old_tries_are_gone(tries):
    tries(5, HOME)
    assert not throttle.allow("receipt", HOME, now=NOW + timedelta(minutes=59))
    assert throttle.allow("receipt", HOME, now=NOW + timedelta(minutes=60))
    throttle.wrong("receipt", CODE, now=NOW + timedelta(hours=3))
    assert WrongTry.objects.count() == 1


def test_neither_code_nor_address_can_be_read_from_the_rows(tries):
    tries(1, HOME, CODE)
    kept = b"".join(bytes(key) for key in WrongTry.objects.values_list("key", flat=True))
    assert len(kept) == 32
    assert b"7K3F" not in kept and b"192" not in kept


@pytest.mark.parametrize(
    ("remote", "forwarded", "is_proxied", "client"),
    [
        ("192.0.2.1", None, False, "client:192.0.2.1"),
        ("192.0.2.1", "203.0.113.5", False, "client:192.0.2.1"),  # a header anybody can write
        ("127.0.0.1", "203.0.113.5, 198.51.100.7", True, "client:198.51.100.7"),  # only the proxy's own addition
        ("2001:db8:1:2:aaaa::1", None, False, "client:2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", None, False, "client:192.0.2.1"),
        ("", None, False, "client:unknown"),
    ],
)
def test_a_client_is_its_address(settings, remote, forwarded, is_proxied, client):
    settings.HTTPS = is_proxied
    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    assert throttle.client(RequestFactory().get("/", REMOTE_ADDR=remote, **headers)) == client
