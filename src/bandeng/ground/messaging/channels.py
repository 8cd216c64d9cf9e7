"""Which ways this installation has to tell somebody something."""

from django.conf import settings

from . import registry
from .models.outbox_message import Channel


def configured(channel: str) -> bool:
    """Tell whether messages of this channel are carried here; one that is not is not queued to."""
    match Channel(channel):
        case Channel.SMS:
            return bool(settings.SMS_URL)
        case Channel.EMAIL:
            return bool(settings.SMTP_URL)
        case Channel.WEBHOOK:
            return registry.has_webhooks()
        case Channel.PRINT | Channel.DESK:
            return True
