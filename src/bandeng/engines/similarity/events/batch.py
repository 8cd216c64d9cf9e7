"""A whole stream at once."""

from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field

import numpy as np

from bandeng.engines.language import Tokeniser

from . import candidates, rounds
from .constraints import Constraints
from .errors import UnknownMessage
from .links import Link, Linker
from .message import Message, days_of
from .scoring import THRESHOLD
from .terms import Terms, join, read
from .weights import Counts, table, vectors

CHUNK = 2000  # messages that a process reads in one go


@dataclass(frozen=True)
class Grouping:
    """What `group` found. `groups` are tuples of ids, the largest first; a message of no event is a group of one."""

    groups: tuple[tuple[str, ...], ...]
    counts: Counts
    messages: Sequence[Message] = field(repr=False)  # in order of time
    _places: dict[str, int] = field(repr=False)
    _group_of: dict[str, int] = field(repr=False)
    _linker: Linker = field(repr=False)

    def group_of(self, id_: str) -> int:
        """Give the number of a message's group in `groups`. Raises UnknownMessage."""
        if id_ not in self._group_of:
            raise UnknownMessage(f"No message has the id {id_!r}.")
        return self._group_of[id_]

    def link(self, a: str, b: str) -> Link:
        """Explain how alike two messages are. Raises UnknownMessage."""
        for id_ in (a, b):
            self.group_of(id_)
        return self._linker.link(self.messages[self._places[a]], self.messages[self._places[b]])

    def why(self, id_: str, most: int = 3) -> tuple[Link, ...]:
        """Explain why a message is in its group: its strongest links to others there."""
        others = [other for other in self.groups[self.group_of(id_)] if other != id_]
        links = [self.link(id_, other) for other in others]
        return tuple(sorted(links, key=lambda link: (-link.score, link.other))[:most])


class Stream:
    """A stream read once, to be grouped again when a person has said something, or by another threshold."""

    def __init__(self, messages: Iterable[Message], *, names: Iterable[str] = (), processes: int = 1):
        ordered, names = in_order(messages), tuple(names)
        self._take(ordered, read_all([message for _day, message in ordered], names, processes), names, processes)

    @classmethod
    def of(cls, ordered: Sequence[tuple[float, Message]], terms: Terms, *, names: Iterable[str] = ()) -> "Stream":
        """Make a stream of messages `in_order` that were read already, with the same names."""
        stream = cls.__new__(cls)
        stream._take(ordered, terms, tuple(names), 1)
        return stream

    def _take(
        self, ordered: Sequence[tuple[float, Message]], terms: Terms, names: tuple[str, ...], processes: int
    ) -> None:
        self.messages = [message for _day, message in ordered]
        self._days = np.array([day for day, _message in ordered])
        self._places = {message.id: n for n, message in enumerate(self.messages)}
        self.counts = Counts()
        self.counts.add(terms)
        numbers, often = table(terms, self.counts.rarity)
        weights = vectors(numbers, often, self.counts)
        self._vectors = candidates.matrix(numbers, weights)
        shared = np.where(self.counts.of[numbers] > 1, weights, 0)
        self._pairs = candidates.pairs(numbers, shared, self._vectors, processes)
        self._linker = Linker(self.counts, Tokeniser(names))

    def group(self, constraints: Constraints | None = None, *, threshold: float = THRESHOLD) -> Grouping:
        """Group the stream; see the function `group`."""
        if not threshold > 0:
            raise ValueError(f"A threshold is a number above 0, not {threshold!r}.")
        first, apart = (constraints or Constraints()).numbers(self._places)
        labels = first
        if self.messages:
            groups = rounds.Groups.of(self._vectors, self._days).labelled(first)
            a, b = (first[side] for side in self._pairs)
            a, b = np.minimum(a, b)[a != b], np.maximum(a, b)[a != b]
            number = len(groups.sizes)
            keys = np.unique(a.astype(np.int64) * number + b)
            labels = rounds.grow(groups, keys // number, keys % number, apart, threshold)[first]
        return _grouping(self.messages, self._places, labels, self.counts, self._linker)


def group(
    messages: Iterable[Message],
    constraints: Constraints | None = None,
    *,
    threshold: float = THRESHOLD,
    names: Iterable[str] = (),
    processes: int = 1,
) -> Grouping:
    """Group a stream by event. `names` are the county's names of places, kept whole; obeys `constraints`.

    The result does not depend on the order of `messages`. Raises UnusableMessage, DuplicateId, UnknownMessage,
    Contradiction, and ValueError for a threshold that is not above 0.
    """
    return Stream(messages, names=names, processes=processes).group(constraints, threshold=threshold)


def in_order(messages: Iterable[Message]) -> list[tuple[float, Message]]:
    """Give messages with their days, in order of time. Raises UnusableMessage, DuplicateId."""
    messages = list(messages)
    return sorted(zip(days_of(messages), messages, strict=True), key=lambda one: (one[0], one[1].id))


def read_all(messages: Sequence[Message], names: tuple[str, ...], processes: int) -> Terms:
    """Give the terms of messages, by as many processes as given."""
    if processes == 1 or len(messages) <= CHUNK:
        return read(messages, Tokeniser(names))
    parts = [messages[start : start + CHUNK] for start in range(0, len(messages), CHUNK)]
    with ProcessPoolExecutor(processes, initializer=_start, initargs=(names,)) as pool:
        return join(list(pool.map(_read, parts)))


_tokeniser: Tokeniser


def _start(names: tuple[str, ...]) -> None:
    global _tokeniser
    _tokeniser = Tokeniser(names)


def _read(messages: Sequence[Message]) -> Terms:
    return read(messages, _tokeniser)


def _grouping(messages, places, labels, counts, linker) -> Grouping:
    found: dict[int, list[str]] = {}
    for message, label in zip(messages, labels.tolist(), strict=True):
        found.setdefault(label, []).append(message.id)
    groups = tuple(map(tuple, sorted(found.values(), key=lambda ids: (-len(ids), places[ids[0]]))))
    group_of = {id_: n for n, ids in enumerate(groups) for id_ in ids}
    return Grouping(groups, counts, messages, places, group_of, linker)
