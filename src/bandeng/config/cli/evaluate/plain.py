"""What plain methods find, to hold an engine against: BM25 and TF-IDF cosine over every document, nothing pruned."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

Terms = list[str]


class Plain:
    """Term counts of all documents, inverted."""

    def __init__(self, documents: Sequence[Terms]):
        found: dict[str, tuple[list[int], list[int]]] = {}
        for number, terms in enumerate(documents):
            for term, count in Counter(terms).items():
                where, counts = found.setdefault(term, ([], []))
                where.append(number)
                counts.append(count)
        self._total = len(documents)
        self._lengths = np.array([len(terms) for terms in documents], float)
        self._postings = {term: (np.array(where), np.array(counts, float)) for term, (where, counts) in found.items()}
        self._norms = self._cosine_norms()

    def bm25(self, query: Terms) -> np.ndarray:
        """Score by BM25 with k1 1.2 and b 0.75 (Robertson and Walker 1994), each word as often as it is asked."""
        scores = np.zeros(self._total)
        saturation = 1.2 * (0.25 + 0.75 * self._lengths / (self._lengths.mean() or 1.0))
        for term, times in Counter(query).items():
            if term in self._postings:
                where, counts = self._postings[term]
                idf = np.log(1 + (self._total - len(where) + 0.5) / (len(where) + 0.5))
                scores[where] += times * idf * counts * 2.2 / (counts + saturation[where])
        return scores

    def tfidf(self, query: Terms) -> np.ndarray:
        """Score by the cosine of counts times smooth idf, as scikit-learn has it, but for the query's norm."""
        scores = np.zeros(self._total)
        for term, times in Counter(query).items():
            if term in self._postings:
                where, counts = self._postings[term]
                scores[where] += times * counts * self._idf(len(where)) ** 2
        return scores / self._norms

    def _idf(self, frequency: int) -> float:
        return float(np.log((1 + self._total) / (1 + frequency)) + 1)

    def _cosine_norms(self) -> np.ndarray:
        squares = np.zeros(self._total)
        for where, counts in self._postings.values():
            squares[where] += (counts * self._idf(len(where))) ** 2
        return np.sqrt(np.where(squares > 0, squares, 1))


def best(scores: np.ndarray, number: int, without: int | None = None) -> list[int]:
    """Give the numbers of the best documents, the earlier first of two with one score, none that shares nothing."""
    if without is not None:
        scores = scores.copy()
        scores[without] = -np.inf
    return [int(each) for each in np.argsort(-scores, kind="stable")[:number] if scores[each] > 0]


def interval(groups: Sequence[np.ndarray], seed: int, times: int = 2000) -> tuple[float, float]:
    """Give the middle 95 % of the mean of the groups' means, when each group is drawn again with replacement."""
    rng = np.random.default_rng(seed)
    drawn = [group[rng.integers(0, len(group), (times, len(group)))].mean(axis=1) for group in groups]
    low, high = np.quantile(np.mean(drawn, axis=0), [0.025, 0.975])
    return float(low), float(high)
