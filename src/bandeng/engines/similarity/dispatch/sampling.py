"""Of very many examples, those that are learned from: all of a rare class, as many of each frequent one."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

MOST = 40_000  # examples that are learned from


def sample(labels: Sequence[str], seed: int, most: int = MOST) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Give at most about `most` rows in their order, and for how many of its class each one stands."""
    if len(labels) <= most:
        return np.arange(len(labels)), np.ones(len(labels))
    _, classes = np.unique(np.array(labels, dtype=object).astype(str), return_inverse=True)
    times = np.bincount(classes)
    cap = _cap(times, most)
    shuffled = np.random.default_rng(seed).permutation(len(labels))
    grouped = shuffled[np.argsort(classes[shuffled], kind="stable")]
    place = np.arange(len(labels)) - np.repeat(np.cumsum(times) - times, times)  # within the class
    rows = np.sort(grouped[place < cap])
    return rows, (times / np.minimum(times, cap))[classes[rows]]


def _cap(times: NDArray[np.int64], most: int) -> int:
    """Give how many examples a class may have so that all together are at most `most`; 1 at least."""
    left = most
    for done, number in enumerate(np.sort(times)):
        share = left // (len(times) - done)
        if number > share:
            return max(1, int(share))
        left -= number
    return int(times.max())
