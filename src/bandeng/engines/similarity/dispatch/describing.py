"""What the classes' own words say: for every word that residents use, which description it is near to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .corpus import Corpus, weigh
from .data import ClassDescription
from .reading import Reader

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_LEAST_TEXTS = 3  # that hold a word before its vector says anything
_MOST_TEXTS = 20_000  # that word vectors are learned from
_MOST_WORDS = 40_000


def described(descriptions: Sequence[ClassDescription], reader: Reader) -> csr_matrix:
    """Count the words of each description [descriptions, 2^bits]; a parent's count by half, each phrase once."""
    from scipy.sparse import csr_matrix

    by_id = {each.id: each for each in descriptions}
    rows, columns, values = [], [], []
    for row, each in enumerate(descriptions):
        parent = by_id[each.parent] if each.parent is not None else None
        for phrases, weight in ((each.words, 1.0), (parent.words if parent else (), 0.5)):
            for phrase in dict.fromkeys(phrases):
                numbers = reader.word_numbers(reader.words(phrase))
                rows += [row] * len(numbers)
                columns += numbers.tolist()
                values += [weight] * len(numbers)
    return csr_matrix((values, (rows, columns)), shape=(len(descriptions), 1 << reader.bits))


def word_vectors(corpus: Corpus, dimensions: int, seed: int) -> tuple[NDArray[np.int64], NDArray, NDArray]:
    """Give the numbers of words, their right singular vectors [words, dimensions] and the singular values."""
    from sklearn.utils.extmath import randomized_svd

    words = corpus.words
    if words.shape[0] > _MOST_TEXTS:
        chosen = np.random.default_rng(seed).permutation(words.shape[0])[:_MOST_TEXTS]
        words = words[np.sort(chosen)]
    holding = np.bincount(words.indices, minlength=words.shape[1])
    common = np.flatnonzero(holding >= _LEAST_TEXTS)
    common = np.sort(common[np.argsort(-holding[common], kind="stable")[:_MOST_WORDS]])
    dimensions = min(dimensions, words.shape[0] - 1, len(common) - 1)
    if dimensions < 1:
        return np.zeros(0, np.int64), np.zeros((0, 0)), np.zeros(0)

    damped = words.copy()
    damped.data = 1 + np.log(damped.data)
    rarity = np.log((1 + words.shape[0]) / (1 + holding)) + 1
    _, sizes, vectors = randomized_svd(weigh(damped, rarity, common), dimensions, n_iter=4, random_state=seed)
    return common, vectors.T, sizes


def belonging(
    told: csr_matrix, numbers: NDArray, vectors: NDArray, sizes: NDArray, sharpness: float
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Give the numbers of words and how much each belongs to each description [words, descriptions].

    A word near to descriptions by its vector belongs by a softmax over them; a describing word without a vector
    belongs to the descriptions that have it.
    """
    descriptions = told.shape[0]
    if not told.nnz:
        return numbers, np.zeros((len(numbers), descriptions))
    times_told = np.asarray((told > 0).sum(axis=0)).ravel()
    used = np.flatnonzero(times_told)
    weights = told[:, used].sqrt().toarray() * (np.log(descriptions / times_told[used]) + 0.1)
    has_place, result = np.zeros(len(used), bool), np.zeros((len(numbers), descriptions))
    if len(numbers):
        places = _unit(vectors * np.sqrt(sizes))
        at = np.minimum(np.searchsorted(numbers, used), len(numbers) - 1)
        has_place = numbers[at] == used
        centres = _unit(weights[:, has_place] @ places[at[has_place]])
        likeness = sharpness * places @ centres.T
        result = np.exp(likeness - likeness.max(axis=1, keepdims=True))
        result /= result.sum(axis=1, keepdims=True)
    bare = weights[:, ~has_place].T
    bare = bare / np.maximum(bare.sum(axis=1, keepdims=True), 1e-9)
    return np.concatenate([numbers, used[~has_place]]), np.concatenate([result, bare])


def _unit(rows: NDArray) -> NDArray:
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
