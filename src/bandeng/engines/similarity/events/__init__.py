"""Which messages tell of one event: by words, place and time."""

from .batch import Grouping, Stream, group
from .constraints import Constraints
from .errors import Contradiction, DuplicateId, UnknownMessage, UnreadableState, UnusableMessage
from .grouper import Assignment, Grouper
from .links import Link
from .message import Message
from .scoring import THRESHOLD
from .steps import in_steps

__all__ = [
    "THRESHOLD",
    "Assignment",
    "Constraints",
    "Contradiction",
    "DuplicateId",
    "Grouper",
    "Grouping",
    "Link",
    "Message",
    "Stream",
    "UnknownMessage",
    "UnreadableState",
    "UnusableMessage",
    "group",
    "in_steps",
]
