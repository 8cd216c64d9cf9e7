"""Put messages into the outbox, in the transaction of the act that tells them; take them back while held."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bandeng.ground.core import api as core

from ..channels import configured
from ..models import OutboxMessage
from ..models.outbox_message import State

HOLD_SECONDS = 30


@dataclass(frozen=True)
class Outgoing:
    """A message about to be queued. `body` is plain text here and sealed at once; without words, no `seal_key`.

    The receiver is a resident (`resident_key`), an office (`office_key`), or `address_key`: a webhook, or for `desk`
    and `print` a group narrower than an office (a compartment), whose notices must not stand in the office's list.
    """

    channel: str
    template: str
    body: str
    seal_key: core.SealKey | None
    subject_kind: str
    subject_key: uuid.UUID
    idempotency_key: str
    resident_key: uuid.UUID | None = None
    office_key: uuid.UUID | None = None
    address_key: str = ""
    hold_seconds: int = HOLD_SECONDS


def _row(one: Outgoing, now: datetime) -> OutboxMessage:
    if bool(one.body) != (one.seal_key is not None):
        raise ValueError(f"{one.template}: words need a seal_key, and a seal_key words")
    message = OutboxMessage(
        id=core.new_id(),
        channel=one.channel,
        resident_key=one.resident_key,
        office_key=one.office_key,
        address_key=one.address_key,
        template=one.template,
        seal_key=one.seal_key,
        subject_kind=one.subject_kind,
        subject_key=one.subject_key,
        idempotency_key=one.idempotency_key,
        created_at=now,
        send_after=now + timedelta(seconds=one.hold_seconds),
        state=State.HELD if one.hold_seconds else State.QUEUED,
    )
    if one.seal_key is not None:
        message.body = one.seal_key.seal(one.body, message.body_context)
    return message


def queue_many(outgoing: Sequence[Outgoing], *, now: datetime) -> int:
    """Queue messages with one INSERT in the caller's transaction; give how many were taken.

    The act of the caller speaks for them. Channels that are not configured are left out, and a repeated
    idempotency key leaves the first message as it is.
    """
    rows = {one.idempotency_key: _row(one, now) for one in reversed(outgoing) if configured(one.channel)}
    # Not ignore_conflicts: on SQLite that is INSERT OR IGNORE, which also drops rows that break a constraint, silently.
    OutboxMessage.objects.bulk_create(
        reversed(rows.values()),
        update_conflicts=True,
        unique_fields=["idempotency_key"],
        update_fields=["idempotency_key"],
    )
    return len(rows)


def cancel_held(subject_kind: str, subject_key: uuid.UUID, *, now: datetime, template: str | None = None) -> int:
    """Take back what is still held for a subject (of one template, where given); give how many.

    One conditional update: what a worker has begun to send is not cancelled, and counts as told. The caller's act
    of undoing speaks for it.
    """
    held = OutboxMessage.objects.filter(subject_kind=subject_kind, subject_key=subject_key, state=State.HELD)
    held = held.filter(send_after__gt=now)
    if template is not None:
        held = held.filter(template=template)
    return held.update(state=State.CANCELLED)
