"""Roots and frontiers (RFC 6962 §2.1).

A tree is never held in memory: whoever has one hands over a `HashReader`. Level 0 are the leaf hashes, and the hash at
(level, index) stands over the leaves from `index << level` to `(index + 1) << level`. Only full subtrees are ever read.
"""

from collections.abc import Callable, Iterable, Iterator

from .hashing import EMPTY_ROOT, node_hash

HashReader = Callable[[int, int], bytes]


def range_hash(read: HashReader, start: int, end: int) -> bytes:
    """Give MTH(D[start:end]) for a range that RFC 6962 makes when it splits a tree (so `start` is aligned)."""
    parts = []
    while start < end:
        level = (end - start).bit_length() - 1
        parts.append(read(level, start >> level))
        start += 1 << level
    return _fold(parts)


def root_at(read: HashReader, size: int) -> bytes:
    """Give the root of the first `size` leaves in about log2(size) reads."""
    return range_hash(read, 0, size)


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Give the root of leaf hashes, in one pass and logarithmic memory."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    return frontier.root()


def _fold(peaks: list[bytes]) -> bytes:
    if not peaks:
        return EMPTY_ROOT
    folded = peaks[-1]
    for peak in reversed(peaks[:-1]):
        folded = node_hash(peak, folded)
    return folded


class Frontier:
    """The right edge of a tree: all that is needed to append to it."""

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()):
        self.size = size
        self.peaks = list(peaks)  # roots of the full subtrees, largest (leftmost) first
        if len(self.peaks) != size.bit_count():
            raise ValueError(f"A tree of {size} leaves has {size.bit_count()} full subtrees, not {len(self.peaks)}.")

    @classmethod
    def read(cls, read: HashReader, size: int) -> "Frontier":
        """Read the frontier of the first `size` leaves."""
        return cls(size, [read(level, index) for level, index in peak_positions(size)])

    def append(self, leaf: bytes) -> list[tuple[int, int, bytes]]:
        """Add a leaf hash; give (level, index, hash) of every full subtree it completes, the leaf's parent first."""
        completed = []
        level, index = 0, self.size
        while index & 1:
            leaf = node_hash(self.peaks.pop(), leaf)
            level, index = level + 1, index >> 1
            completed.append((level, index, leaf))
        self.peaks.append(leaf)
        self.size += 1
        return completed

    def root(self) -> bytes:
        """Give the root at the present size."""
        return _fold(self.peaks)


def peak_positions(size: int) -> Iterator[tuple[int, int]]:
    """Give (level, index) of the full subtrees that make up a tree, largest first."""
    start = 0
    for level in range(size.bit_length() - 1, -1, -1):
        if size >> level & 1:
            yield level, start >> level
            start += 1 << level
