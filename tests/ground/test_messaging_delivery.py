"""Carrying messages to servers that take them, refuse, stall, fail, drip, and to workers that die in between."""

import hashlib
import hmac
import json
import logging
import uuid
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from django.db import connection
from django.utils import translation
from django.utils.translation import gettext
from tests.ground.loopback import answering, http, listening, read_request, smtp

from bandeng.ground.acts import api as acts
from bandeng.ground.core import api as core
from bandeng.ground.messaging import addresses, registry
from bandeng.ground.messaging import api as messaging
from bandeng.ground.messaging.services import delivering
from bandeng.ground.residents import api as residents

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
CASE, RESIDENT = uuid.UUID(int=1), uuid.UUID(int=2)
LI = acts.Actor("staff:00000000-0000-7000-8000-000000000001")
PHONE, EMAIL = "13800001234", "zhang@mail.test"
WORDS = "张桂兰您好:低保的事12月1日前答复"
SHORT = 0.2  # seconds

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def reachable(settings, monkeypatch):
    settings.SMS_URL, settings.SMS_TOKEN, settings.SMTP_URL = "http://127.0.0.1:1/", "t0ken", "smtp://127.0.0.1:1"
    monkeypatch.setattr(registry, "_resolver", lambda key: messaging.Address(PHONE, EMAIL))
    monkeypatch.setattr(registry, "_webhooks", None)


@pytest.fixture
def queue():
    def queue(channel="sms", idempotency_key="act:1", body=WORDS, **more):
        key = core.SealKey.make()
        key.save()
        one = messaging.Outgoing(
            channel=channel, template="case.registered", body=body, seal_key=key, resident_key=RESIDENT,
            subject_kind="case", subject_key=CASE, idempotency_key=idempotency_key, hold_seconds=0, **more,
        )  # fmt: skip
        messaging.queue_many([one], now=NOW)
        return messaging.OutboxMessage.objects.get(idempotency_key=idempotency_key)

    return queue


def deliver(now=NOW, **more):
    return messaging.deliver(now=now, **({"timeout": SHORT} | more))


def again_mark():
    with translation.override("zh-hans"):
        return gettext("(sent again)")


def test_a_short_message_goes_out_once(settings, queue):
    message = queue()
    with listening(answering(http("202 Accepted"))) as server:
        settings.SMS_URL = f"http://127.0.0.1:{server.port}/send?app=1"
        assert deliver() == messaging.Delivered(sent=1)
        assert deliver() == messaging.Delivered()
    assert [json.loads(body) for body in server.bodies] == [
        {"to": PHONE, "text": WORDS, "template": "case.registered", "idempotency_key": "act:1"}
    ]
    assert server.heard[0].startswith(b"POST /send?app=1 ")
    assert server.header("Authorization") == "Bearer t0ken"
    assert server.header("Idempotency-Key") == "act:1"
    message.refresh_from_db()
    assert (message.state, message.sent_at, message.claimed_until, message.attempts) == ("sent", NOW, None, 1)


def test_the_number_comes_from_the_vault_at_the_moment_of_sending(settings, queue, monkeypatch):
    (zhang,) = residents.create_many([residents.Identity(name="张桂兰", phone="138-0000 1234")], now=NOW)
    monkeypatch.setattr(registry, "_resolver", addresses.of_resident)
    message = queue()
    messaging.OutboxMessage.objects.update(resident_key=zhang.pk)
    with listening(answering(http("200 OK"))) as server:
        settings.SMS_URL = f"http://127.0.0.1:{server.port}/"
        assert deliver().sent == 1
    assert json.loads(server.bodies[0])["to"] == PHONE
    assert addresses.of_resident(message.pk) is None


def test_what_is_held_waits(queue, settings):
    queue()
    messaging.OutboxMessage.objects.update(state="held", send_after=NOW + timedelta(seconds=30))
    assert deliver().tried == 0
    with listening(answering(http("200 OK"))) as server:
        settings.SMS_URL = f"http://127.0.0.1:{server.port}/"
        assert deliver(NOW + timedelta(seconds=30)).sent == 1


