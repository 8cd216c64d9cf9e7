"""Where addresses come from. The outbox keeps keys; whoever knows the address registers here, once, in `ready`."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Address:
    """How one resident can be reached just now; empty where not given."""

    phone: str = ""
    email: str = ""


Resolver = Callable[[uuid.UUID], Address | None]
WebhookAddress = Callable[[str], str | None]

_resolver: Resolver | None = None
_webhooks: WebhookAddress | None = None


def resolver(fn: Resolver) -> Resolver:
    """Register how a resident's key becomes an address."""
    global _resolver
    _resolver = fn
    return fn


def webhook_addresses(fn: WebhookAddress) -> WebhookAddress:
    """Register how an `address_key` becomes the URL of a webhook."""
    global _webhooks
    _webhooks = fn
    return fn


def resolve(resident_key: uuid.UUID) -> Address | None:
    """Look an address up at the moment of sending."""
    return _resolver(resident_key) if _resolver else None


def webhook_url(address_key: str) -> str | None:
    """Look up where an `address_key` is listened to."""
    return _webhooks(address_key) if _webhooks else None


def has_webhooks() -> bool:
    return _webhooks is not None
