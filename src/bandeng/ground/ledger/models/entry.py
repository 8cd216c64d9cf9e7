from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import Exact


class LedgerEntry(models.Model):
    """One act's place in the log, written with the act. Insert-only, held by triggers (triggers.py)."""

    id = models.UUIDField(primary_key=True, editable=False)
    leaf_hash = models.BinaryField(max_length=32)

    class Meta:
        db_table = "ledger_entry"
        constraints = [
            models.CheckConstraint(condition=Exact(Length("leaf_hash"), 32), name="ledger_entry_hash_is_32_bytes")
        ]


class LedgerPending(models.Model):
    """An entry that has no leaf yet. Written with the entry, deleted by the sequencer alone.

    A queue of rows, not a cursor: rows become visible in the order of commits, which is not the order of ids or
    times, so a reader of "everything after X" would lose entries.
    """

    entry = models.OneToOneField(LedgerEntry, on_delete=models.PROTECT, primary_key=True, related_name="pending")
    added_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "ledger_pending"
