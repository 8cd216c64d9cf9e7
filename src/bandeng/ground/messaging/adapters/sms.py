"""Short messages: one JSON POST per message to the county's provider or its gateway."""

import json

from django.conf import settings

from .envelope import Envelope
from .http import post


def send_sms(envelope: Envelope) -> None:
    """Send `{"to", "text", "template", "idempotency_key"}` with the bearer token of the installation."""
    body = {
        "to": envelope.to,
        "text": envelope.text,
        "template": envelope.template,
        "idempotency_key": envelope.idempotency_key,
    }
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Idempotency-Key": envelope.idempotency_key,
    }
    if settings.SMS_TOKEN:
        headers["Authorization"] = f"Bearer {settings.SMS_TOKEN}"
    post(settings.SMS_URL, json.dumps(body, ensure_ascii=False).encode(), headers, timeout=envelope.timeout)
