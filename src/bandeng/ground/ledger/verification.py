"""Recompute the whole log and compare it with everything stored; memory does not grow with it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from uuid import UUID

from django.db.models import Exists, Max, OuterRef

from bandeng.engines import merkle

from .models import LedgerEntry, LedgerHead, LedgerLeaf, LedgerNode
from .selectors import verifier_key

CHUNK = 2000


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it must be. `kind`: leaf-missing, node-missing, node-wrong, node-extra, head-missing,
    head-wrong, entry-lost, entry-doubled; `place` says which one."""

    kind: str
    place: str


def rebuild_check(progress: Callable[[int], None] | None = None) -> Iterator[Finding]:
    """Rebuild the tree from the entries in leaf order and yield what does not agree; nothing if all is well.

    The log may grow meanwhile: what is checked is the log as long as it was at the first query. `progress` is called
    with the number of leaves done, every few thousand.
    """
    size = _size()
    yield from _check_entries()
    yield from _check_tree(size, progress or (lambda done: None))


def _size() -> int:
    last = LedgerLeaf.objects.aggregate(last=Max("leaf_index"))["last"]
    return 0 if last is None else last + 1


def lost_entries() -> Iterator[UUID]:
    """Give every entry that neither waits nor has a leaf: dropped from the queue, it would never enter the log.

    One query, so that a running sequencer is seen before or after and never between.
    """
    yield from _entries(is_neither=True)


def _entries(*, is_neither: bool) -> Iterator[UUID]:
    found = LedgerEntry.objects.filter(leaf__isnull=is_neither, pending__isnull=is_neither)
    yield from found.values_list("id", flat=True).iterator(CHUNK)


def _check_entries() -> Iterator[Finding]:
    """Every entry is either waiting or a leaf."""
    yield from (Finding("entry-lost", str(id_)) for id_ in lost_entries())
    yield from (Finding("entry-doubled", str(id_)) for id_ in _entries(is_neither=False))


def _check_tree(size: int, progress: Callable[[int], None]) -> Iterator[Finding]:
    frontier = merkle.Frontier()
    nodes = _Stored(size)
    heads = LedgerHead.objects.order_by("size").iterator(CHUNK)
    head = next(heads, None)
    rows = LedgerLeaf.objects.filter(leaf_index__lt=size).order_by("leaf_index")
    for index, leaf in rows.values_list("leaf_index", "entry__leaf_hash").iterator(CHUNK):
        if index != frontier.size:
            yield Finding("leaf-missing", str(frontier.size))
            return  # every hash to the right of it would be another
        for level, at, hash_ in frontier.append(bytes(leaf)):
            if level % 8 == 0:
                yield from nodes.compare(level, at, hash_)
        while head is not None and head.size <= frontier.size:
            yield from _check_head(head, frontier)
            head = next(heads, None)
        if frontier.size % CHUNK == 0:
            progress(frontier.size)
    yield from nodes.rest()
    yield from _check_edge(size)
    progress(size)


def _check_edge(size: int) -> Iterator[Finding]:
    """Leaves come in one transaction with their head: the last leaf has one, and no head is longer than the log."""
    if size and not LedgerHead.objects.filter(size=size).exists():
        yield Finding("head-missing", str(size))
    last_leaf = LedgerLeaf.objects.filter(leaf_index=OuterRef("size") - 1)
    for head_size in LedgerHead.objects.exclude(Exists(last_leaf)).values_list("size", flat=True):
        yield Finding("head-wrong", str(head_size))


def _check_head(head: LedgerHead, frontier: merkle.Frontier) -> Iterator[Finding]:
    try:
        told = merkle.open_checkpoint(head.note, verifier_key())
    except ValueError:
        yield Finding("head-wrong", str(head.size))
        return
    root = frontier.root()
    if not (told.size == head.size == frontier.size and told.root == head.root_bytes == root):
        yield Finding("head-wrong", str(head.size))


class _Stored:
    """The stored nodes of every level, read along as the tree grows."""

    def __init__(self, size: int):
        self.size = size
        self.levels: dict[int, Iterator[tuple[int, bytes]]] = {}

    def compare(self, level: int, index: int, hash_: bytes) -> Iterator[Finding]:
        """Yield what is wrong with the stored node that should be at (level, index)."""
        if level not in self.levels:
            rows = LedgerNode.objects.filter(level=level, index__lt=self.size >> level).order_by("index")
            self.levels[level] = rows.values_list("index", "hash").iterator(CHUNK)
        found = next(self.levels[level], None)
        if found is None or found[0] != index:
            yield Finding("node-missing", f"{level}/{index}")
            if found is not None:
                self.levels[level] = chain([found], self.levels[level])
        elif bytes(found[1]) != hash_:
            yield Finding("node-wrong", f"{level}/{index}")

    def rest(self) -> Iterator[Finding]:
        """Yield stored nodes that no tree has: of a level between, or beyond the right edge."""
        beyond = []
        for level, index in LedgerNode.objects.values_list("level", "index").iterator(CHUNK):
            if level % 8 or level == 0:
                yield Finding("node-extra", f"{level}/{index}")
            elif (index + 1) << level > self.size:
                beyond.append((level, index))
        size = _size() if beyond else self.size  # the log may have grown since we began
        yield from (Finding("node-extra", f"{level}/{index}") for level, index in beyond if (index + 1) << level > size)
