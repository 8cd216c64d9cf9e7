"""How good suggestions are: macro-F1, first and first two right, calibration, and what lies in between by chance."""

import numpy as np
from numpy.typing import NDArray


def softmax(logits: NDArray) -> NDArray:
    """Give rows that sum to 1."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def macro_f1(found: NDArray, labels: NDArray, classes: int) -> float:
    """Average F1 over the classes that stand among the labels."""
    hits = np.bincount(labels[found == labels], minlength=classes)
    both = np.bincount(labels, minlength=classes) + np.bincount(found, minlength=classes)
    present = np.bincount(labels, minlength=classes) > 0
    return float((2 * hits / np.maximum(1, both))[present].mean())


def top(chances: NDArray, labels: NDArray, number: int) -> float:
    """Give the share of messages whose label is among the first `number`."""
    first = np.argsort(-chances, axis=1, kind="stable")[:, :number]
    return float((first == labels[:, None]).any(axis=1).mean())


def calibration_error(chances: NDArray, labels: NDArray, bins: int = 10) -> float:
    """Give the mean distance of certainty and truth of the first suggestion, in bins of equal mass."""
    return float(sum(len(b[0]) * abs(b[0].mean() - b[1].mean()) for b in _bins(chances, labels, bins)) / len(labels))


def reliability(chances: NDArray, labels: NDArray, bins: int = 10) -> list[tuple[float, float, int]]:
    """Give of each bin the mean certainty, the share that was right, and how many."""
    return [(float(b[0].mean()), float(b[1].mean()), len(b[0])) for b in _bins(chances, labels, bins)]


def _bins(chances: NDArray, labels: NDArray, bins: int) -> list[tuple[NDArray, NDArray]]:
    sure, right = chances.max(axis=1), chances.argmax(axis=1) == labels
    order = np.argsort(sure, kind="stable")
    return [(sure[part], right[part]) for part in np.array_split(order, bins) if len(part)]


def accuracy_on_surest(chances: NDArray, labels: NDArray, share: float) -> float:
    """Give how often the first was right among the given share that is the most certain."""
    order = np.argsort(-chances.max(axis=1), kind="stable")[: max(1, round(share * len(labels)))]
    return float((chances[order].argmax(axis=1) == labels[order]).mean())


def bootstrap(
    labels: NDArray, found: NDArray, other: NDArray, groups: NDArray, classes: int, seed: int, draws: int = 1000
) -> tuple[float, float]:
    """Give the 95 % interval of macro-F1 of `found` less that of `other`, drawing whole groups with replacement."""
    source = np.random.default_rng(seed)
    _, group = np.unique(groups, return_inverse=True)
    differences = []
    for _ in range(draws):
        times = np.bincount(source.integers(0, group.max() + 1, group.max() + 1), minlength=group.max() + 1)[group]
        differences.append(_weighted_f1(labels, found, times, classes) - _weighted_f1(labels, other, times, classes))
    return float(np.quantile(differences, 0.025)), float(np.quantile(differences, 0.975))


def _weighted_f1(labels: NDArray, found: NDArray, times: NDArray, classes: int) -> float:
    hits = np.bincount(labels, weights=times * (found == labels), minlength=classes)
    truth = np.bincount(labels, weights=times, minlength=classes)
    both = truth + np.bincount(found, weights=times, minlength=classes)
    return float((2 * hits / np.maximum(1, both))[truth > 0].mean())
