"""What is learned from, and what is learned: texts as rows, one linear table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


@dataclass(frozen=True)
class Texts:
    """Rows to learn from: features, and what word vectors and descriptions (spread 1) make of their words."""

    features: csr_matrix
    meaning: NDArray[np.float32]
    told: NDArray[np.float32]

    def rows(self, chosen: NDArray[np.int64]) -> Texts:
        return Texts(self.features[chosen], self.meaning[chosen], self.told[chosen])


@dataclass(frozen=True)
class Material:
    """All that is learned from. Rows of `texts` are the examples, then the unlabelled; of `heads` the examples.

    `stream` are the rows of each different text, in an order that does not tell which were examples: so the first day
    reads them. It `is_told` where every class is described and there are enough texts to know what residents mean.

    `vectors` [words, dimensions] and `belonging` [words, classes] are what made `meaning` and `told` of the features
    in `words`: linear, so that what is learned about them folds back into the features.
    """

    texts: Texts
    heads: Texts
    labels: NDArray[np.int64]
    weights: NDArray[np.float64]
    classes: int
    words: NDArray[np.int64]
    vectors: NDArray[np.float32]
    belonging: NDArray[np.float32]
    stream: NDArray[np.int64]
    is_told: bool


@dataclass(frozen=True)
class Linear:
    """Scores are features @ weights + bias."""

    weights: NDArray[np.float64]
    bias: NDArray[np.float64]

    def scores(self, features: csr_matrix) -> NDArray[np.float64]:
        return np.asarray(features @ self.weights) + self.bias