BAD_DAYS = [
    ("http_500", answering(http("500 Oops")), True),  # it may have failed after taking it
    ("http_502", answering(http("502 Bad Gateway")), True),
    ("http_400", answering(http("400 Bad Request")), False),
    ("http_429", answering(http("429 Slow down")), False),
    ("http_302", answering(http("302 Found", "Location: http://127.0.0.1:1/")), False),
    ("no_answer", answering(), True),
    ("broken_answer", answering(b"hello\r\n\r\n"), True),
    ("broken_answer", lambda line, server: server.heard.append(read_request(line)), True),
]


@pytest.mark.parametrize(("code", "talk", "is_unsure"), BAD_DAYS)
def test_a_bad_day_is_a_code_and_a_pause(settings, queue, code, talk, is_unsure):
    message = queue()
    with listening(talk) as server:
        settings.SMS_URL = f"http://127.0.0.1:{server.port}/"
        assert deliver() == messaging.Delivered(failed=1)
    message.refresh_from_db()
    assert (message.state, message.last_error, message.is_resend) == ("queued", code, is_unsure)
    assert message.send_after == NOW + timedelta(seconds=30)
    assert len(server.heard) == 1


def test_an_answer_that_drips_is_cut_off(settings, queue):
    def drip(line, server):
        server.heard.append(read_request(line))
        while True:
            line.sendall(b"H")
            line.settimeout(SHORT / 4)
            try:
                if not line.recv(1):
                    return
            except TimeoutError:
                continue

    message = queue()
    with listening(drip) as server:
        settings.SMS_URL = f"http://127.0.0.1:{server.port}/"
        assert deliver() == messaging.Delivered(failed=1)
    message.refresh_from_db()
    assert message.last_error == "broken_answer"


def test_two_answers_to_one_message_count_once(settings, queue):
    queue()
    with listening(answering(http("200 OK"), http("500 Oops"))) as server:
        settings.SMS_URL = f"http://127.0.0.1:{server.port}/"
        assert deliver() == messaging.Delivered(sent=1)
    assert len(server.heard) == 1


def test_a_refused_line_spares_the_others_of_its_channel(queue):
    first, second = queue(), queue(idempotency_key="act:2")
    assert deliver() == messaging.Delivered(failed=1)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.last_error, first.is_resend) == ("refused", False)
    assert (second.attempts, second.state) == (0, "queued")


def test_pauses_grow_and_end_after_eight_tries(queue):
    message = queue()
    pauses, now = [], NOW
    for _ in range(7):
        assert deliver(now).failed == 1
        message.refresh_from_db()
        pauses.append(message.send_after - now)
        assert deliver(message.send_after - timedelta(seconds=1)).tried == 0
        now = message.send_after
    assert [int(pause.total_seconds()) for pause in pauses] == [30, 120, 480, 1920, 7680, 21600, 21600]
    assert deliver(now) == messaging.Delivered(dead=1)
    assert deliver(now + timedelta(days=30)).tried == 0
    assert [m.pk for m in messaging.dead_letters()] == [message.pk]
    (act,) = acts.history("case", CASE)
    assert (act.kind, act.payload["code"], act.actor_key) == ("message.undelivered", "refused", "system:messaging")


def test_a_dead_letter_goes_out_when_somebody_says_so(settings, queue):
    message = queue()
    messaging.OutboxMessage.objects.update(state="dead", attempts=8, last_error="refused")
    messaging.retry(message, by=LI, now=NOW)
    with listening(answering(http("200 OK"))) as server:
        settings.SMS_URL = f"http://127.0.0.1:{server.port}/"
        assert deliver().sent == 1
    assert [act.kind for act in acts.history("case", CASE)] == ["message.retried"]


class Killed(BaseException):
    """What `kill -9` is to a worker."""


def test_after_a_kill_between_send_and_commit_the_second_message_says_so(settings, queue, monkeypatch):
    message = queue()
    with listening(answering(http("200 OK"))) as server:
        settings.SMS_URL = f"http://127.0.0.1:{server.port}/"
        with monkeypatch.context() as killed:
            killed.setattr(delivering, "_finish", lambda *a, **k: (_ for _ in ()).throw(Killed()))
            with pytest.raises(Killed):
                deliver(holder="a")
        assert deliver(NOW + timedelta(minutes=2), holder="b").tried == 0
        assert deliver(NOW + timedelta(minutes=3), holder="b") == messaging.Delivered(sent=1)
    assert [json.loads(body)["text"] for body in server.bodies] == [WORDS, WORDS + again_mark()]
    assert server.header("Idempotency-Key", 0) == server.header("Idempotency-Key", 1) == "act:1"
    message.refresh_from_db()
    assert (message.is_resend, message.attempts, message.state) == (True, 2, "sent")


