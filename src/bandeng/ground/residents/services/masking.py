"""Mask words with what their speaker gave of themselves. What is opened for it never leaves this room."""

import uuid
from collections.abc import Sequence

from bandeng.ground.core import api as core

from ..identity import Identity
from ..models import Resident
from .opening import plain


def mask_given(words: str, identity: Identity) -> str:
    """Mask words with an identity that is in hand; see `core.mask`."""
    return core.mask(
        words,
        names=[identity.name] if identity.name else (),
        phones=[identity.phone] if identity.phone else (),
        id_numbers=[identity.id_number] if identity.id_number else (),
        addresses=[identity.address] if identity.address else (),
    )


def mask_of(resident_key: uuid.UUID | None, words: str) -> str:
    """Mask words with the identity kept under a key; by form alone where there is none.

    No act: nobody is shown anything, and what comes back tells less than what went in. Raises CannotOpen.
    """
    resident = Resident.objects.filter(pk=resident_key).first() if resident_key else None
    return mask_given(words, plain(resident) if resident else Identity())


def mask_many(items: Sequence[tuple[uuid.UUID | None, str]]) -> list[str]:
    """Mask many words, each with the identity kept under its key, as `mask_of` does. One query. Raises CannotOpen."""
    keys = {key for key, _words in items if key}
    known = {row.pk: plain(row) for row in Resident.objects.filter(pk__in=keys)} if keys else {}
    return [mask_given(words, known.get(key, Identity())) for key, words in items]
