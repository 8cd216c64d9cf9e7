"""Carry messages: claim → commit → send → commit, one by one: a killed worker leaves one doubt, not fifty."""

import logging
import os
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from bandeng.ground.acts import api as acts
from bandeng.ground.core import api as core

from .. import adapters, registry, selectors
from ..adapters import Envelope, NotDelivered
from ..models import OutboxMessage
from ..models.outbox_message import Channel, State

logger = logging.getLogger(__name__)

MAX_TRIES = 8
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=6)  # eight tries reach over a night: 30 s, 2, 8, 32 min, 2 h, 6 h, 6 h
CLAIM = timedelta(minutes=3)  # longer than a round and one exchange, so that only a dead worker's claim ends
ROUND_SECONDS = 10.0  # the worker has other things to do, and `now` must not grow old

Send = Callable[[Envelope], None]
ADAPTERS: Mapping[str, Send] = {
    Channel.SMS: adapters.send_sms,
    Channel.EMAIL: adapters.send_mail,
    Channel.WEBHOOK: adapters.send_webhook,
}


@dataclass(frozen=True)
class Delivered:
    """What one round did."""

    sent: int = 0
    failed: int = 0  # to be tried again later
    dead: int = 0

    @property
    def tried(self) -> int:
        return self.sent + self.failed + self.dead


def pause_after(attempts: int) -> timedelta:
    """Compute how long to wait after so many failed tries: four times longer each, six hours at most."""
    return min(FIRST_PAUSE * 4 ** (attempts - 1), LONGEST_PAUSE)


def deliver(*, now: datetime, limit: int = 50, timeout: float = 5.0, holder: str = "") -> Delivered:
    """Send what is due, oldest first: at most `limit` messages or ten seconds. Not inside a transaction.

    A channel that does not work is left alone for the rest of the round. Safe to run in several workers.
    """
    holder = holder or f"{socket.gethostname()}:{os.getpid()}"[-80:]
    counts = {"sent": 0, "failed": 0, "dead": 0}
    down: set[str] = set()
    started = time.monotonic()  # a stopwatch, not a clock: nothing stored depends on it
    with transaction.atomic(durable=True):  # whoever calls has none open: a claim is kept before anything is sent
        due = OutboxMessage.objects.claimable(now=now).select_related("seal_key").order_by("send_after", "id")
        found = list(due[:limit])
    for message in found:
        if time.monotonic() - started > ROUND_SECONDS:
            break
        if message.channel in down or not _claim(message, holder, now):
            continue
        problem = _problem(message, timeout=timeout, now=now)
        if problem is None:
            _finish(message, state=State.SENT, sent_at=now, last_error="")
            counts["sent"] += 1
            continue
        if problem.is_down:
            down.add(message.channel)
        counts[_failed(message, problem, now)] += 1
    return Delivered(**counts)


def _claim(message: OutboxMessage, holder: str, now: datetime) -> bool:
    """Take one message as it was read and commit; False where another worker was faster, or it was taken back."""
    claim = {
        "state": State.SENDING,
        "claimed_by": holder,
        "claimed_until": now + CLAIM,
        # A claim that ended without an answer: the message may or may not have gone out, and the receiver is told so.
        "is_resend": message.is_resend or message.state == State.SENDING,
        "attempts": message.attempts + 1,
    }
    # As it was read, it may be sent: each claim counts one more attempt. A statement alone commits by itself.
    free = OutboxMessage.objects.filter(pk=message.pk, state=message.state, attempts=message.attempts)
    is_ours = bool(free.update(**claim))
    if is_ours and message.state == State.SENDING:
        message.refresh_from_db()  # its words may have been erased since it was read, which stops no such message
    for name, value in claim.items() if is_ours else ():
        setattr(message, name, value)
    return is_ours


def _problem(message: OutboxMessage, *, timeout: float, now: datetime) -> NotDelivered | None:
    """Send one claimed message; give what was in the way, if anything."""
    if message.attempts > MAX_TRIES:  # each of its tries took the worker down
        return NotDelivered("worker_died", is_final=True)
    try:
        _send(message, timeout=timeout, now=now)
    except NotDelivered as problem:
        return problem
    except Exception as fault:  # a defect of ours or of a resolver: one message must not stop all behind it
        logger.error("%s while sending by %s", type(fault).__name__, message.channel)  # noqa: TRY400 - no traceback: its text may hold words
        return NotDelivered("fault", is_unsure=True)
    return None


def _send(message: OutboxMessage, *, timeout: float, now: datetime) -> None:
    envelope = Envelope(
        to=_address(message),
        text=_text(message),
        template=message.template,
        idempotency_key=message.idempotency_key,
        now=now,
        timeout=timeout,
    )
    ADAPTERS[message.channel](envelope)


def _address(message: OutboxMessage) -> str:
    if message.channel == Channel.WEBHOOK:
        return message.address_key
    address = registry.resolve(message.resident_key) if message.resident_key else None
    found = (address.phone if message.channel == Channel.SMS else address.email) if address else ""
    if not found:
        raise NotDelivered("no_address", is_final=True)
    return found


def _text(message: OutboxMessage) -> str:
    try:
        text = selectors.text(message)
    except core.CannotOpen:
        raise NotDelivered("erased", is_final=True) from None
    if (
        text and message.is_resend and message.channel != Channel.WEBHOOK
    ):  # a webhook's text is signed JSON: its key tells
        with translation.override("zh-hans"):
            text += _("(sent again)")
    return text


def _failed(message: OutboxMessage, problem: NotDelivered, now: datetime) -> str:
    """Put a message back with a growing pause, or among the dead letters; give which."""
    if not (problem.is_final or message.attempts >= MAX_TRIES):
        is_resend = message.is_resend or problem.is_unsure
        later = now + pause_after(message.attempts)
        _finish(message, state=State.QUEUED, send_after=later, last_error=problem.code, is_resend=is_resend)
        return "failed"
    with transaction.atomic():
        if _finish(message, state=State.DEAD, last_error=problem.code):
            acts.emit(_undelivered(message, problem.code), now=now)
    return "dead"


def _undelivered(message: OutboxMessage, code: str) -> acts.Draft:
    payload = {
        "message": str(message.pk),
        "channel": str(message.channel),
        "template": message.template,
        "code": code,
        "attempts": message.attempts,
    }
    by = acts.system("messaging")
    return acts.Draft("message.undelivered", message.subject_kind, message.subject_key, by, payload=payload)


def _finish(message: OutboxMessage, **values) -> bool:
    """Write the answer, unless the claim ended meanwhile and another worker has the message."""
    ours = OutboxMessage.objects.filter(
        pk=message.pk, state=State.SENDING, claimed_by=message.claimed_by, attempts=message.attempts
    )
    return bool(ours.update(**values, claimed_by="", claimed_until=None))
