"""What a person has said about messages: together, apart. It is obeyed whatever their words say."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from .errors import Contradiction, UnknownMessage


@dataclass(frozen=True)
class Constraints:
    """Pairs of ids that are one event, and pairs that are not."""

    together: frozenset[tuple[str, str]] = frozenset()
    apart: frozenset[tuple[str, str]] = frozenset()

    @classmethod
    def of(cls, together: Iterable[tuple[str, str]] = (), apart: Iterable[tuple[str, str]] = ()) -> "Constraints":
        """Take pairs in any order. Raises Contradiction for a message that is to be apart from itself."""
        return cls(*(frozenset((min(a, b), max(a, b)) for a, b in pairs) for pairs in (together, apart)))

    def numbers(self, places: Mapping[str, int]) -> tuple[np.ndarray, np.ndarray]:
        """Give a first label for each message, and pairs of labels to keep apart.

        Raises UnknownMessage for an id not in `places`, Contradiction where both cannot be obeyed.
        """
        top = list(range(len(places)))

        def root(one: int) -> int:
            while top[one] != one:
                top[one] = one = top[top[one]]
            return one

        for a, b in sorted(self.together):
            one, other = root(_place(places, a)), root(_place(places, b))
            top[max(one, other)] = min(one, other)
        labels = np.unique([root(one) for one in range(len(places))], return_inverse=True)[1]
        apart = []
        for a, b in sorted(self.apart):
            one, other = int(labels[_place(places, a)]), int(labels[_place(places, b)])
            if one == other:
                raise Contradiction(f"{a!r} and {b!r} are to be together and apart.")
            apart.append((one, other))
        return labels, np.array(apart, np.int64).reshape(-1, 2)


def _place(places: Mapping[str, int], id_: str) -> int:
    if id_ not in places:
        raise UnknownMessage(f"No message has the id {id_!r}.")
    return places[id_]
