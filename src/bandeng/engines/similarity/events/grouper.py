"""A stream as it comes: each new message finds its group at once."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bandeng.engines.language import Tokeniser

from . import state
from .batch import Grouping, read_all
from .errors import Contradiction, DuplicateId, UnknownMessage, UnusableMessage
from .links import Link, kinds
from .memory import Memory
from .message import Message, day_of
from .scoring import THRESHOLD, WITNESSES, fading, score
from .terms import SIZE, Terms, number_of, read, spell
from .weights import table, vectors

LOOKED_AT = 64  # messages that are compared in full
GROUPS = 8  # groups that are scored
CAPACITY = 1_000_000


@dataclass(frozen=True)
class Assignment:
    """Where a message belongs. `merged` are groups that it showed to be the same event and that are gone."""

    group: int
    is_new: bool
    links: tuple[Link, ...]
    merged: tuple[int, ...] = ()


class Grouper:
    """Keeps the latest `capacity` messages as numbers (no texts) and gives each new one its group.

    A group is compared by its latest 20 members, by the rule of `group`; what that one sees later (how rare a term will
    turn out, the best merge first) this one cannot, and ends a little lower (see docs). Messages may come in any order
    of time. One process; no lock.
    """

    def __init__(self, *, threshold: float = THRESHOLD, names: Iterable[str] = (), capacity: int = CAPACITY):
        if not threshold > 0:
            raise ValueError(f"A threshold is a number above 0, not {threshold!r}.")
        if capacity < 1:
            raise ValueError(f"A grouper keeps at least one message, not {capacity!r}.")
        self.threshold = threshold
        self.memory = Memory(capacity)
        self._tokeniser = Tokeniser(names)
        self._scratch = np.zeros(SIZE, np.float32)

    @classmethod
    def of(cls, grouping: Grouping, *, names: Iterable[str] = (), processes: int = 1, **options) -> "Grouper":
        """Go on from what `group` found, with the same names; its constraints are not carried over."""
        names = tuple(names)
        grouper = cls(names=names, **options)
        for _part in grouper.taking(grouping, read_all(grouping.messages, names, processes)):
            pass
        return grouper

    def taking(self, grouping: Grouping, terms: Terms, at_a_time: int = CAPACITY) -> Iterator[None]:
        """Take over what `group` found, so many messages at a time. `terms`: its messages as they were read."""
        memory, messages = self.memory, grouping.messages
        memory.counts.add(terms)
        numbers, often = table(terms, memory.counts.promise)
        for row, message in enumerate(messages):
            if row and row % at_a_time == 0:
                yield
            day, memory.is_aware = day_of(message)
            at = memory.store(message.id, day, numbers[row], often[row])
            memory.put(at, grouping.group_of(message.id))
            memory.index(at)
        yield

    def add(self, message: Message) -> Assignment:
        """Take the next message. Raises UnusableMessage, and DuplicateId for an id that is here."""
        at = self._take(message)
        (numbers,), (weights,) = self._terms([at])
        self._scratch[numbers] = weights
        found = self._best(at, weights)
        self._scratch[numbers] = 0
        self.memory.index(at)
        if not found:
            group = self.memory.new_group()
            self.memory.put(at, group)
            return Assignment(group, True, ())
        _, group, alike = found[0]
        self.memory.put(at, group)
        links = self._links(message, at, alike)
        merged = self._merge(group, [other for _, other, _ in found[1:]])
        return Assignment(int(self.memory.group[at]), False, links, merged)

    def group_of(self, id_: str) -> int:
        """Give a message's group. Raises UnknownMessage."""
        return int(self.memory.group[self._at(id_)])

    def members(self, group: int) -> tuple[str, ...]:
        """Give the ids in a group, in the order they came; empty for no group."""
        return tuple(self.memory.ids[at] for at in self.memory.members.get(group, ()))

    def join(self, a: str, b: str) -> int:
        """Make the groups of two messages one, as a person says. Raises UnknownMessage, Contradiction."""
        one, other = self.group_of(a), self.group_of(b)
        if one == other:
            return one
        if other in self.memory.apart.get(one, ()):
            raise Contradiction(f"{a!r} and {b!r} were set apart; nothing joins them but taking that back.")
        return self.memory.merge(one, other)

    def split(self, ids: Iterable[str]) -> int:
        """Take messages of one group out into one of their own, which never comes together with the rest again.

        Gives the new group. Raises UnknownMessage, and ValueError where they are not part of one group.
        """
        moved = {self._at(id_) for id_ in ids}
        groups = {int(self.memory.group[at]) for at in moved}
        if len(groups) != 1 or len(moved) == len(self.memory.members[next(iter(groups))]):
            raise ValueError("What is split off is a part of one group, not all of it.")
        return self.memory.split(groups.pop(), moved)

    def write(self, path: Path) -> None:
        """Write what is remembered to a file ending in .npz: numbers and ids, no text."""
        state.write(self.memory, path)

    @classmethod
    def read(cls, path: Path, **options) -> "Grouper":
        """Go on from a saved file, with the same names and threshold. Raises UnreadableState."""
        grouper = cls(capacity=1, **options)
        grouper.memory = state.read(path)
        return grouper

    def _at(self, id_: str) -> int:
        if id_ not in self.memory.places:
            raise UnknownMessage(f"No message has the id {id_!r}.")
        return self.memory.places[id_]

    def _take(self, message: Message) -> int:
        day, is_aware = day_of(message, len(self.memory.places))
        if message.id in self.memory.places:
            raise DuplicateId(f"The id {message.id!r} comes twice.")
        if self.memory.is_aware not in (None, is_aware):
            raise UnusableMessage(f"Message {message.id!r} has a time of another kind: all are naive, or all aware.")
        self.memory.is_aware = is_aware
        terms = read([message], self._tokeniser)
        self.memory.counts.add_one(terms)
        numbers, often = table(terms, self.memory.counts.promise)
        return self.memory.store(message.id, day, numbers[0], often[0])

    def _best(self, at: int, weights: np.ndarray) -> list[tuple[float, int, list]]:
        """Give (score, group, members by likeness) of the groups that reach the threshold, the best first."""
        memory = self.memory
        near = memory.near(at, weights, LOOKED_AT)
        if not len(near):
            return []
        alike = self._alike(near)
        groups: list[int] = []
        for place in near[np.argsort(-alike, kind="stable")].tolist():
            if (group := int(memory.group[place])) not in groups:
                groups.append(group)
                if len(groups) == GROUPS:
                    break
        witnesses = [np.array(memory.members[group][-WITNESSES:]) for group in groups]
        ends = np.cumsum([len(latest) for latest in witnesses])[:-1]
        found = []
        day = memory.days[at]
        for group, latest, alike in zip(
            groups, witnesses, np.split(self._alike(np.concatenate(witnesses)), ends), strict=True
        ):
            members = memory.members[group]
            gap = max(memory.first[group] - day, day - memory.last[group], 0)
            value = float(score(alike.mean(), np.array(1), np.array(len(members)), gap))
            if value >= self.threshold:
                order = np.argsort(-alike, kind="stable")[:3]
                found.append((value, group, [(int(latest[n]), float(alike[n])) for n in order]))
        return sorted(found, key=lambda one: (-one[0], one[1]))

    def _terms(self, places: Sequence[int] | np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Give numbers and weights of the terms of stored messages, a row each."""
        numbers = self.memory.numbers[places]
        return numbers, vectors(numbers, self.memory.often[places], self.memory.counts)

    def _alike(self, places: np.ndarray) -> np.ndarray:
        """Give the likeness of stored messages to the one in the scratch."""
        return self._likeness(*self._terms(places))

    def _likeness(self, numbers: np.ndarray, weights: np.ndarray) -> np.ndarray:
        return np.minimum((self._scratch[numbers] * weights).sum(1), 1)

    def _merge(self, group: int, others: list[int]) -> tuple[int, ...]:
        """Merge other groups that the message belongs to as well, where the groups as wholes agree."""
        memory, merged = self.memory, []
        for other in others:
            if other in memory.apart.get(group, ()):
                continue
            one, two = memory.members[group], memory.members[other]
            gap = max(memory.first[group] - memory.last[other], memory.first[other] - memory.last[group], 0)
            value = score(self._mean(one, two), np.array(len(one)), np.array(len(two)), gap)
            if value >= self.threshold:
                kept = memory.merge(group, other)
                merged.append(other if kept == group else group)
                group = kept
        return tuple(merged)

    def _mean(self, one: list[int], two: list[int]) -> float:
        total = 0.0
        theirs = self._terms(two[-WITNESSES:])
        for numbers, weights in zip(*self._terms(one[-WITNESSES:]), strict=True):
            self._scratch[numbers] = weights
            total += float(self._likeness(*theirs).mean())
            self._scratch[numbers] = 0
        return total / len(one[-WITNESSES:])

    def _links(self, message: Message, at: int, alike: list[tuple[int, float]]) -> tuple[Link, ...]:
        words, pieces = spell(message, self._tokeniser)
        named = {number_of(term, True): (True, term) for term in pieces}
        named |= {number_of(term, False): (False, term) for term in words}
        links = []
        terms = zip(*self._terms([place for place, _likeness in alike]), strict=True)
        for (place, likeness), (numbers, theirs) in zip(alike, terms, strict=True):
            shared = {
                named[number]: weight
                for number, weight in zip(numbers.tolist(), theirs.tolist(), strict=True)
                if weight and number in named
            }
            days = abs(float(self.memory.days[at] - self.memory.days[place]))
            value = likeness * float(fading(np.float64(days)))
            links.append(Link(message.id, self.memory.ids[place], value, *kinds(shared), days))
        return tuple(links)
