"""Erase files with what they belong to."""

import uuid
from datetime import datetime

from django.db import transaction

from .. import vault
from ..models import StoredFile
from ..models.stored_file import State


def erase_files(seal_key: uuid.UUID, *, now: datetime) -> int:
    """Erase all files under a key: names and content go, that there was a file stays. Gives how many.

    In the caller's transaction, whose act speaks for it. The disk is cleared after the commit; what a crash leaves
    there has no row and no key, and the daily sweep takes it.
    """
    rows = list(StoredFile.objects.select_for_update().filter(seal_key=seal_key).order_by("id"))
    paths = [row.path for row in rows if row.path]
    for row in rows:
        row.state, row.path, row.original_name = State.REFUSED, "", b""
        row.refusal = row.refusal or "erased"
        row.cleaned_at, row.claimed_until = row.cleaned_at or now, None
    fields = ["state", "path", "original_name", "refusal", "cleaned_at", "claimed_until"]
    StoredFile.objects.bulk_update(rows, fields)
    transaction.on_commit(lambda: [vault.remove(path) for path in paths])
    return len(rows)
