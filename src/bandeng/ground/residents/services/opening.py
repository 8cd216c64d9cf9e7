"""Open identity: for a purpose, by somebody, as an act that the person can see."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import transaction

from bandeng.ground.acts import api as acts
from bandeng.ground.core import api as core

from ..identity import FIELDS, Identity
from ..models import Resident
from .giving import context

PURPOSES = ("contact", "service", "verification", "registration")


def plain(resident: Resident) -> Identity:
    """Open every field of a row; for the services of this room alone."""
    return _opened(resident, FIELDS)


def _opened(resident: Resident, fields: Iterable[str]) -> Identity:
    key = settings.KEYRING.sealing("identity", resident.sealed_with)
    values = {}
    for field in fields:
        if (sealed := getattr(resident, field)) is not None:
            values[field] = core.unseal(key, sealed, context(resident, field)).decode()
    return Identity(**values)


@transaction.atomic
def open_identity(
    resident_key: uuid.UUID, *, purpose: str, subject_kind: str, subject_key: uuid.UUID, by: acts.Actor, now: datetime
) -> Identity:
    """Open one person's identity for a purpose (one of PURPOSES) on a subject; emits `identity.opened` there.

    The caller has checked that `by` may. Raises Resident.DoesNotExist, CannotOpen.
    """
    if purpose not in PURPOSES:
        raise ValueError(f"{purpose!r} is not a purpose; choose from {PURPOSES}")
    identity = plain(Resident.objects.get(pk=resident_key))
    acts.emit(
        acts.Draft("identity.opened", subject_kind, subject_key, by, payload={"purpose": purpose}),
        now=now,
    )
    return identity


_REACHED_BY = ("phone", "email")  # for a message nothing else is read, nor opened
_ADDRESS = core.Prepared(lambda key: Resident.objects.filter(pk=key).only(*_REACHED_BY, "sealed_with"), uuid.UUID)


def address_for_sending(resident_key: uuid.UUID) -> Identity | None:
    """Give phone and e-mail to the outbox at the moment of sending; the message sent is itself on record."""
    resident = _ADDRESS.first(resident_key)
    return _opened(resident, _REACHED_BY) if resident else None
