"""From a text to numbered features with NumPy alone: words, single characters and pairs of them.

A feature's number is a polynomial hash of its characters (Karp and Rabin 1987) over prefix sums, so that every run and
every word of a text is hashed in a few array operations. Nobody can read a word back from a model's table of numbers.
"""

from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bandeng.engines.language import Tokeniser, is_word, normalise

# Longer texts are read to here: what a message is about stands long before, and ten megabytes must cost no more.
MOST_CHARACTERS = 20_000
RUNS = ((1,), (2,))  # sizes of runs of characters, those of one kind together
HEAD = 60  # characters that hold the title, or what people write where there is none
_WORDS = 77  # keeps words apart from runs of the same characters
_BASE = 0x9E3779B97F4A7C15
_MIX = 0xBF58476D1CE4E5B9


def _powers(base: int) -> NDArray[np.uint64]:
    steps = np.full(MOST_CHARACTERS, base, np.uint64)
    steps[0] = 1
    return np.cumprod(steps, dtype=np.uint64)


_POWERS = _powers(_BASE)
_INVERSES = _powers(pow(_BASE, -1, 1 << 64))


class Parts(NamedTuple):
    """Features of one kind in the order of the text: numbers below 2^bits, where each begins and ends (normalised)."""

    numbers: NDArray[np.int64]
    begins: NDArray[np.int64]
    ends: NDArray[np.int64]


NOTHING = Parts(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int64))


class Counts(NamedTuple):
    """Different features of one kind, ascending, and how often each stands in the text."""

    numbers: NDArray[Any]
    times: NDArray[Any]


class Reader:
    """Reads texts. `names` are the county's own words that stay whole; `bits` says how many numbers there are.

    `runs` says which sizes of runs make a kind. With `is_remembering` a text counted twice is read once: for many
    trainings on the same texts.
    """

    def __init__(
        self,
        names: Iterable[str] = (),
        bits: int = 20,
        *,
        runs: Sequence[Sequence[int]] = RUNS,
        is_remembering: bool = False,
    ):
        self.names = tuple(names)
        self.bits = bits
        self.runs = tuple(tuple(sizes) for sizes in runs)
        self._tokeniser = Tokeniser(self.names)
        self._remembered: dict[str, tuple[Counts, ...]] | None = {} if is_remembering else None

    def plain(self, text: str) -> str:
        """Give the text as features see it."""
        return normalise(sound(text))[:MOST_CHARACTERS]

    def words(self, text: str) -> list[str]:
        """Give the words of a text, normalised."""
        return self._tokeniser.words(sound(text))

    def parts(self, plain: str) -> tuple[Parts, ...]:
        """Give the words of a plain text, and each kind of its runs."""
        sums = _sums(plain)
        begins, ends = _spans(self._tokeniser.pieces(plain))
        words = Parts(self._hash(sums, begins, ends, _WORDS), begins, ends)
        return words, *(self._runs(sums, len(plain), sizes) for sizes in self.runs)

    def _runs(self, sums: NDArray[np.uint64], length: int, sizes: Sequence[int]) -> Parts:
        starts = [np.arange(max(0, length - size + 1)) for size in sizes]
        numbers = [self._hash(sums, start, start + size, size) for start, size in zip(starts, sizes, strict=True)]
        begun = np.concatenate(starts)
        return Parts(np.concatenate(numbers), begun, begun + np.repeat(sizes, [len(start) for start in starts]))

    def counted(self, text: str, *, has_head: bool = True) -> tuple[Counts, ...]:
        """Count each kind of a text, then of its head; without `has_head` nothing stands in that."""
        if self._remembered is not None and text in self._remembered:
            return self._remembered[text]
        parts = self.parts(self.plain(text))
        heads = map(head, parts) if has_head or self._remembered is not None else (NOTHING,) * len(parts)
        result = tuple(map(count, (*parts, *heads)))
        if self._remembered is not None:
            self._remembered[text] = result
        return result

    def _hash(self, sums, begins, ends, salt: int) -> NDArray[np.int64]:
        numbers = (sums[ends] - sums[begins]) * _INVERSES[np.minimum(begins, MOST_CHARACTERS - 1)] + np.uint64(salt)
        numbers ^= numbers >> np.uint64(29)
        numbers *= np.uint64(_MIX)
        return (numbers >> np.uint64(64 - self.bits)).astype(np.int64)

    def word_numbers(self, words: list[str]) -> NDArray[np.int64]:
        """Give the number of each word by itself."""
        plain = "".join(f"{word} " for word in words)
        begins, ends = _spans([piece for word in words for piece in (word, " ")])
        sums = _sums(plain)
        return self._hash(sums, begins, ends, _WORDS)


def sound(text: str) -> str:
    """Give the text as far as it is read, halves of characters replaced. Raises TypeError for what is no text."""
    if not isinstance(text, str):
        raise TypeError(f"A message is text, not {type(text).__name__}.")
    return text[: 2 * MOST_CHARACTERS].encode("utf-8", "replace").decode()


def count(parts: Parts) -> Counts:
    """Count each feature."""
    numbers, times = np.unique(parts.numbers, return_counts=True)
    return Counts(numbers, times.astype(np.float64))


def head(parts: Parts) -> Parts:
    """Keep what begins in the head of the text."""
    kept = parts.begins < HEAD
    return Parts(parts.numbers[kept], parts.begins[kept], parts.ends[kept])


def _sums(plain: str) -> NDArray[np.uint64]:
    codes = np.frombuffer(plain.encode("utf-32-le"), np.uint32).astype(np.uint64) + np.uint64(1)
    sums = np.zeros(len(codes) + 1, np.uint64)
    np.cumsum(codes * _POWERS[: len(codes)], out=sums[1:])
    return sums


def _spans(pieces: list[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give where the words among the pieces of a text begin and end."""
    ends = np.fromiter(accumulate(map(len, pieces)), np.int64, len(pieces))
    words = np.fromiter(map(is_word, pieces), np.bool_, len(pieces))
    begins = np.concatenate([np.zeros(1, np.int64), ends[:-1]])[: len(pieces)]
    return begins[words], ends[words]