def test_a_slow_worker_does_not_overwrite_who_took_over(settings, queue, monkeypatch):
    message = queue()
    with listening(answering(http("200 OK"))) as server:
        settings.SMS_URL = f"http://127.0.0.1:{server.port}/"

        def overtaken(envelope):
            monkeypatch.undo()
            settings.SMS_URL = f"http://127.0.0.1:{server.port}/"
            monkeypatch.setattr(registry, "_resolver", lambda key: messaging.Address(PHONE))
            assert deliver(NOW + timedelta(minutes=3), holder="b").sent == 1
            raise delivering.NotDelivered("http_500")

        monkeypatch.setattr(delivering, "ADAPTERS", {"sms": overtaken})
        deliver(holder="a")
    message.refresh_from_db()
    assert (message.state, message.attempts, message.last_error) == ("sent", 2, "")


def test_a_message_that_kills_every_worker_is_given_up(queue):
    message = queue()
    messaging.OutboxMessage.objects.update(state="sending", claimed_by="a", claimed_until=NOW, attempts=8)
    assert deliver() == messaging.Delivered(dead=1)
    message.refresh_from_db()
    assert message.last_error == "worker_died"


def test_nobody_to_reach_and_erased_words_are_final(queue, monkeypatch):
    queue()
    second = queue(idempotency_key="act:2")
    core.SealKey.objects.filter(pk=second.seal_key_id).update(wrapped=None, erased_at=NOW)
    monkeypatch.setattr(registry, "_resolver", lambda key: None)
    assert deliver() == messaging.Delivered(dead=2)
    monkeypatch.setattr(registry, "_resolver", lambda key: messaging.Address(PHONE))
    messaging.retry(second, by=LI, now=NOW)
    assert deliver() == messaging.Delivered(dead=1)
    assert [m.last_error for m in messaging.dead_letters()] == ["no_address", "erased"]


def test_nothing_of_a_message_is_logged_or_kept(settings, queue, caplog, monkeypatch):
    caplog.set_level(logging.DEBUG)

    def careless(key):
        raise RuntimeError(f"no such number {PHONE}: {WORDS}")

    for n, (_, talk, _) in enumerate(BAD_DAYS):
        message = queue(idempotency_key=f"act:{n}")
        with listening(talk) as server:
            settings.SMS_URL = f"http://127.0.0.1:{server.port}/"
            deliver()
    monkeypatch.setattr(registry, "_resolver", careless)
    message = queue(idempotency_key="act:9")
    assert deliver().failed == 1
    message.refresh_from_db()
    assert message.last_error == "fault"
    assert "RuntimeError while sending by sms" in caplog.text
    kept = repr(list(messaging.OutboxMessage.objects.values())) + repr([a.payload for a in acts.history("case", CASE)])
    for secret in (PHONE, WORDS, "t0ken"):
        assert secret not in caplog.text and secret not in kept


def test_an_email_goes_out_with_one_message_id_for_all_tries(settings, queue):
    message = queue("email")
    with listening(smtp(at_data="")) as server:
        settings.SMTP_URL = f"smtp://127.0.0.1:{server.port}"
        assert deliver() == messaging.Delivered(failed=1)
    message.refresh_from_db()
    assert (message.last_error, message.is_resend) == ("no_answer", True)
    with listening(smtp()) as second:
        settings.SMTP_URL = f"smtp://127.0.0.1:{second.port}"
        assert deliver(message.send_after) == messaging.Delivered(sent=1)
    mails = [
        message_from_bytes(heard.removesuffix(b".\r\n"), policy=policy.default) for heard in server.heard + second.heard
    ]
    assert [mail.get_content().strip() for mail in mails] == [WORDS, WORDS + again_mark()]
    assert mails[0]["Message-ID"] == mails[1]["Message-ID"] and mails[0]["To"] == EMAIL
    assert WORDS not in mails[0]["Subject"]


