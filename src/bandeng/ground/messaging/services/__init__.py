from .delivering import Delivered, deliver
from .desk import CannotMark, printed, read, retry
from .erasing import empty_messages, mark_repeated
from .queueing import Outgoing, cancel_held, queue_many

__all__ = [
    "CannotMark",
    "Delivered",
    "Outgoing",
    "cancel_held",
    "deliver",
    "empty_messages",
    "mark_repeated",
    "printed",
    "queue_many",
    "read",
    "retry",
]
