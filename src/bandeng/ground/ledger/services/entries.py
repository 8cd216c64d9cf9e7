from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from ..models import LedgerEntry, LedgerPending


def append(entries: Sequence[tuple[UUID, bytes]], *, now: datetime) -> None:
    """Write entries (act's id, 32-byte leaf hash) in the caller's transaction; the sequencer gives them leaves later.

    Two queries for any number of rows (SQLite: for up to 499, Django's limit of parameters there). No number is
    taken and nothing is locked, so that acts of different offices never wait for one another.
    Raises IntegrityError where an id already has an entry or a hash has not 32 bytes.
    """
    with transaction.atomic(savepoint=False):
        LedgerEntry.objects.bulk_create(LedgerEntry(id=id_, leaf_hash=leaf_hash) for id_, leaf_hash in entries)
        LedgerPending.objects.bulk_create(LedgerPending(entry_id=id_, added_at=now) for id_, _ in entries)
