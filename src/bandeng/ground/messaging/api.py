"""The only door to `messaging`."""

from .channels import configured
from .models import OutboxMessage
from .registry import Address, resolver, webhook_addresses
from .selectors import dead_letters, messages_of, notices, print_queue, text, unopenable
from .services import (
    CannotMark,
    Delivered,
    Outgoing,
    cancel_held,
    deliver,
    empty_messages,
    mark_repeated,
    printed,
    queue_many,
    read,
    retry,
)

__all__ = [
    "Address",
    "CannotMark",
    "Delivered",
    "Outgoing",
    "OutboxMessage",
    "cancel_held",
    "configured",
    "dead_letters",
    "deliver",
    "empty_messages",
    "mark_repeated",
    "messages_of",
    "notices",
    "print_queue",
    "printed",
    "queue_many",
    "read",
    "resolver",
    "retry",
    "text",
    "unopenable",
    "webhook_addresses",
]
