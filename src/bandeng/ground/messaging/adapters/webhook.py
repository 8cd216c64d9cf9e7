"""Signed webhooks: who holds the secret can tell that a message is ours, whole, and not an old one played again."""

import hashlib
import hmac

from django.conf import settings

from ..registry import webhook_url
from .envelope import Envelope, NotDelivered
from .http import post


def signature(secret: bytes, timestamp: int, body: bytes) -> str:
    """Sign `timestamp.body` with HMAC-SHA256, in hexadecimal."""
    return hmac.digest(secret, b"%d.%s" % (timestamp, body), hashlib.sha256).hex()


def send_webhook(envelope: Envelope) -> None:
    """POST the text as it is (JSON made by whoever queued it) to the address registered under `envelope.to`.

    `Bandeng-Signature: t=<unix seconds>,v1=<hex>`; listeners refuse a `t` older than five minutes.
    """
    url = webhook_url(envelope.to)
    if not url:
        raise NotDelivered("no_address", is_final=True)
    body, timestamp = envelope.text.encode(), int(envelope.now.timestamp())
    signed = signature(settings.KEYRING.secret("webhook"), timestamp, body)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Idempotency-Key": envelope.idempotency_key,
        "Bandeng-Signature": f"t={timestamp},v1={signed}",
    }
    post(url, body, headers, timeout=envelope.timeout)
