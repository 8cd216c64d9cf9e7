"""What an evaluation needs beside the engine: groups of near-duplicates, folds over them, and the usual peer."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from . import corpus, grouping
from .grouping import folds
from .reading import Reader

__all__ = ["folds", "groups", "peer"]


def groups(reader: Reader, texts: Sequence[str]) -> NDArray[np.int64]:
    """Give each text the number of its group of near-duplicates."""
    return grouping.groups(corpus.read(reader, texts)[0].words)


def peer(texts: Sequence[str], labels: NDArray[np.int64]) -> Callable[[Sequence[str]], NDArray[np.int64]]:
    """Train what most build first: TF-IDF of words and of one to three characters, LinearSVC."""
    from scipy.sparse import hstack
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.svm import LinearSVC

    reader = Reader()
    words = TfidfVectorizer(analyzer=reader.words)
    runs = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), preprocessor=reader.plain)
    machine = LinearSVC(random_state=0).fit(hstack([words.fit_transform(texts), runs.fit_transform(texts)]), labels)
    return lambda others: machine.predict(hstack([words.transform(others), runs.transform(others)]))
