"""What is grouped."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from .errors import DuplicateId, UnusableMessage

EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - the zero of wall clocks
DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Message:
    """One message: an opaque id, its words, when it came; `place` where the county knows it, as it is written.

    All times of one stream are naive, or all are aware. Who wrote it is not asked: every voice weighs the same.
    """

    id: str
    title: str
    text: str
    at: datetime
    place: str | None = None


def days_of(messages: Iterable[Message]) -> list[float]:
    """Give each message's time in days; check every field on the way.

    Raises UnusableMessage for a field of another kind and for naive and aware times in one stream, DuplicateId for an
    id that comes twice.
    """
    seen: set[str] = set()
    found, aware = [], None
    for number, message in enumerate(messages):
        day, is_aware = day_of(message, number)
        if aware is not None and aware != is_aware:
            raise UnusableMessage(f"Message {message.id!r} has a time of another kind: all are naive, or all aware.")
        if message.id in seen:
            raise DuplicateId(f"The id {message.id!r} comes twice.")
        aware = is_aware
        seen.add(message.id)
        found.append(day)
    return found


def day_of(message: Message, number: int = 0) -> tuple[float, bool]:
    """Give one message's time in days and whether it is aware. Raises UnusableMessage."""
    if not isinstance(message.id, str) or not message.id:
        raise UnusableMessage(f"Message number {number + 1} has no id: it is a text and not empty.")
    for name in ("title", "text"):
        if not isinstance(getattr(message, name), str):
            raise UnusableMessage(f"Message {message.id!r} has no {name}: it is a text, perhaps an empty one.")
    if message.place is not None and not isinstance(message.place, str):
        raise UnusableMessage(f"Message {message.id!r} has a place that is no text.")
    if not isinstance(message.at, datetime) or message.at != message.at:  # pandas' NaT is a datetime, and not itself
        raise UnusableMessage(f"Message {message.id!r} has no time: it is a datetime.")
    offset = message.at.utcoffset()
    at = message.at if offset is None else message.at.astimezone(UTC).replace(tzinfo=None)
    return (at - EPOCH).total_seconds() / DAY, offset is not None
