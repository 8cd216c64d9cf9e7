"""Many texts as sparse matrices. SciPy is imported where it is used: a web process imports this package too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .reading import Counts, Reader

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


@dataclass(frozen=True)
class Corpus:
    """How often each feature [2^bits] stands in each text."""

    words: csr_matrix
    runs: tuple[csr_matrix, ...]

    @property
    def kinds(self) -> tuple[csr_matrix, ...]:
        return self.words, *self.runs

    def rows(self, chosen) -> Corpus:
        return Corpus(self.words[chosen], tuple(each[chosen] for each in self.runs))

    def holding(self) -> NDArray[np.int64]:
        """Give for each feature how many texts hold it."""
        return np.sum([np.bincount(each.indices, minlength=each.shape[1]) for each in self.kinds], axis=0)


def read(reader: Reader, texts: Sequence[str], *, has_heads: bool = True) -> tuple[Corpus, Corpus]:
    """Read texts: whole, and their heads alone (empty rows without `has_heads`)."""
    rows = [_small(reader.counted(text, has_head=has_heads)) for text in texts]
    kinds = 1 + len(reader.runs)
    read = [_matrix([row[kind] for row in rows], 1 << reader.bits) for kind in range(2 * kinds)]
    return Corpus(read[0], tuple(read[1:kinds])), Corpus(read[kinds], tuple(read[kinds + 1 :]))


def _small(counts: Sequence[Counts]) -> list[Counts]:
    return [Counts(each.numbers.astype(np.int32), each.times.astype(np.float32)) for each in counts]


def _matrix(rows: list[Counts], width: int) -> csr_matrix:
    from scipy.sparse import csr_matrix

    ends = np.cumsum([0, *(len(row.numbers) for row in rows)])
    numbers = np.concatenate([row.numbers for row in rows] or [np.zeros(0, np.int32)])
    times = np.concatenate([row.times for row in rows] or [np.zeros(0, np.float32)])
    return csr_matrix((times, numbers, ends), shape=(len(rows), width))


def rarities(corpus: Corpus, always: NDArray[np.int64], least: int) -> NDArray[np.float16]:
    """Give each feature's inverse document frequency; 0 for one in fewer than `least` texts, unless `always` kept."""
    holding = corpus.holding()
    kept = holding >= least
    kept[always] = True
    total = corpus.words.shape[0]
    # in half precision from here on, as the model keeps them: training sees what a web process will
    return np.where(kept, np.log((1 + total) / (1 + holding)) + 1, 0).astype(np.float16)


def weigh(matrix: csr_matrix, rarity: NDArray, kept: NDArray[np.int64]) -> csr_matrix:
    """Give rows of length one over the kept features, rare ones weighing more."""
    from scipy.sparse import diags_array

    chosen = matrix[:, kept].astype(np.float64)
    chosen.data *= rarity[kept][chosen.indices]
    lengths = np.sqrt(np.asarray(chosen.multiply(chosen).sum(axis=1)).ravel())
    return (diags_array(1 / np.where(lengths > 0, lengths, 1)) @ chosen).tocsr()
