"""Reads of the outbox. Lists of offices are given by the caller, who knows what the person may see."""

import uuid
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db.models import Q

from bandeng.ground.core import api as core

from .models import OutboxMessage
from .models.outbox_message import Channel, OutboxQuerySet, State


def _for(offices: Iterable[uuid.UUID], address_keys: Iterable[str]) -> Q:
    return Q(office_key__in=list(offices), address_key="") | Q(address_key__in=[key for key in address_keys if key])


def notices(
    offices: Iterable[uuid.UUID], *, now: datetime, limit: int = 50, address_keys: Iterable[str] = ()
) -> list[OutboxMessage]:
    """List unread notices to these offices (and to these narrower groups), oldest first."""
    unread = OutboxMessage.objects.waiting(now=now).filter(_for(offices, address_keys), channel=Channel.DESK)
    return list(unread.order_by("send_after", "id")[:limit])


def print_queue(
    office: uuid.UUID, *, now: datetime, limit: int = 200, address_keys: Iterable[str] = ()
) -> list[OutboxMessage]:
    """List what an office has to print and hand over or post, oldest first."""
    waiting = OutboxMessage.objects.waiting(now=now).filter(_for([office], address_keys), channel=Channel.PRINT)
    return list(waiting.select_related("seal_key").order_by("send_after", "id")[:limit])


def dead_letters() -> OutboxQuerySet:
    """Give what could not be delivered, oldest first: somebody has to tell these people another way."""
    return OutboxMessage.objects.filter(state=State.DEAD).order_by("created_at", "id")


def messages_of(subject_kind: str, subject_key: uuid.UUID) -> OutboxQuerySet:
    """Give everything that was, is or would have been told about a subject."""
    told = OutboxMessage.objects.filter(subject_kind=subject_kind, subject_key=subject_key)
    return told.order_by("created_at", "id")


def text(message: OutboxMessage) -> str:
    """Open the words of a message, for whoever has its subject in scope; raises CannotOpen where they were erased."""
    return message.seal_key.open(bytes(message.body), message.body_context) if message.seal_key else ""


def unopenable() -> Iterator[uuid.UUID]:
    """Give the messages whose words lie under a key that is there and do not open with it."""
    rows = OutboxMessage.objects.exclude(body=b"").exclude(seal_key__wrapped=None).select_related("seal_key")
    for row in rows.order_by("id").iterator(chunk_size=2000):
        try:
            row.seal_key.open(row.body, row.body_context)
        except core.CannotOpen:
            yield row.pk
