"""What people decided about cases, as whoever proposes must obey it. Read from the rows; nothing is kept twice.

Together: cases that are in one matter now. Apart: a case that was taken out and those it was taken from; a case that
was left out of a proposal and those that were taken; all that were declined as one. What was decided last holds: cases
that are in one matter now are not apart, whatever was said before.
"""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import combinations, product

from django.db.models import QuerySet

from .models import MatterCase, ProposedCase

Key = uuid.UUID
Pair = tuple[Key, Key]


@dataclass(frozen=True)
class Constraints:
    """`together`: cases of one matter each. `apart`: pairs in order of id that are never proposed together."""

    together: tuple[frozenset[Key], ...]
    apart: frozenset[Pair]

    def are_apart(self, one: Key, other: Key) -> bool:
        """Tell whether a person said that two cases are not one matter."""
        return (min(one, other), max(one, other)) in self.apart


def constraints(case_keys: Collection[Key] | None = None) -> Constraints:
    """Give what people decided, about these cases or about all."""
    members = _about(MatterCase.objects.order_by("matter_id", "joined_at"), case_keys)
    by_matter: dict[Key, list[tuple]] = defaultdict(list)
    for matter, case, since, until in members.values_list("matter", "case", "joined_at", "left_at"):
        by_matter[matter].append((case, since, until))
    together = tuple(
        frozenset(case for case, _since, until in rows if until is None)
        for rows in by_matter.values()
        if any(until is None for _case, _since, until in rows)
    )
    apart = {_pair(*pair) for rows in by_matter.values() for pair in _split(rows)}
    apart |= {_pair(*pair) for pair in _declined(case_keys)}
    now_together = {_pair(*pair) for group in together for pair in combinations(sorted(group), 2)} if apart else set()
    return Constraints(together, frozenset(apart - now_together))


def _about(rows: QuerySet, case_keys: Collection[Key] | None) -> QuerySet:
    return rows if case_keys is None else rows.filter(case__in=list(case_keys))


def _pair(one: Key, other: Key) -> Pair:
    return (one, other) if one < other else (other, one)


def _split(rows: list[tuple]) -> Iterator[Pair]:
    """Pair each case that left with those that stayed that moment; what left in one act is not parted."""
    for case, _since, until in rows:
        if until is None:
            continue
        for other, joined, left in rows:
            if other != case and joined <= until and (left is None or left > until):
                yield case, other


def _declined(case_keys: Collection[Key] | None) -> Iterator[Pair]:
    rows = ProposedCase.objects.filter(is_taken__isnull=False).exclude(proposal__state="open")
    found: dict[tuple[Key, str], dict[bool, list[Key]]] = defaultdict(lambda: {True: [], False: []})
    for proposal, state, case, taken in _about(rows, case_keys).values_list(
        "proposal", "proposal__state", "case", "is_taken"
    ):
        found[proposal, state][taken].append(case)
    for (_proposal, state), sides in found.items():
        yield from product(sides[False], sides[True])
        if state == "declined":
            yield from combinations(sides[False], 2)
