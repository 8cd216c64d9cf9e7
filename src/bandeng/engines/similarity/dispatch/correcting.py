"""Few examples correct what the first day says, and never replace it.

A logistic regression whose scores begin with the first day's: where these are right nothing is learned, and a penalty
holds the rest to them. Up to fifty examples change nothing but how certain it is, so that twenty do no harm. Solved
over examples instead of features (the representer theorem, Kimeldorf and Wahba 1971): there are few of the one and a
hundred thousand of the other.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .material import Linear, Material, Texts
from .measures import softmax
from .settings import Settings

_TEMPERATURE = 0.8  # at which the first day's scores are taken for certain; by grouped cross-validation
_MEANING = 2.0  # word vectors beside features: what is learned of one word holds for its like
_STEPS = 60


def weight(material: Material, settings: Settings) -> float:
    """Give how much examples change the first day: up to `evidence` of them nothing, with many all they say.

    Whether a change of a point is for the better cannot be seen on so few: what twenty labels say of each other when
    held out says nothing of what comes after.
    """
    if not material.is_told:
        return 1.0
    return max(0.0, 1 - settings.evidence / max(1, len(material.labels)))


def corrected(first: Linear, material: Material, rows: NDArray[np.int64], settings: Settings) -> Linear:
    """Learn from the examples of `rows` what the first day has wrong."""
    counting = weight(material, settings)
    if not counting or not len(rows):
        return first
    texts = material.texts.rows(rows)
    factor = _MEANING * settings.meaning**2
    before = first.scores(texts.features) / _TEMPERATURE
    likeness = _likeness(texts, factor)
    said, shift = _solved(likeness, before, material.labels[rows], material.weights[rows], settings)
    said, shift = said * _TEMPERATURE * counting, shift * _TEMPERATURE * counting
    learned = first.weights + texts.features.T @ said
    learned[material.words] += factor * material.vectors @ (texts.meaning.T @ said)
    return Linear(learned, first.bias + shift)


def _likeness(texts: Texts, factor: float) -> NDArray[np.float64]:
    """Give products of the examples' features. Descriptions' scores are not among them: few say nothing of these."""
    return (texts.features @ texts.features.T).toarray() + factor * texts.meaning @ texts.meaning.T


def _solved(
    likeness: NDArray, before: NDArray, labels: NDArray[np.int64], weights: NDArray, settings: Settings
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give how much each example says for each class, and a shift for each class."""
    from scipy.optimize import minimize

    number, classes = before.shape
    hit = np.zeros_like(before)
    hit[np.arange(number), labels] = 1

    def loss(at: NDArray) -> tuple[float, NDArray]:
        said, shift = at[:-classes].reshape(number, classes), at[-classes:]
        changes = likeness @ said
        chances = softmax(before + changes + shift)
        wrong = (chances - hit) * weights[:, None]
        value = -(weights * np.log(np.maximum(chances[np.arange(number), labels], 1e-12))).sum()
        value += settings.correction / 2 * (said * changes).sum() + settings.correction_shift / 2 * (shift @ shift)
        slope = likeness @ (wrong + settings.correction * said)
        return value, np.concatenate([slope.ravel(), wrong.sum(axis=0) + settings.correction_shift * shift])

    start = np.zeros(before.size + classes)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": _STEPS}).x
    return found[:-classes].reshape(number, classes), found[-classes:]
