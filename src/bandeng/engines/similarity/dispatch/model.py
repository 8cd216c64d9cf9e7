"""A trained model: one table of small whole numbers, read with NumPy alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .data import Ranked, Report, Suggestion, Word
from .reading import Counts, Reader, count
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


class Model:
    """Suggests where messages belong. Made by `train` or `Model.load`; nothing in it changes afterwards."""

    def __init__(self, classes: Sequence[str], table: Table, certainty: Certainty, reader: Reader, report: Report):
        self.classes = tuple(classes)
        self.report = report
        self._table = table
        self._certainty = certainty
        self._reader = reader

    def suggest(self, text: str, limit: int = 3) -> Suggestion:
        """Rank the `limit` most probable classes, with the words that spoke for each."""
        plain = self._reader.plain(text)
        words, runs = self._reader.parts(plain)
        values = [self._values(count(words)), self._values(count(runs))]
        chances = self._chances(self._scores(values)[None])[0]
        order = np.argsort(-chances, kind="stable")[: max(0, limit)]
        named = _Speaking(self, text, plain, words, runs, values)
        ranked = tuple(Ranked(self.classes[n], float(chances[n]), named.words_for(int(n))) for n in order)
        has_read = any(len(each.numbers) for each in values)
        return Suggestion(ranked, bool(has_read and chances.max(initial=0) >= self._certainty.sure_from))

    def probabilities(self, texts: Iterable[str]) -> NDArray[np.float64]:
        """Give a row for each text, a column for each of `classes`."""
        scores = []
        for text in texts:
            parts = self._reader.parts(self._reader.plain(text))
            scores.append(self._scores([self._values(count(each)) for each in parts]))
        return self._chances(np.array(scores).reshape(len(scores), len(self.classes)))

    def is_sure(self, probabilities: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Tell of rows of probabilities whether the first is sure."""
        return probabilities.max(axis=1, initial=0) >= self._certainty.sure_from

    def save(self, path: Path) -> None:
        """Write the model to a file. No text and no word of a message is in it, only numbers of features."""
        from .files import save

        save(self, path)

    @staticmethod
    def load(path: Path) -> "Model":
        """Read a model. Raises UnreadableModel or NewerModel; never runs anything the file holds."""
        from .files import load

        return load(path)

    def _values(self, counts: Counts) -> Counts:
        values = counts.times * self._table.rarity[counts.numbers]
        kept = values > 0
        numbers, values = counts.numbers[kept], values[kept]
        return Counts(numbers, values / (np.sqrt(values @ values) or 1.0))

    def _scores(self, values: Iterable[Counts]) -> NDArray[Any]:
        weighed = sum(each.times @ self._table.weights[each.numbers].astype(np.float32) for each in values)
        return weighed * self._table.scales + self._table.bias

    def _chances(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        logits = scores / self._certainty.temperature + self._certainty.shift
        logits -= logits.max(axis=1, keepdims=True, initial=-np.inf)
        chances = np.exp(logits)
        return chances / chances.sum(axis=1, keepdims=True)


class _Speaking:
    """The words of one message that spoke for a class: each word's own weight and that of the runs inside it."""

    def __init__(self, model: Model, text: str, plain: str, words, runs, values: list[Counts]):
        self._table, self._plain, self._words = model._table, plain, words
        self._spelling = Spelling(text)
        self._rates = []
        for parts, each in zip((words, runs), values, strict=True):
            at = np.minimum(np.searchsorted(each.numbers, parts.numbers), max(0, len(each.numbers) - 1))
            known = each.numbers[at] == parts.numbers if len(each.numbers) else np.zeros(len(parts.numbers), bool)
            times = model._table.rarity[parts.numbers].astype(np.float64)
            whole = count(parts)
            length = np.sqrt(((whole.times * model._table.rarity[whole.numbers]) ** 2).sum()) or 1.0
            self._rates.append(np.where(known, times / length, 0.0))
        self._runs = runs

    def words_for(self, column: int) -> tuple[Word, ...]:
        """Give the words that spoke most for a class against the mean of all."""
        own, inner = (self._spoken(parts, rates, column) for parts, rates in self._kinds())
        # a run's weight lies evenly on its characters; a word has what lies on it
        share = inner / np.maximum(1, self._runs.ends - self._runs.begins)
        steps = np.zeros(len(self._plain) + 1)
        np.add.at(steps, self._runs.begins, share)
        np.subtract.at(steps, self._runs.ends, share)
        lying = np.concatenate([[0.0], np.cumsum(np.cumsum(steps)[:-1])])
        own = own + lying[self._words.ends] - lying[self._words.begins]
        sums: dict[str, float] = {}
        for begin, end, weight in zip(self._words.begins, self._words.ends, own, strict=True):
            word = self._plain[begin:end]
            sums[word] = sums.get(word, 0.0) + float(weight)
        best = sorted((word for word in sums if sums[word] > 0), key=lambda word: (-sums[word], word))
        return tuple(Word(word, sums[word], self._spelling.find(word)) for word in best[:MOST_WORDS])

    def _kinds(self):
        return zip((self._words, self._runs), self._rates, strict=True)

    def _spoken(self, parts, rates, column: int) -> NDArray[np.float64]:
        weights = self._table.weights[parts.numbers] * self._table.scales
        return rates * (weights[:, column] - weights.mean(axis=1))
