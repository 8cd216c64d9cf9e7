"""Rounds of mutual best merges: whoever is each other's best becomes one group, all such pairs at once.

After Sumengen et al., "Scaling hierarchical agglomerative clustering to billion-sized datasets" (2021): a few dozen
rounds instead of a million single steps. Nothing depends on the order in which messages are given.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from .candidates import dots
from .scoring import least_mean, score

SLACK = 0.25  # of the matrix that merged groups may add to it before those that are gone are left out


@dataclass
class Groups:
    """Groups while they grow, numbered as they come: sums of vectors, sizes, first and last day.

    Sums of the first groups and of those merged since are two matrices, so that a late round, which merges few, copies
    few.
    """

    sums: Any  # sparse matrix, and so is `later`
    later: Any
    sizes: np.ndarray
    first: np.ndarray
    last: np.ndarray

    @classmethod
    def of(cls, vectors: Any, days: np.ndarray) -> "Groups":
        """Make a group of each message."""
        return cls(vectors, vectors[:0], np.ones(len(days), np.int64), days.copy(), days.copy())

    def labelled(self, labels: np.ndarray) -> "Groups":
        """Put groups of one label together, and number them by it."""
        from scipy import sparse

        number = int(labels.max()) + 1
        if number == len(labels):
            return self
        ones = np.ones(len(labels), np.float32)
        sums = sparse.csr_matrix((ones, (labels, np.arange(len(labels)))), shape=(number, len(labels))) @ self.sums
        sums.sort_indices()
        first, last = np.full(number, np.inf), np.full(number, -np.inf)
        np.minimum.at(first, labels, self.first)
        np.maximum.at(last, labels, self.last)
        sizes = np.bincount(labels, self.sizes, number).astype(np.int64)
        return Groups(sums, sums[:0], sizes, first, last)

    def merge(self, one: np.ndarray, other: np.ndarray) -> np.ndarray:
        """Make a new group of each pair; give their numbers."""
        from scipy import sparse

        made = self._rows(one) + self._rows(other)
        made.sort_indices()
        self.later = sparse.vstack([self.later, made], format="csr")
        self.sizes = np.concatenate([self.sizes, self.sizes[one] + self.sizes[other]])
        self.first = np.concatenate([self.first, np.minimum(self.first[one], self.first[other])])
        self.last = np.concatenate([self.last, np.maximum(self.last[one], self.last[other])])
        return np.arange(len(self.sizes) - len(one), len(self.sizes))

    def kept(self, alive: np.ndarray) -> "Groups":
        """Leave out the groups that were merged into others; number the rest anew, in order."""
        sums = self._rows(alive)
        return Groups(sums, sums[:0], self.sizes[alive], self.first[alive], self.last[alive])

    def scores(self, a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Give mean likeness and score of pairs of groups."""
        one, other = self.sizes[a], self.sizes[b]
        mean = dots(self._rows, a, b).astype(np.float64) / (one * other)
        gap = np.maximum(np.maximum(self.first[a] - self.last[b], self.first[b] - self.last[a]), 0)
        return mean, score(mean, one, other, gap)

    def _rows(self, numbers: np.ndarray) -> Any:
        """Give the sums of groups, in the order asked for."""
        from scipy import sparse

        old = self.sums.shape[0]
        is_later = numbers >= old
        if not is_later.any():
            return self.sums[numbers]
        if is_later.all():
            return self.later[numbers - old]
        both = sparse.vstack([self.sums[numbers[~is_later]], self.later[numbers[is_later] - old]], format="csr")
        place = np.empty(len(numbers), np.int64)
        place[np.concatenate([np.flatnonzero(~is_later), np.flatnonzero(is_later)])] = np.arange(len(numbers))
        return both[place]


