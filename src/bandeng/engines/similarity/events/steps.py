"""A whole stream at once, in steps between which others get their turn."""

from collections.abc import Generator, Iterable

from bandeng.engines.language import Tokeniser

from .batch import Grouping, Stream, in_order
from .constraints import Constraints
from .grouper import Grouper
from .message import Message
from .scoring import THRESHOLD
from .terms import join, read

AT_A_TIME = 500  # messages that are read or taken over in a step: a fifth of a second


def in_steps(
    messages: Iterable[Message],
    constraints: Constraints | None = None,
    *,
    names: Iterable[str] = (),
    threshold: float = THRESHOLD,
    at_a_time: int = AT_A_TIME,
) -> Generator[None, None, tuple[Grouping, Grouper]]:
    """Do as `group`, then as `Grouper.of`, and return both; yield after each step.

    A step reads or takes over `at_a_time` messages; one, the comparing, goes by their number (0.5 s for 5,000).
    Raises as `group`.
    """
    names, ordered = tuple(names), in_order(messages)
    tokeniser, parts = Tokeniser(names), []
    for start in range(0, len(ordered), at_a_time):
        parts.append(read([message for _day, message in ordered[start : start + at_a_time]], tokeniser))
        yield
    terms = join(parts) if parts else read([], tokeniser)
    stream = Stream.of(ordered, terms, names=names)
    yield
    grouping = stream.group(constraints, threshold=threshold)
    grouper = Grouper(names=names, threshold=threshold)
    yield
    yield from grouper.taking(grouping, terms, at_a_time)
    return grouping, grouper
