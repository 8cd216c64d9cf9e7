"""What an evaluation needs beside the engine: groups of near-duplicates, folds over them, and the usual peers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from . import corpus, grouping
from .grouping import folds
from .reading import Reader

if TYPE_CHECKING:
    from sklearn.feature_extraction.text import TfidfVectorizer

__all__ = ["folds", "groups", "peer", "raw_peer"]


def groups(reader: Reader, texts: Sequence[str]) -> NDArray[np.int64]:
    """Give each text the number of its group of near-duplicates."""
    return grouping.groups(corpus.read(reader, texts)[0].words)


def peer(texts: Sequence[str], labels: NDArray[np.int64]) -> Callable[[Sequence[str]], NDArray[np.int64]]:
    """Train the usual machine on this engine's own spelling and words, so that only what is done with them differs."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    reader = Reader()
    words = TfidfVectorizer(analyzer=reader.words)
    runs = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), preprocessor=reader.plain)
    return _machine(words, runs, texts, labels)


def raw_peer(texts: Sequence[str], labels: NDArray[np.int64]) -> Callable[[Sequence[str]], NDArray[np.int64]]:
    """Train what most build first: TF-IDF of rjieba's words and of one to three characters of the text as it stands."""
    import rjieba
    from sklearn.feature_extraction.text import TfidfVectorizer

    words = TfidfVectorizer(tokenizer=rjieba.cut, token_pattern=None)
    return _machine(words, TfidfVectorizer(analyzer="char", ngram_range=(1, 3)), texts, labels)


def _machine(
    words: TfidfVectorizer, runs: TfidfVectorizer, texts: Sequence[str], labels: NDArray[np.int64]
) -> Callable[[Sequence[str]], NDArray[np.int64]]:
    from scipy.sparse import hstack
    from sklearn.svm import LinearSVC

    machine = LinearSVC(random_state=0).fit(hstack([words.fit_transform(texts), runs.fit_transform(texts)]), labels)
    return lambda others: machine.predict(hstack([words.transform(others), runs.transform(others)]))
