"""From scores to probabilities that hold: a temperature, a shift for each class, and where "sure" begins."""

import numpy as np
from numpy.typing import NDArray

from .measures import softmax

NEVER = 2.0  # no probability reaches it
_RIGHT = 0.97  # what suggestions that count as sure must be right, as often
_LEAST = 50  # held-out examples before anything is called sure
_FIRST_TEMPERATURE = 1.0  # of scores with spread 1, where nothing is known yet; held-out folds of one county
_BELIEF = 20.0  # examples' worth of the first temperature
_SHIFT_PENALTY = 20.0  # shifts change ranks: a few examples must not


def calibrate(scores: NDArray, labels: NDArray, weights: NDArray) -> tuple[float, NDArray[np.float32]]:
    """Fit temperature and shifts by likelihood on held-out scores, drawn to the first guess while examples are few."""
    from scipy.optimize import minimize

    classes = scores.shape[1]
    start = np.zeros(1 + classes)
    start[0] = np.log(_FIRST_TEMPERATURE)
    if not len(labels):
        return _FIRST_TEMPERATURE, start[1:].astype(np.float32)
    hit = np.zeros_like(scores)
    hit[np.arange(len(labels)), labels] = 1

    def loss(at: NDArray) -> tuple[float, NDArray]:
        chances = softmax(scores / np.exp(at[0]) + at[1:])
        wrong = (chances - hit) * weights[:, None]
        value = -(weights * np.log(np.maximum(chances[np.arange(len(labels)), labels], 1e-12))).sum()
        value += _BELIEF * (at[0] - start[0]) ** 2 + _SHIFT_PENALTY * (at[1:] ** 2).sum()
        slope = np.empty_like(at)
        slope[0] = -(wrong * scores).sum() / np.exp(at[0]) + 2 * _BELIEF * (at[0] - start[0])
        slope[1:] = wrong.sum(axis=0) + 2 * _SHIFT_PENALTY * at[1:]
        return value, slope

    found = minimize(loss, start, jac=True, method="L-BFGS-B").x
    return float(np.exp(found[0])), found[1:].astype(np.float32)


def sure_from(chances: NDArray, labels: NDArray) -> float:
    """Give the least probability from which held-out examples were right often enough; NEVER where none is."""
    if len(labels) < _LEAST:
        return NEVER
    first = chances.max(axis=1)
    order = np.argsort(-first, kind="stable")
    right = np.cumsum(chances.argmax(axis=1)[order] == labels[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero((right >= _RIGHT) & (np.arange(1, len(order) + 1) >= _LEAST))
    return float(first[order[enough[-1]]]) if len(enough) else NEVER
