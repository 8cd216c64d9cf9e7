"""What the log says: heads, proofs, leaves. All of it is public."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Min

from bandeng.engines import merkle
from bandeng.engines.deadlines import SHANGHAI

from .errors import NoSuchEntry, NotInThatHead
from .models import LedgerEntry, LedgerHead, LedgerLeaf, LedgerPending
from .reader import tile_reader


@dataclass(frozen=True)
class Pending:
    """An entry that is written but has no leaf yet: ask again after the next head."""

    entry_id: UUID
    added_at: datetime


@dataclass(frozen=True)
class Leaf:
    """An entry and its place in the log."""

    leaf_index: int
    entry_id: UUID
    leaf_hash: bytes


@dataclass(frozen=True)
class InclusionProof:
    """That an entry is leaf `leaf_index` of the tree of `size` leaves with this root."""

    entry_id: UUID
    leaf_index: int
    leaf_hash: bytes
    size: int
    root: bytes
    path: merkle.Path

    def verify(self) -> None:
        """Raise merkle.InvalidProof unless the path leads from leaf to root."""
        merkle.verify_inclusion(self.leaf_hash, self.leaf_index, self.size, self.path, self.root)


@dataclass(frozen=True)
class ConsistencyProof:
    """That the tree of `size` leaves begins with the whole tree of `old_size`."""

    old_size: int
    old_root: bytes
    size: int
    root: bytes
    path: merkle.Path

    def verify(self) -> None:
        """Raise merkle.InvalidProof unless the path leads to both roots."""
        merkle.verify_consistency(self.old_size, self.old_root, self.size, self.root, self.path)


def head() -> LedgerHead | None:
    """Give the latest signed head; None as long as nothing was sequenced."""
    return LedgerHead.objects.order_by("-size").first()


def heads_by_day(days: int) -> list[LedgerHead]:
    """Give the last head of each of the latest `days` days (in Shanghai) on which one was signed, newest first."""
    heads: list[LedgerHead] = []
    latest = head()
    while latest and len(heads) < days:
        heads.append(latest)
        midnight = datetime.combine(latest.signed_at.astimezone(SHANGHAI), time.min, SHANGHAI)
        latest = LedgerHead.objects.filter(signed_at__lt=midnight).order_by("-signed_at", "-size").first()
    return heads


def short_head() -> str:
    """Give the first eight hex digits of the latest root, as printed on slips; empty without a head."""
    latest = head()
    return latest.root_bytes.hex()[:8] if latest else ""


def verifier_key() -> merkle.VerifierKey:
    """Give the key that heads are verified with."""
    return merkle.VerifierKey(settings.LOG_ORIGIN, settings.KEYRING.public_bytes("ledger"))


def note_verifier_key() -> str:
    """Give that key as text, `origin+hash+base64`, for public tools."""
    return str(verifier_key())


def proof(entry_id: UUID, *, size: int | None = None) -> InclusionProof | Pending:
    """Prove that an entry is in the log at `size` leaves (the latest head's if None), or say that it is pending.

    About six queries in a log of a million. Raises NoSuchEntry; NotInThatHead where the entry came after that size
    or the size is beyond the latest head; merkle.MissingHash where the database has lost a hash.
    """
    leaf = LedgerLeaf.objects.select_related("entry").filter(entry_id=entry_id).first()
    if leaf is None:
        return _pending(entry_id)
    size = _signed_size(size)
    if leaf.leaf_index >= size:
        raise NotInThatHead(f"Leaf {leaf.leaf_index} is not among the first {size}.")
    read = tile_reader()
    return InclusionProof(
        entry_id=entry_id,
        leaf_index=leaf.leaf_index,
        leaf_hash=bytes(leaf.entry.leaf_hash),
        size=size,
        root=merkle.root_at(read, size),
        path=merkle.inclusion_path(read, leaf.leaf_index, size),
    )


def consistency(old_size: int, new_size: int) -> ConsistencyProof:
    """Prove that the log at `new_size` leaves begins with the log at `old_size`.

    Raises NotInThatHead beyond the latest head.
    """
    if not 0 <= old_size <= new_size:
        raise NotInThatHead(f"A log of {new_size} leaves does not contain one of {old_size}.")
    new_size = _signed_size(new_size)
    read = tile_reader()
    return ConsistencyProof(
        old_size=old_size,
        old_root=merkle.root_at(read, old_size),
        size=new_size,
        root=merkle.root_at(read, new_size),
        path=merkle.consistency_path(read, old_size, new_size),
    )


def pending_older_than(seconds: int, now: datetime) -> int:
    """Count entries that have waited longer than `seconds` for a leaf; past the merge delay any is an alarm."""
    return LedgerPending.objects.filter(added_at__lt=now - timedelta(seconds=seconds)).count()


def pending(*, now: datetime) -> tuple[int, float]:
    """Count entries without a leaf, and give the age of the oldest in seconds (0 where there is none)."""
    found = LedgerPending.objects.aggregate(count=Count("entry"), oldest=Min("added_at"))
    return found["count"], (now - found["oldest"]).total_seconds() if found["oldest"] else 0.0


def leaves(start: int, limit: int) -> list[Leaf]:
    """Give up to `limit` leaves from index `start` in the log's order: the one change feed that loses nothing."""
    rows = LedgerLeaf.objects.filter(leaf_index__gte=start, leaf_index__lt=start + limit).order_by("leaf_index")
    return [
        Leaf(at, id_, bytes(hash_)) for at, id_, hash_ in rows.values_list("leaf_index", "entry_id", "entry__leaf_hash")
    ]


def leaf_places(ids: Iterable[UUID]) -> dict[UUID, int]:
    """Give the index of the leaf of those of these entries that have one."""
    rows = LedgerLeaf.objects.filter(entry_id__in=list(ids)).values_list("entry_id", "leaf_index")
    return dict(rows)


def leaf_hashes(ids: Iterable[UUID]) -> dict[UUID, bytes]:
    """Give what was entered under these ids, for whoever recomputes leaves from content."""
    rows = LedgerEntry.objects.filter(id__in=list(ids)).values_list("id", "leaf_hash")
    return {id_: bytes(leaf_hash) for id_, leaf_hash in rows}


def pending_since(ids: Iterable[UUID]) -> dict[UUID, datetime]:
    """Give since when those of these entries wait that have no leaf yet."""
    return dict(LedgerPending.objects.filter(entry_id__in=list(ids)).values_list("entry_id", "added_at"))


def _pending(entry_id: UUID) -> Pending:
    pending = LedgerPending.objects.filter(entry_id=entry_id).first()
    if pending is None:
        raise NoSuchEntry(f"The log has no entry {entry_id}.")
    return Pending(entry_id, pending.added_at)


def _signed_size(size: int | None) -> int:
    latest = head()
    signed = latest.size if latest else 0
    if size is not None and not 0 <= size <= signed:
        raise NotInThatHead(f"The latest head has {signed} leaves, not {size}.")
    return signed if size is None else size
