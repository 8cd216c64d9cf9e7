"""The outbox: one insert with the act, held for an undo, notices and letters for those who may see them."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from bandeng.ground.acts import api as acts
from bandeng.ground.core import api as core
from bandeng.ground.messaging import api as messaging
from bandeng.ground.messaging import registry

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
LATER = NOW + timedelta(seconds=31)
CASE, RESIDENT, TOWN, OTHER_TOWN = (uuid.UUID(int=n) for n in range(1, 5))
LI = acts.Actor("staff:00000000-0000-7000-8000-000000000001", TOWN)
WORDS = "您反映的低保问题我们记下了"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def gateway(settings, monkeypatch):
    settings.SMS_URL = "http://127.0.0.1:9/sms"
    settings.SMTP_URL = ""
    monkeypatch.setattr(registry, "_resolver", None)
    monkeypatch.setattr(registry, "_webhooks", None)


@pytest.fixture
def key():
    made = core.SealKey.make()
    made.save()
    return made


def sms(key, **more):
    given = {"body": WORDS, "seal_key": key, "resident_key": RESIDENT, "idempotency_key": "act:1"} | more
    return messaging.Outgoing(channel="sms", template="case.registered", subject_kind="case", subject_key=CASE, **given)


def notice(channel="desk", **more):
    given = {"office_key": TOWN, "idempotency_key": "act:2"} | more
    return messaging.Outgoing(
        channel=channel, template="case.arrived", body="", seal_key=None, subject_kind="case", subject_key=CASE, **given
    )


def test_a_message_lies_sealed_and_without_an_address(key):
    assert messaging.queue_many([sms(key)], now=NOW) == 1
    message = messaging.messages_of("case", CASE).get()
    assert WORDS.encode() not in bytes(message.body)
    assert messaging.text(message) == WORDS
    assert (message.state, message.send_after) == ("held", NOW + timedelta(seconds=30))
    core.SealKey.objects.update(wrapped=None, erased_at=NOW)
    with pytest.raises(core.CannotOpen):
        messaging.text(messaging.messages_of("case", CASE).get())


def test_many_messages_are_one_insert(key, django_assert_num_queries):
    many = [sms(key, idempotency_key=f"act:{n}") for n in range(40)]
    with django_assert_num_queries(1), transaction.atomic(savepoint=False):
        messaging.queue_many(many, now=NOW)
    assert messaging.messages_of("case", CASE).count() == 40


def test_a_repeated_key_leaves_the_first_message(key):
    messaging.queue_many([sms(key), sms(key, body="第二")], now=NOW)
    messaging.queue_many([sms(key, body="第三"), sms(key, idempotency_key="act:9")], now=LATER)
    assert [messaging.text(m) for m in messaging.messages_of("case", CASE)] == [WORDS, WORDS]


def test_a_way_that_is_not_there_is_not_queued_to(settings, key):
    settings.SMS_URL = ""
    assert not messaging.configured("sms") and not messaging.configured("email")
    assert not messaging.configured("webhook") and messaging.configured("desk")
    assert messaging.queue_many([sms(key)], now=NOW) == 0
    messaging.webhook_addresses(lambda key: None)
    assert messaging.configured("webhook")


def test_words_without_a_key_are_refused_by_service_and_database(key):
    with pytest.raises(ValueError, match="seal_key"):
        messaging.queue_many([sms(None)], now=NOW)
    messaging.queue_many([sms(key)], now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        messaging.OutboxMessage.objects.update(seal_key=None)


def test_what_is_held_can_be_taken_back_and_nothing_else(key):
    messaging.queue_many([sms(key), notice(hold_seconds=0), sms(key, idempotency_key="b", hold_seconds=60)], now=NOW)
    assert messaging.cancel_held("case", RESIDENT, now=NOW) == 0
    assert messaging.cancel_held("case", CASE, now=NOW, template="case.other") == 0
    assert messaging.cancel_held("case", CASE, now=LATER) == 1
    assert sorted(m.state for m in messaging.messages_of("case", CASE)) == ["cancelled", "held", "queued"]


def test_an_office_sees_its_own_notices_until_read():
    messaging.queue_many(
        [
            notice(),
            notice(office_key=OTHER_TOWN, idempotency_key="b"),
            notice(office_key=None, address_key="compartment:7", idempotency_key="c"),
            notice(address_key="compartment:7", idempotency_key="d"),
        ],
        now=NOW,
    )
    assert messaging.notices([TOWN], now=NOW) == []
    (mine,) = messaging.notices([TOWN], now=LATER)
    assert mine.office_key == TOWN
    assert len(messaging.notices([TOWN], now=LATER, address_keys=["compartment:7"])) == 3
    assert messaging.notices([], now=LATER, address_keys=[""]) == []
    messaging.read(mine, by=LI, now=LATER)
    messaging.read(mine, by=LI, now=LATER)
    assert messaging.notices([TOWN], now=LATER) == []
    assert [act.kind for act in acts.history("case", CASE)] == ["notice.read"]


def test_a_letter_is_sent_when_a_clerk_prints_it(key):
    messaging.queue_many([notice("print"), notice(idempotency_key="b")], now=NOW)
    (letter,) = messaging.print_queue(TOWN, now=LATER)
    with pytest.raises(messaging.CannotMark):
        messaging.read(letter, by=LI, now=LATER)
    messaging.printed(letter, by=LI, now=LATER)
    letter.refresh_from_db()
    assert (letter.state, letter.sent_at) == ("sent", LATER)
    assert messaging.print_queue(TOWN, now=LATER) == []


def test_a_letter_taken_back_is_not_printed():
    messaging.queue_many([notice("print")], now=NOW)
    letter = messaging.messages_of("case", CASE).get()
    messaging.cancel_held("case", CASE, now=NOW)
    with pytest.raises(messaging.CannotMark):
        messaging.printed(letter, by=LI, now=LATER)
    assert acts.history("case", CASE) == []


def test_only_a_dead_letter_is_sent_again(key):
    messaging.queue_many([sms(key)], now=NOW)
    message = messaging.messages_of("case", CASE).get()
    with pytest.raises(messaging.CannotMark):
        messaging.retry(message, by=LI, now=NOW)
