"""Why two messages are taken for one event, in words a clerk can check."""

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from bandeng.engines.language import Tokeniser

from .message import Message, day_of
from .scoring import fading
from .terms import MOST_COUNTED, number_of, spell
from .weights import Counts, scale, weigh

SHOWN = 8
KEPT = 256  # messages whose weights are kept while pairs are explained


@dataclass(frozen=True)
class Link:
    """Two messages: how alike (0 to 1), by which words, names of places and pieces of their titles, how far in time.

    Each kind is listed by what it adds to the score, the most first.
    """

    one: str
    other: str
    score: float
    words: tuple[str, ...]
    places: tuple[str, ...]
    title: tuple[str, ...]
    days: float


class Linker:
    """Explains pairs of messages by what is counted in their stream."""

    def __init__(self, counts: Counts, tokeniser: Tokeniser):
        self._counts, self._tokeniser = counts, tokeniser
        self._weights = lru_cache(KEPT)(self._spelled)  # who explains a group asks for each message many times

    def link(self, one: Message, other: Message) -> Link:
        """Explain a pair."""
        mine, theirs = self._weights(one), self._weights(other)
        shared = {term: weight * theirs[term] for term, weight in mine.items() if term in theirs}
        days = abs(day_of(one)[0] - day_of(other)[0])
        likeness = min(sum(shared.values()), 1.0) * float(fading(np.float64(days)))
        return Link(one.id, other.id, likeness, *kinds(shared), days)

    def _spelled(self, message: Message) -> dict[tuple[bool, str], float]:
        words, pieces = spell(message, self._tokeniser)
        terms = [(False, term) for term in words] + [(True, term) for term in pieces]
        if not terms:
            return {}
        numbers = np.array([number_of(term, is_title) for is_title, term in terms], np.int32)
        often = np.minimum([*words.values(), *pieces.values()], MOST_COUNTED)
        weights = scale(numbers[None], weigh(often, self._counts.rarity(numbers))[None])[0]
        return {term: float(weight) for term, weight in zip(terms, weights, strict=True) if weight > 0}


def kinds(shared: dict[tuple[bool, str], float]) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Sort what two messages share into words, places and pieces of titles, the most telling first.

    Of pieces within one another, and of the several lengths of a place's name, the longest is kept.
    """
    order = [term for term, _ in sorted(shared.items(), key=lambda item: (-item[1], item[0]))]
    words = [term for is_title, term in order if not is_title and not term.startswith("@")]
    places = [term[1:] for is_title, term in order if not is_title and term.startswith("@")]
    title = [term for is_title, term in order if is_title]
    return tuple(words[:SHOWN]), tuple(_longest(places)[:SHOWN]), tuple(_longest(title)[:SHOWN])


def _longest(terms: list[str]) -> list[str]:
    within = Counter(piece for term in terms for piece in _pieces(term))
    return [term for term in terms if not within[term]]


def _pieces(term: str) -> set[str]:
    return {term[a:b] for a in range(len(term)) for b in range(a + 1, len(term) + 1)} - {term}
