"""Several workers, one outbox: really committed, each message sent once."""

import uuid
from datetime import UTC, datetime

from tests.commits import in_threads
from tests.ground.loopback import answering, http, listening

from bandeng.ground.core import api as core
from bandeng.ground.messaging import api as messaging
from bandeng.ground.messaging import registry

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def test_three_workers_send_each_message_once(committed_database, settings, monkeypatch):
    monkeypatch.setattr(registry, "_resolver", lambda key: messaging.Address("13800001234"))
    key = core.SealKey.make()
    key.save()
    with listening(answering(http("200 OK"))) as server:
        settings.SMS_URL = f"http://127.0.0.1:{server.port}/"
        outgoing = [
            messaging.Outgoing(
                channel="sms", template="t", body="好", seal_key=key, resident_key=uuid.UUID(int=2), hold_seconds=0,
                subject_kind="case", subject_key=uuid.UUID(int=1), idempotency_key=f"act:{n}",
            )
            for n in range(30)
        ]  # fmt: skip
        messaging.queue_many(outgoing, now=NOW)
        rounds = in_threads(*[lambda name=name: messaging.deliver(now=NOW, holder=name) for name in "abc"])
    assert sum(one.sent for one in rounds) == 30 == len(server.heard)
    keys = {server.header("Idempotency-Key", n) for n in range(30)}
    assert len(keys) == 30
    assert {m.attempts for m in messaging.messages_of("case", uuid.UUID(int=1))} == {1}
