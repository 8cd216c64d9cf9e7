"""From scores to probabilities that hold: a temperature, a shift for each class, and where "sure" begins."""

import numpy as np
from numpy.typing import NDArray

from .measures import softmax

BEND = 0.5  # found by grouped cross-validation, alike for 0, 20, 100, 500 labels
NEVER = 2.0  # no probability reaches it
_LEAST_SPREAD = 1e-6
_RIGHT = 0.97  # what suggestions that count as sure must be right, as often
_LEAST = 50  # held-out examples before anything is called sure
_FIRST_TEMPERATURE = 0.75  # of bent scores, where nothing is known yet; held-out folds of one county
_BELIEF = 20.0  # examples' worth of the first temperature
_SHIFT_PENALTY = 20.0  # shifts change ranks: a few examples must not


def bent(scores: NDArray, bend: float) -> NDArray:
    """Give rows around 0 whose spread is the power `bend` of what it was.

    Long or plain messages have scores far apart and are right less often than these say: at a half it holds.
    """
    rows = scores - scores.mean(axis=1, keepdims=True)
    spread = np.sqrt((rows * rows).mean(axis=1, keepdims=True))
    return rows * np.maximum(spread, _LEAST_SPREAD) ** (bend - 1)


def calibrate(
    scores: NDArray, labels: NDArray, weights: NDArray, *, has_shifts: bool
) -> tuple[float, NDArray[np.float32]]:
    """Fit temperature and shifts by likelihood on bent scores of held-out examples, drawn to the first guess by few."""
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
        slope[1:] = wrong.sum(axis=0) + 2 * _SHIFT_PENALTY * at[1:] if has_shifts else 0
        return value, slope

    found = minimize(loss, start, jac=True, method="L-BFGS-B").x
    return float(np.exp(found[0])), found[1:].astype(np.float32)


def sure_from(chances: NDArray, labels: NDArray) -> float:
    """Give the least probability from which held-out examples were right often enough; NEVER where none is."""
    if len(labels) < _LEAST:
        return NEVER
    first = chances.max(axis=1)
    order = np.argsort(-first, kind="stable")
    number = np.arange(1, len(order) + 1)
    # as if one more had been wrong: the place is sought where luck helps, and with a hundred examples it helps much
    right = np.cumsum(chances.argmax(axis=1)[order] == labels[order]) / (number + 1)
    enough = np.flatnonzero((right >= _RIGHT) & (number >= _LEAST))
    return float(first[order[enough[-1]]]) if len(enough) else NEVER
