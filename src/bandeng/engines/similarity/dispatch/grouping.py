"""Near-duplicates: messages that must stay on one side when something is held out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .corpus import weigh

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

LIKE = 0.5  # cosine from which two messages count as the same
_BLOCK = 250  # rows compared with all at once: 100,000 with the same words need 300 MB for it


def groups(words: csr_matrix) -> NDArray[np.int64]:
    """Give each row of word counts the number of its group: rows like one another, and those like these.

    Pairs are joined block by block and not kept: of n messages with the same words there are n² of them.
    """
    holding = np.bincount(words.indices, minlength=words.shape[1])
    damped = words.copy()
    damped.data = 1 + np.log(damped.data)
    rows = weigh(damped, np.log((1 + words.shape[0]) / (1 + holding)) + 1, np.flatnonzero(holding))
    found, turned = np.arange(rows.shape[0]), rows.T.tocsr()
    for begin in range(0, rows.shape[0], _BLOCK):
        near = (rows[begin : begin + _BLOCK] @ turned).tocoo()
        is_like = near.data >= LIKE
        found = _joined(found, near.row[is_like] + begin, near.col[is_like])
    return found


def _joined(found: NDArray[np.int64], one: NDArray, other: NDArray) -> NDArray[np.int64]:
    """Join the groups of each pair of rows."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import connected_components

    size = int(found.max(initial=-1)) + 1
    pairs = csr_matrix((np.ones(len(one), np.float32), (found[one], found[other])), shape=(size, size))
    return connected_components(pairs, directed=False)[1].astype(np.int64)[found]


def folds(
    groups: NDArray[np.int64], labels: Sequence[int] | NDArray, number: int, seed: int
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Split into `number` parts, a group in one part, classes spread evenly: rows to learn from, rows held out."""
    from sklearn.model_selection import StratifiedGroupKFold

    empty, strata = np.zeros((len(groups), 1)), np.array(labels, np.int64)
    times = np.bincount(strata)
    # classes with too few rows to stand in each part are spread as one, or with the most frequent one
    rare = times[strata] < number
    strata[rare] = len(times) if rare.sum() >= number else times.argmax()
    yield from StratifiedGroupKFold(number, shuffle=True, random_state=seed).split(empty, strata, groups)
