"""Which pairs of messages are looked at: those that share rare terms at about the same time.

A term's messages, in order of time, are cut into runs of at most RUN, twice, the second time shifted by half a run:
what stands within half a run of one another meets. However common a term and however long the stream, a message
therefore meets at most 2 · RUN others by each of its TELLING rarest terms, and the work grows with their number.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

RUN = 64
TELLING = 32
NEAREST = 16  # candidates of one message that are kept
BLOCK = 4096
LEAST = 0.05  # likeness of a pair that is looked at; what the threshold asks of large groups is .067


def pairs(numbers: np.ndarray, weights: np.ndarray, vectors, processes: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Give pairs (a < b) that are alike at all; rows are messages in order of time, `vectors` the same as a matrix."""
    total = len(numbers)
    if not total:
        return np.array([], np.int64), np.array([], np.int64)
    rows, columns = np.nonzero(_telling(weights))
    shared = _runs(rows, numbers[rows, columns], weights[rows, columns], total)
    other = shared.T.tocsr()

    def near(start: int) -> np.ndarray:
        likely = shared[start : start + BLOCK] @ other
        likely.data[likely.data < LEAST / 2] = 0  # the telling terms alone bring half of what is needed
        likely.eliminate_zeros()
        return _nearest(likely, start)

    with ThreadPoolExecutor(processes) as pool:  # products of matrices leave Python's lock
        found = list(pool.map(near, range(0, total, BLOCK)))
    one, two = np.concatenate(found, axis=1)
    keys = np.unique(np.minimum(one, two) * total + np.maximum(one, two))
    a, b = keys // total, keys % total
    kept = dots(vectors.__getitem__, a, b) >= LEAST
    return a[kept], b[kept]


def matrix(numbers: np.ndarray, weights: np.ndarray):
    """Give the vectors as a sparse matrix, terms numbered anew."""
    from scipy import sparse

    used = weights > 0
    known, columns = np.unique(numbers[used], return_inverse=True)
    starts = np.concatenate([[0], np.cumsum(used.sum(1))])
    made = sparse.csr_matrix((weights[used], columns, starts), shape=(len(numbers), max(len(known), 1)))
    made.sum_duplicates()
    return made


def dots(rows: Callable, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Give the product of pairs of rows of a sparse matrix; `rows` gives those of some numbers."""
    found = np.zeros(len(a), np.float32)
    for start in range(0, len(a), 100_000):
        part = slice(start, start + 100_000)
        found[part] = np.asarray(rows(a[part]).multiply(rows(b[part])).sum(1)).ravel()
    return found


def _telling(weights: np.ndarray) -> np.ndarray:
    """Mark each message's heaviest terms."""
    if weights.shape[1] <= TELLING:
        return weights > 0
    least = -np.partition(-weights, TELLING - 1, axis=1)[:, TELLING - 1 : TELLING]
    return (weights > 0) & (weights >= least)


def _runs(rows: np.ndarray, terms: np.ndarray, weights: np.ndarray, total: int):
    """Give the sparse matrix messages × runs of terms."""
    from scipy import sparse

    order = np.lexsort((rows, terms))
    rows, terms, weights = rows[order], terms[order], weights[order]
    begins = np.flatnonzero(np.concatenate([[True], terms[1:] != terms[:-1]])) if len(terms) else np.array([], int)
    rank = np.arange(len(terms)) - np.repeat(begins, np.diff(np.append(begins, len(terms))))
    parts = []
    for kind, shift in enumerate((0, RUN // 2)):
        key = terms.astype(np.int64) << 28 | (rank + shift) // RUN << 1 | kind
        parts.append(key)
    known, columns = np.unique(np.concatenate(parts), return_inverse=True)
    data = np.concatenate([weights, weights]) / np.float32(np.sqrt(2))
    return sparse.csr_matrix((data, (np.concatenate([rows, rows]), columns)), shape=(total, max(len(known), 1)))


def _nearest(likely, start: int) -> np.ndarray:
    """Give (row, column) of each row's NEAREST largest entries, itself left out; equal ones by column."""
    row = np.repeat(np.arange(start, start + likely.shape[0]), np.diff(likely.indptr))
    others = np.flatnonzero(row != likely.indices)
    row, column, alike = row[others], likely.indices[others].astype(np.int64), likely.data[others]
    order = np.lexsort((column, -alike, row))
    begins = np.searchsorted(row[order], np.arange(start, start + likely.shape[0]))
    first = order[np.arange(len(order)) - begins[row[order] - start] < NEAREST]
    return np.stack([row[first], column[first]])
