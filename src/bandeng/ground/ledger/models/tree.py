from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from .entry import LedgerEntry


class LedgerLeaf(models.Model):
    """The leaf an entry became: indices from 0 without a gap. Insert-only."""

    leaf_index = models.PositiveBigIntegerField(primary_key=True)
    entry = models.OneToOneField(LedgerEntry, on_delete=models.PROTECT, related_name="leaf")

    class Meta:
        db_table = "ledger_leaf"


class LedgerNode(models.Model):
    """The hash of a full subtree of 256, 256², 256³… leaves (level 8, 16, 24…). Insert-only.

    Everything between these levels is at most 255 hashes away; storing it would only be more to verify.
    """

    pk = models.CompositePrimaryKey("level", "index")
    level = models.PositiveSmallIntegerField()
    index = models.PositiveBigIntegerField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        db_table = "ledger_node"
        constraints = [models.CheckConstraint(condition=Exact(Length("hash"), 32), name="ledger_node_hash_is_32_bytes")]


class LedgerHead(models.Model):
    """A signed tree head: the promise that the first `size` leaves have this root. Insert-only."""

    size = models.PositiveBigIntegerField(primary_key=True)
    root = models.BinaryField(max_length=32)
    note = models.TextField()  # the C2SP checkpoint, signed; exactly the bytes that are published
    signed_at = models.DateTimeField()

    class Meta:
        db_table = "ledger_head"
        constraints = [models.CheckConstraint(condition=Exact(Length("root"), 32), name="ledger_head_root_is_32_bytes")]
        indexes = [models.Index(fields=["signed_at", "size"], name="ledger_head_by_day")]

    @property
    def root_bytes(self) -> bytes:
        """Give the root as bytes on either store (PostgreSQL reads a memoryview)."""
        return bytes(self.root)
