"""Hide what would tell of too few, directly or by subtraction. Plain Python over a tree of counts.

Every published node tells the sum of its children; what is hidden below it is known as one sum. So wherever a child is
hidden, the hidden ones together must hold at least the minimum, and there must be two of them.
"""

from collections.abc import Hashable
from dataclasses import dataclass, field
from operator import attrgetter

SHOWN, SMALL, BESIDE, ABOVE = "shown", "small", "beside", "above"


@dataclass(frozen=True)
class Node:
    """A cell of a table: how many people it stands for, and the cells that it is the sum of."""

    key: Hashable
    people: int
    children: tuple["Node", ...] = field(default=())


def hidden(root: Node, minimum: int) -> dict[Hashable, str]:
    """Say of each node by key whether it is shown, and why not: small, beside a small one, or below a hidden one.

    Nodes of nobody are shown: that nobody judged tells of no one.
    """
    verdicts: dict[Hashable, str] = {}
    _decide(root, minimum, SMALL if 0 < root.people < minimum else SHOWN, verdicts)
    return verdicts


def _decide(node: Node, minimum: int, verdict: str, verdicts: dict[Hashable, str]) -> None:
    verdicts[node.key] = verdict
    if verdict != SHOWN:
        for child in node.children:
            _decide(child, minimum, ABOVE, verdicts)
        return
    small = [child for child in node.children if 0 < child.people < minimum]
    beside: Node | None = None
    if small and (len(small) == 1 or sum(child.people for child in small) < minimum):
        # The parent holds the minimum; so where its small children do not, there is a large one.
        beside = min((child for child in node.children if child.people >= minimum), key=attrgetter("people"))
    for child in node.children:
        verdict = SMALL if child in small else BESIDE if child is beside else SHOWN
        _decide(child, minimum, verdict, verdicts)
