"""What cases share, as people read it: pieces of words put together where they overlap."""

from collections.abc import Iterable

SHOWN = 6
OVERLAP = 2  # characters that two pieces share at their ends when they were cut from one run


def told(pieces: Iterable[str]) -> list[str]:
    """Put overlapping pieces together and leave out what stands within another: 新村, 云岭新, 岭新村 → 云岭新村.

    Words are cut small, and titles into threes, so that little is missed; nobody reads them so. The order stays, the
    first six are given.
    """
    runs: list[str] = []
    for piece in pieces:
        _take_in(runs, piece)
    return runs[:SHOWN]


def _take_in(runs: list[str], piece: str) -> None:
    place, at = len(runs), 0
    while at < len(runs):
        joined = _joined(runs[at], piece)
        if joined is None:
            at += 1
            continue
        place = min(place, at)
        del runs[at]
        piece, at = joined, 0  # what has grown may reach another one now
    runs.insert(place, piece)


def _joined(one: str, other: str) -> str | None:
    if other in one:
        return one
    if one in other:
        return other
    for size in range(min(len(one), len(other)) - 1, OVERLAP - 1, -1):
        if one.endswith(other[:size]):
            return one + other[size:]
        if other.endswith(one[:size]):
            return other + one[size:]
    return None