class Pairs:
    """Pairs of groups that may yet come together, with their scores; those that reach the threshold stand apart."""

    def __init__(self, groups: Groups, apart: np.ndarray, threshold: float):
        self.groups, self.apart, self.threshold = groups, apart, threshold
        self.least = least_mean(threshold)
        self.near, self.far = _NONE, _NONE

    def add(self, a: np.ndarray, b: np.ndarray) -> None:
        """Score pairs and keep those of which something may come."""
        mean, scores = self.groups.scores(a, b)
        kept = (mean >= self.least) & ~_forbidden(a, b, self.apart, len(self.groups.sizes))
        is_near = kept & (scores >= self.threshold)
        is_far = kept & ~is_near
        self.near = _join(self.near, (a[is_near], b[is_near], scores[is_near]))
        self.far = _join(self.far, (a[is_far], b[is_far], scores[is_far]))

    def renumber(self, groups: Groups, new: np.ndarray) -> None:
        """Go on with the same groups under new numbers, in the same order."""
        self.groups, self.apart = groups, new[self.apart]
        self.near, self.far = ((new[a], new[b], scores) for a, b, scores in (self.near, self.far))

    def take(self, changed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Take out the pairs of which a group has changed."""
        taken = []
        for name in ("near", "far"):
            rows = getattr(self, name)
            stale = changed[rows[0]] | changed[rows[1]]
            taken.append((rows[0][stale], rows[1][stale]))
            setattr(self, name, tuple(part[~stale] for part in rows))
        return np.concatenate([taken[0][0], taken[1][0]]), np.concatenate([taken[0][1], taken[1][1]])


_NONE = (np.array([], np.int64), np.array([], np.int64), np.array([]))


def _join(rows: tuple, more: tuple) -> tuple:
    return tuple(np.concatenate(parts) for parts in zip(rows, more, strict=True))


def grow(groups: Groups, a: np.ndarray, b: np.ndarray, apart: np.ndarray, threshold: float) -> np.ndarray:
    """Merge groups along candidate pairs (a < b) until none reaches the threshold; give each first group's label.

    `apart` has rows (a, b) of groups that never come together.
    """
    at = np.arange(len(groups.sizes))  # the group that each first group is in
    pairs = Pairs(groups, apart, threshold)
    pairs.add(a, b)
    while True:
        one, other = _mutual(*pairs.near, len(groups.sizes))
        if not len(one):
            return np.unique(at, return_inverse=True)[1]
        changed = np.zeros(len(groups.sizes), bool)
        changed[one] = changed[other] = True
        a, b = pairs.take(changed)
        renamed = np.arange(len(groups.sizes))
        renamed[one] = renamed[other] = groups.merge(one, other)
        at, pairs.apart = renamed[at], renamed[pairs.apart]
        a, b = renamed[a], renamed[b]
        number = len(groups.sizes)
        keys = np.unique((np.minimum(a, b) * number + np.maximum(a, b))[a != b])
        pairs.add(keys // number, keys % number)
        if groups.later.nnz > groups.sums.nnz * SLACK:
            alive, at = np.unique(at, return_inverse=True)
            new = np.zeros(number, np.int64)
            new[alive] = np.arange(len(alive))
            groups = groups.kept(alive)
            pairs.renumber(groups, new)


def _forbidden(a: np.ndarray, b: np.ndarray, apart: np.ndarray, number: int) -> np.ndarray:
    if not len(apart):
        return np.zeros(len(a), bool)
    return np.isin(a * number + b, apart.min(1) * number + apart.max(1))


def _mutual(a: np.ndarray, b: np.ndarray, scores: np.ndarray, number: int) -> tuple[np.ndarray, np.ndarray]:
    """Give the pairs that are each other's best; none stands in two of them."""
    best = np.full(number, -1.0)
    np.maximum.at(best, a, scores)
    np.maximum.at(best, b, scores)
    found = np.flatnonzero((scores >= best[a]) & (scores >= best[b]))
    found = found[np.lexsort((b[found], a[found], -scores[found]))]
    taken, kept = bytearray(number), []
    for pair, one, other in zip(found.tolist(), a[found].tolist(), b[found].tolist(), strict=True):
        if not taken[one] and not taken[other]:  # equal scores: the first in number goes first
            taken[one] = taken[other] = 1
            kept.append(pair)
    return a[kept], b[kept]
