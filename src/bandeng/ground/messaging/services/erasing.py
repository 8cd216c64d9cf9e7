"""Empty messages whose words were erased; mark those of a restored outbox."""

import uuid

from ..models import OutboxMessage
from ..models.outbox_message import WAITING, State


def empty_messages(seal_key: uuid.UUID) -> int:
    """Take the words out of all messages under a key, and stop those that wait; give how many. The caller's act speaks.

    A message that a worker is sending at this moment goes out: it was told before the decision took effect.
    """
    under = OutboxMessage.objects.filter(seal_key=seal_key)
    under.filter(state__in=WAITING).update(state=State.CANCELLED)
    return under.update(body=b"")


def mark_repeated() -> int:
    """Mark every message still to be sent as one that may have gone out before; give how many.

    After a restore nobody knows what was sent since the backup: the receiver reads “sent again”.
    """
    return OutboxMessage.objects.filter(state__in=(*WAITING, State.SENDING)).update(is_resend=True)
