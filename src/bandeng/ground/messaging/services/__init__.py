from .delivering import Delivered, deliver
from .desk import CannotMark, printed, read, retry
from .queueing import Outgoing, cancel_held, queue_many

__all__ = [
    "CannotMark",
    "Delivered",
    "Outgoing",
    "cancel_held",
    "deliver",
    "printed",
    "queue_many",
    "read",
    "retry",
]
