"""A trained model: one table of small whole numbers, read with NumPy alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .calibrating import bent
from .data import Ranked, Report, Suggestion, Word
from .reading import Parts, Reader, count
from .spelling import Spelling

MOST_WORDS = 6  # words named for a class


@dataclass(frozen=True)
class Table:
    """Weights as they are kept: `weights` [2^bits, classes] times `scales` [classes]; `rarity` [2^bits]; `bias`."""

    weights: NDArray[np.int8]
    scales: NDArray[np.float32]
    rarity: NDArray[np.float16]
    bias: NDArray[np.float32]


@dataclass(frozen=True)
class Certainty:
    """How scores become probabilities, and from which probability on a suggestion counts as sure."""

    temperature: float
    shift: NDArray[np.float32]
    sure_from: float
    bend: float


class _Weighed(NamedTuple):
    """Features of one kind, their values as a row of length one, and what it was divided by."""

    numbers: NDArray[np.int64]
    values: NDArray[np.float64]
    length: float


class Model:
    """Suggests where messages belong. Made by `train` or `Model.load`; nothing in it changes afterwards."""

    def __init__(self, classes: Sequence[str], table: Table, certainty: Certainty, reader: Reader, report: Report):
        self.classes = tuple(classes)
        self.report = report
        self._table = table
        self._certainty = certainty
        self._reader = reader
        self._read = lru_cache(maxsize=1)(self._read_anew)  # who asks for the chances asks for the words next

    def suggest(self, text: str, limit: int = 3, among: Iterable[str] | None = None) -> Suggestion:
        """Rank the `limit` most probable classes, with the words that spoke for each.

        With `among` only these classes are ranked and their probabilities sum to one; those the model does not know
        are left out.
        """
        plain, kinds, weighed = self._read(text)
        asked = np.arange(len(self.classes))
        if among is not None:
            kept = set(among)
            asked = np.flatnonzero([name in kept for name in self.classes])
        chances = self._chances(self._scores(weighed)[None], asked)[0]
        best = np.argsort(-chances, kind="stable")[: max(0, limit)]
        said = _words(self._table, Spelling(text), plain, kinds, weighed, asked[best])
        ranked = tuple(
            Ranked(self.classes[asked[n]], float(chances[n]), words) for n, words in zip(best, said, strict=True)
        )
        has_read = any(len(each.numbers) for each in weighed)
        return Suggestion(ranked, bool(has_read and chances.max(initial=0) >= self._certainty.sure_from))

    def probabilities(self, texts: Iterable[str]) -> NDArray[np.float64]:
        """Give a row for each text, a column for each of `classes`."""
        scores = []
        for text in texts:
            scores.append(self._scores(self._read(text)[2]))
        return self._chances(np.array(scores).reshape(len(scores), len(self.classes)))

    def is_sure(self, probabilities: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Tell of rows of probabilities whether the first is sure."""
        return probabilities.max(axis=1, initial=0) >= self._certainty.sure_from

    def save(self, path: Path) -> None:
        """Write the model to a file. No text and no word of a message is in it, only numbers of features."""
        from .files import save

        save(self, path)

    @staticmethod
    def load(path: Path, unpacked: Path | None = None) -> "Model":
        """Read a model. Raises UnreadableModel or NewerModel; never runs anything the file holds.

        With `unpacked` its tables lie in this folder, and processes that load the same model share their memory.
        """
        from .files import load

        return load(path, unpacked)

    def _read_anew(self, text: str) -> tuple[str, tuple[Parts, ...], list[_Weighed]]:
        plain = self._reader.plain(text)
        kinds = self._reader.parts(plain)
        return plain, kinds, [self._weighed(parts) for parts in kinds]

    def _weighed(self, parts: Parts) -> _Weighed:
        counts = count(parts)
        values = counts.times * self._table.rarity[counts.numbers]
        kept = values > 0
        numbers, values = counts.numbers[kept], values[kept]
        length = float(np.sqrt(values @ values)) or 1.0
        return _Weighed(numbers, values / length, length)

    def _scores(self, weighed: Iterable[_Weighed]) -> NDArray[Any]:
        sums = sum(each.values @ self._table.weights[each.numbers].astype(np.float32) for each in weighed)
        return sums * self._table.scales + self._table.bias

    def _chances(self, scores: NDArray[np.float64], asked: NDArray[np.int64] | None = None) -> NDArray[np.float64]:
        logits = bent(scores, self._certainty.bend) / self._certainty.temperature + self._certainty.shift
        if asked is not None:
            logits = logits[:, asked]
        logits -= logits.max(axis=1, keepdims=True, initial=-np.inf)
        chances = np.exp(logits)
        return chances / chances.sum(axis=1, keepdims=True)


def _words(
    table: Table,
    spelling: Spelling,
    plain: str,
    kinds: tuple[Parts, ...],
    weighed: list[_Weighed],
    columns: NDArray[np.int64],
) -> list[tuple[Word, ...]]:
    """Give for each class the words that spoke for it more than for the mean of all.

    A word speaks with its own weight and with that of the runs on it: a run's weight lies evenly on its characters.
    """
    words = kinds[0]
    own, *inner = (_spoken(table, parts, each.length, columns) for parts, each in zip(kinds, weighed, strict=True))
    lying = np.cumsum(_lying(len(plain), kinds[1:], inner, len(columns)), axis=0)
    spoken = own + lying[words.ends] - lying[words.begins]
    _, first, same = np.unique(words.numbers, return_index=True, return_inverse=True)
    result = []
    for column in range(len(columns)):
        sums = np.bincount(same, weights=spoken[:, column], minlength=len(first))
        best = [n for n in np.argsort(-sums, kind="stable")[:MOST_WORDS] if sums[n] > 0]
        named = [(plain[words.begins[first[n]] : words.ends[first[n]]], float(sums[n])) for n in best]
        result.append(tuple(Word(word, weight, spelling.find(word)) for word, weight in named))
    return result


def _lying(length: int, runs: Sequence[Parts], spoken: Sequence[NDArray], columns: int) -> NDArray[np.float64]:
    """Give what runs say evenly on their characters [1 + length, columns]."""
    lying = np.zeros((length + 1, columns))
    for parts, said in zip(runs, spoken, strict=True):
        sizes = parts.ends - parts.begins
        for size in np.unique(sizes):
            chosen = sizes == size  # those of one size begin at each character in turn
            number = int(chosen.sum())
            for shift in range(1, size + 1):
                lying[shift : shift + number] += said[chosen] / size
    return lying


def _spoken(table: Table, parts: Parts, length: float, columns: NDArray[np.int64]) -> NDArray[np.float64]:
    weights = table.weights[parts.numbers] * table.scales
    mean = weights @ np.full(weights.shape[1], 1 / weights.shape[1], np.float32)
    spoken = weights[:, columns] - mean[:, None]
    return spoken * (table.rarity[parts.numbers].astype(np.float32) / length)[:, None]
