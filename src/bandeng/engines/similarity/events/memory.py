"""What a grouper remembers: numbers of a bounded many messages, never their words."""

from collections import defaultdict

import numpy as np

from .candidates import TELLING
from .weights import PIECES, WORDS, Counts

BUCKETS, DEPTH = 1 << 20, 32  # the latest 32 messages with a term of each bucket
FIRST_ROWS = 1 << 12


class Memory:
    """Tables by place (a message's number modulo the capacity) and the groups over them; the oldest is forgotten."""

    def __init__(self, capacity: int):
        self.capacity = capacity
        self.is_aware: bool | None = None
        self.counts = Counts()
        self.came = 0  # messages so far
        self.numbers = np.zeros((capacity, WORDS + PIECES), np.int32)
        self.often = np.zeros((capacity, WORDS + PIECES), np.uint8)
        self.days = np.zeros(capacity)
        self.group = np.full(capacity, -1, np.int64)
        self.ids: dict[int, str] = {}
        self.places: dict[str, int] = {}
        self.members: dict[int, list[int]] = {}
        self.first: dict[int, float] = {}
        self.last: dict[int, float] = {}
        self.apart: defaultdict[int, set[int]] = defaultdict(set)
        self.next_group = 0
        # A county of some thousand cases has terms in one bucket of twenty: rows are made for those alone.
        self._row = np.zeros(BUCKETS, np.int32)  # of a bucket; row 0 stays empty, for those that have none yet
        self._rows = 1
        self._ring = np.full((FIRST_ROWS, DEPTH), -1, np.int32)
        self._turn = np.zeros(FIRST_ROWS, np.uint8)

    def store(self, id_: str, day: float, numbers: np.ndarray, often: np.ndarray) -> int:
        """Keep a message that has no group yet; forget the one whose place it takes."""
        at = self.came % self.capacity
        if at in self.ids:
            self._forget(at)
        self.came += 1
        self.numbers[at], self.often[at], self.days[at] = numbers, often, day
        self.ids[at], self.places[id_] = id_, at
        return at

    def new_group(self) -> int:
        """Give a number that no group has had."""
        self.next_group += 1
        return self.next_group - 1

    def put(self, at: int, group: int) -> None:
        """Put a message into a group; one that has no members begins here."""
        day = float(self.days[at])
        if group not in self.members:
            self.members[group], self.first[group], self.last[group] = [], day, day
            self.next_group = max(self.next_group, group + 1)
        self.members[group].append(at)
        self.group[at] = group
        self.first[group], self.last[group] = min(self.first[group], day), max(self.last[group], day)

    def merge(self, one: int, other: int) -> int:
        """Make two groups the older of them."""
        kept, gone = min(one, other), max(one, other)
        self.group[self.members[gone]] = kept
        self.members[kept] += self.members.pop(gone)
        self.first[kept] = min(self.first[kept], self.first.pop(gone))
        self.last[kept] = max(self.last[kept], self.last.pop(gone))
        for third in self.apart.pop(gone, ()):
            self.apart[third].discard(gone)
            self.apart[third].add(kept)
            self.apart[kept].add(third)
        return kept

    def split(self, group: int, moved: set[int]) -> int:
        """Take messages out of a group into a new one that stays apart from it, and from what it is apart from."""
        new = self.new_group()
        for at in self.members.pop(group):
            self.put(at, new if at in moved else group)
        for third in self.apart.get(group, set()) | {group}:
            self.apart[third].add(new)
            self.apart[new].add(third)
        return new

    def index(self, at: int) -> None:
        """Let later messages find this one by its terms."""
        numbers = self.numbers[at]
        rows = self._rows_of(np.unique(numbers[numbers > 0] % BUCKETS))
        self._ring[rows, self._turn[rows]] = at
        self._turn[rows] = (self._turn[rows] + 1) % DEPTH

    def near(self, at: int, weights: np.ndarray, most: int) -> np.ndarray:
        """Give the places of messages that share the most of what tells in the message at a place."""
        numbers = self.numbers[at]
        weights = np.where(self.counts.of[numbers] > 1, weights, 0)
        telling = np.argsort(-weights, kind="stable")[:TELLING]
        telling = telling[weights[telling] > 0]
        rows = self._ring[self._row[numbers[telling] % BUCKETS]]
        found = (rows >= 0) & (rows != at)  # its own place, where one that is forgotten stood before
        if not found.any():
            return np.array([], np.int64)
        squares = np.repeat(weights[telling] ** 2, DEPTH).reshape(rows.shape)[found]
        places, which = np.unique(rows[found], return_inverse=True)
        shared = np.bincount(which, squares)
        return places[np.argsort(-shared, kind="stable")[:most]]

    def _rows_of(self, buckets: np.ndarray) -> np.ndarray:
        """Give the row of each bucket; make one for those that have none."""
        new = buckets[self._row[buckets] == 0]
        self._row[new] = np.arange(self._rows, self._rows + len(new))
        self._rows += len(new)
        while self._rows > len(self._ring):
            more = min(len(self._ring), BUCKETS + 1 - len(self._ring))
            self._ring = np.concatenate([self._ring, np.full((more, DEPTH), -1, np.int32)])
            self._turn = np.concatenate([self._turn, np.zeros(more, np.uint8)])
        return self._row[buckets]

    def _forget(self, at: int) -> None:
        group = int(self.group[at])
        self.places.pop(self.ids.pop(at))
        self.group[at] = -1
        self.members[group].remove(at)
        if not self.members[group]:
            del self.members[group], self.first[group], self.last[group]
            for third in self.apart.pop(group, ()):
                self.apart[third].discard(group)
