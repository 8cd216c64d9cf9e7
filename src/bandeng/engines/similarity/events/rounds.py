"""Rounds of mutual best merges: whoever is each other's best becomes one group, all such pairs at once.

After Sumengen et al., "Scaling hierarchical agglomerative clustering to billion-sized datasets" (2021): a few dozen
rounds instead of a million single steps. Nothing depends on the order in which messages are given.
"""

from dataclasses import dataclass

import numpy as np

from .candidates import dots
from .scoring import least_mean, score


@dataclass
class Groups:
    """Groups while they grow: sums of vectors, sizes, first and last day."""

    sums: object  # sparse matrix
    sizes: np.ndarray
    first: np.ndarray
    last: np.ndarray

    @classmethod
    def of(cls, vectors, days: np.ndarray) -> "Groups":
        """Make a group of each message."""
        return cls(vectors, np.ones(len(days), np.int64), days.copy(), days.copy())

    def merged(self, labels: np.ndarray, number: int) -> "Groups":
        """Put groups of one label together."""
        from scipy import sparse

        if number == len(labels):
            return self
        ones = np.ones(len(labels), np.float32)
        sums = sparse.csr_matrix((ones, (labels, np.arange(len(labels)))), shape=(number, len(labels))) @ self.sums
        sums.sort_indices()
        first, last = np.full(number, np.inf), np.full(number, -np.inf)
        np.minimum.at(first, labels, self.first)
        np.maximum.at(last, labels, self.last)
        return Groups(sums, np.bincount(labels, self.sizes, number).astype(np.int64), first, last)

    def scores(self, a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Give mean likeness and score of pairs of groups."""
        one, other = self.sizes[a], self.sizes[b]
        mean = dots(self.sums, a, b).astype(np.float64) / (one * other)
        gap = np.maximum(np.maximum(self.first[a] - self.last[b], self.first[b] - self.last[a]), 0)
        return mean, score(mean, one, other, gap)


def grow(groups: Groups, a: np.ndarray, b: np.ndarray, apart: np.ndarray, threshold: float) -> np.ndarray:
    """Merge groups along candidate pairs until no pair reaches the threshold; give each first group's label.

    `apart` has rows (a, b) of groups that never come together.
    """
    labels = np.arange(len(groups.sizes))
    at = labels  # where each first group's group stands among those still in play
    least = least_mean(threshold)
    mean, scores = groups.scores(a, b)
    while True:
        kept = (mean >= least) & ~_forbidden(a, b, apart, len(groups.sizes))
        a, b, mean, scores = a[kept], b[kept], mean[kept], scores[kept]
        one, other = _mutual(a, b, scores, threshold, len(groups.sizes))
        if not len(one):
            return np.unique(at, return_inverse=True)[1]
        joined = np.arange(len(groups.sizes))
        joined[other] = one
        known, renamed = np.unique(joined, return_inverse=True)
        changed = np.zeros(len(known), bool)
        changed[renamed[one]] = True
        groups, at = groups.merged(renamed, len(known)), renamed[at]
        apart = renamed[apart]
        a, b, mean, scores = _renamed(groups, renamed[a], renamed[b], mean, scores, changed)


def _forbidden(a: np.ndarray, b: np.ndarray, apart: np.ndarray, number: int) -> np.ndarray:
    if not len(apart):
        return np.zeros(len(a), bool)
    low, high = apart.min(1).astype(np.int64), apart.max(1)
    return np.isin(a.astype(np.int64) * number + b, low * number + high)


def _mutual(a, b, scores, threshold: float, number: int) -> tuple[np.ndarray, np.ndarray]:
    """Give the pairs that are each other's best and reach the threshold; none stands in two of them."""
    best = np.full(number, -1.0)
    np.maximum.at(best, a, scores)
    np.maximum.at(best, b, scores)
    found = np.flatnonzero((scores >= threshold) & (scores >= best[a]) & (scores >= best[b]))
    found = found[np.lexsort((b[found], a[found], -scores[found]))]
    taken, kept = bytearray(number), []
    for pair, one, other in zip(found.tolist(), a[found].tolist(), b[found].tolist(), strict=True):
        if not taken[one] and not taken[other]:  # equal scores: the first in time goes first
            taken[one] = taken[other] = 1
            kept.append(pair)
    return a[kept], b[kept]


def _renamed(groups: Groups, a, b, mean, scores, changed) -> tuple:
    """Give each pair once under the new names, scored anew where a group has changed."""
    a, b = np.minimum(a, b), np.maximum(a, b)
    stale = changed[a] | changed[b]
    number = len(groups.sizes)
    keys = np.unique(a[stale].astype(np.int64) * number + b[stale])
    one, other = keys // number, keys % number
    one, other = one[one != other], other[one != other]
    fresh = groups.scores(one, other)
    old = ~stale
    return (
        np.concatenate([a[old], one]),
        np.concatenate([b[old], other]),
        np.concatenate([mean[old], fresh[0]]),
        np.concatenate([scores[old], fresh[1]]),
    )
