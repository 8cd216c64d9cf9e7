"""How much each term tells, and messages as vectors of it."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from .terms import SIZE, TITLE, Terms

EXPONENT = 1.25  # of the inverse document frequency: rare terms (names of places) tell more than their logarithm
COMMONEST = 0.05  # a term in more than this share of messages tells nothing
PRIOR = 1000  # messages that are taken to have been there before, so that a young stream does not weigh by chance
YOUNG, LEAST_SHARE = 100, 0.05  # messages after which a stream knows half as well what is said once by chance
WORDS, PIECES = 72, 40  # the most telling terms of a message that are kept


@dataclass
class Counts:
    """In how many messages of the stream each term was, so far."""

    messages: int = 0
    of: np.ndarray = field(default_factory=lambda: np.zeros(SIZE, np.int32))

    def add(self, terms: Terms) -> None:
        """Count more messages."""
        self.messages += len(terms.starts) - 1
        self.of += np.bincount(terms.numbers, minlength=SIZE).astype(np.int32)

    def add_one(self, terms: Terms) -> None:
        """Count one more message, in time that does not grow with the table."""
        self.messages += 1
        self.of[terms.numbers] += 1

    def rarity(self, numbers: np.ndarray) -> np.ndarray:
        """Give what terms tell: 0 for those in too many messages, and in none.

        What one message alone has said tells less the older the stream: in a young one it may be all that sets messages
        apart; in an old one it is a slip of the pen, and would only make its message look unlike all others.
        """
        seen, number = self.of[numbers], self.messages + PRIOR
        told = np.log(number / np.maximum(seen, 1), dtype=np.float32) ** np.float32(EXPONENT)
        told[(seen < 1) | (seen > COMMONEST * number)] = 0
        share = YOUNG / (self.messages + YOUNG)
        told[seen == 1] *= share if share >= LEAST_SHARE else 0
        return told.astype(np.float32)

    def promise(self, numbers: np.ndarray) -> np.ndarray:
        """Give what terms tell or may tell once they come again: half of that for what came once."""
        single = self.of[numbers] == 1
        told = self.rarity(numbers)
        told[single] = np.log(self.messages + PRIOR) ** EXPONENT / 2
        return told


def weigh(counts: np.ndarray, rarity: np.ndarray) -> np.ndarray:
    """Give the weight of terms that come `counts` times in a message."""
    return (1 + np.log(np.maximum(counts, 1), dtype=np.float32)) * rarity


def scale(numbers: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Bring rows of weights to length 1, words and pieces of the title half each (all, where the other is empty)."""
    title = numbers >= TITLE
    squares = weights * weights
    both = np.stack([np.where(title, 0, squares).sum(-1), np.where(title, squares, 0).sum(-1)])
    shares = (both > 0).sum(0)
    factors = np.divide(1, np.sqrt(both * np.maximum(shares, 1)), where=both > 0, out=np.zeros_like(both))
    return weights * np.where(title, factors[1][..., None], factors[0][..., None])


def table(terms: Terms, rarity: Callable[[np.ndarray], np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Give each message's most telling terms as two tables: numbers (padded with 0), how often each comes (0 there).

    Within a field the heaviest come first; ties by number, so that nothing depends on the order of words.
    """
    total = len(terms.starts) - 1
    row = np.repeat(np.arange(total, dtype=np.int32), np.diff(terms.starts))
    weights = weigh(terms.counts, rarity(terms.numbers))
    numbers = np.zeros((total, WORDS + PIECES), np.int32)
    often = np.zeros((total, WORDS + PIECES), np.uint8)
    for is_title, first, width in ((False, 0, WORDS), (True, WORDS, PIECES)):
        kept = np.flatnonzero((weights > 0) & ((terms.numbers >= TITLE) == is_title))
        kept = kept[np.lexsort((terms.numbers[kept], -weights[kept], row[kept]))]
        begins = np.searchsorted(row[kept], np.arange(total))
        rank = np.arange(len(kept)) - begins[row[kept]]
        kept, rank = kept[rank < width], rank[rank < width]
        numbers[row[kept], first + rank] = terms.numbers[kept]
        often[row[kept], first + rank] = terms.counts[kept]
    return numbers, often


def vectors(numbers: np.ndarray, often: np.ndarray, counts: Counts) -> np.ndarray:
    """Give the unit vectors' weights for tables of terms, by what is counted now."""
    return scale(numbers, np.where(often > 0, weigh(often, counts.rarity(numbers)), 0))
