"""A machine of least squares for each class, by conjugate gradients.

Regularised least squares (Rifkin, Yeo and Poggio 2003). Examples of a rare class weigh more, so that all classes are
alike heavy. Solved over examples (Kimeldorf and Wahba 1971) without their matrix of likeness: a product with it is two
products with the sparse features, so that it takes no more memory than these.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_STEPS = 200  # real messages settle in 60
_NEAR = 1e-3  # what is left of the right side


def fitted(
    features: csr_matrix, labels: NDArray[np.int64], weights: NDArray[np.float64], shrinkage: float
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Give the classes among the labels, their weights [classes, features] and intercepts, all classes alike heavy."""
    found, columns = np.unique(labels, return_inverse=True)
    heavy = weights / np.bincount(columns, weights=weights)[columns] * weights.sum() / len(found)
    target = (columns[:, None] == np.arange(len(found))).astype(np.float64)
    turned = features.T.tocsr()
    both = _solved(features, turned, np.column_stack([target, np.ones(len(labels))]), heavy, shrinkage)
    # intercepts are not shrunk: what examples say for a class sums to nothing
    said, even = both[:, :-1], both[:, -1]
    intercepts = said.sum(axis=0) / even.sum()
    said = said - even[:, None] * intercepts
    return found, np.ascontiguousarray((turned @ said).T), intercepts


def _solved(features, turned, wanted: NDArray, heavy: NDArray, shrinkage: float) -> NDArray[np.float64]:
    """Solve (features @ turned + shrinkage / heavy) x = wanted, its columns side by side."""
    root = np.sqrt(heavy)[:, None]

    def product(rows: NDArray) -> NDArray:
        return root * np.asarray(features @ (turned @ (root * rows))) + shrinkage * rows

    x, left = np.zeros_like(wanted), root * wanted
    direction, rest = left.copy(), (left * left).sum(axis=0)
    enough = rest * _NEAR**2
    for _step in range(_STEPS):
        if (rest <= enough).all():
            break
        moved = product(direction)
        along = rest / np.maximum((direction * moved).sum(axis=0), 1e-300)
        x += along * direction
        left -= along * moved
        new = (left * left).sum(axis=0)
        direction = left + new / np.maximum(rest, 1e-300) * direction
        rest = new
    return root * x