@pytest.mark.parametrize(
    ("code", "address", "at_data"),
    [
        ("address_refused", "nobody@mail.test", "250 ok"),
        ("smtp_552", EMAIL, "552 too much"),
        ("smtp_451", EMAIL, "451 later"),
    ],
)
def test_a_mail_server_that_says_no(settings, queue, monkeypatch, code, address, at_data):
    message = queue("email")
    monkeypatch.setattr(registry, "_resolver", lambda key: messaging.Address(email=address))
    with listening(smtp(at_data=at_data)) as server:
        settings.SMTP_URL = f"smtp://127.0.0.1:{server.port}"
        assert deliver() == messaging.Delivered(failed=1)
    message.refresh_from_db()
    assert message.last_error == code


def test_mail_beyond_this_machine_needs_tls(settings, queue, monkeypatch):
    message = queue("email")
    monkeypatch.setattr("bandeng.ground.messaging.adapters.mail.LOOPBACK", set())
    with listening(smtp()) as server:
        settings.SMTP_URL = f"smtp://127.0.0.1:{server.port}"
        deliver()
    message.refresh_from_db()
    assert (message.last_error, server.heard) == ("no_tls", [])


def test_a_mail_certificate_that_does_not_fit_is_not_talked_to(settings, queue):
    def not_tls(line, server):
        line.sendall(b"220 plain text where a handshake belongs\r\n")
        line.recv(4096)

    message = queue("email")
    with listening(not_tls) as server:
        settings.SMTP_URL = f"smtps://127.0.0.1:{server.port}"
        deliver()
    message.refresh_from_db()
    assert message.last_error == "tls"


def test_an_address_with_a_line_break_is_no_way_in(queue, monkeypatch):
    message = queue("email")
    monkeypatch.setattr(registry, "_resolver", lambda key: messaging.Address(email="a@b.c\r\nBcc: all@b.c"))
    assert deliver() == messaging.Delivered(dead=1)
    message.refresh_from_db()
    assert message.last_error == "bad_address"


def test_a_webhook_is_signed_over_time_and_body(settings, queue):
    with listening(answering(http("204 No Content"))) as server:
        messaging.webhook_addresses({"open311": f"http://127.0.0.1:{server.port}/hook"}.get)
        queue("webhook", body='{"kind":"case.registered"}', address_key="open311")
        assert deliver().sent == 1
    signed = dict(part.split("=") for part in server.header("Bandeng-Signature").split(","))
    assert int(signed["t"]) == NOW.timestamp()
    expected = hmac.new(
        settings.KEYRING.secret("webhook"), signed["t"].encode() + b"." + server.bodies[0], hashlib.sha256
    )
    assert signed["v1"] == expected.hexdigest()
    assert json.loads(server.bodies[0]) == {"kind": "case.registered"}


def test_a_webhook_nobody_listens_to_is_given_up():
    messaging.webhook_addresses(lambda key: None)
    one = messaging.Outgoing(
        channel="webhook", template="t", body="", seal_key=None, subject_kind="case", subject_key=CASE,
        idempotency_key="w", address_key="gone", hold_seconds=0,
    )  # fmt: skip
    messaging.queue_many([one], now=NOW)
    assert deliver() == messaging.Delivered(dead=1)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="counts the steps of SQLite's own machine")
def test_what_waits_at_desks_is_not_walked_through_to_find_what_is_to_be_sent(queue):
    """Tens of thousands of unread notices made it twelve milliseconds, every three seconds."""
    message = queue()

    def steps() -> int:
        counted = []
        connection.connection.set_progress_handler(lambda: counted.append(1) and None, 10)
        try:
            assert list(messaging.OutboxMessage.objects.claimable(now=NOW)) == [message]
        finally:
            connection.connection.set_progress_handler(None, 0)
        return len(counted)

    few = steps()
    notices = [
        messaging.Outgoing(
            channel="desk", template="case.arrived", body="", seal_key=None, subject_kind="case", subject_key=CASE,
            office_key=uuid.UUID(int=3), idempotency_key=f"notice:{n}", hold_seconds=0,
        )
        for n in range(500)
    ]  # fmt: skip
    messaging.queue_many(notices, now=NOW)
    assert steps() < 2 * few
