"""What a person does with messages: print one, read a notice, send a dead one again."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bandeng.ground.acts import api as acts

from ..models import OutboxMessage
from ..models.outbox_message import WAITING, Channel, State


class CannotMark(ValueError):
    """The message is not waiting for this; the text says what to do."""


def _act(kind: str, message: OutboxMessage, by: acts.Actor, now: datetime) -> None:
    payload = {"message": str(message.pk), "channel": message.channel, "template": message.template}
    acts.emit(acts.Draft(kind, message.subject_kind, message.subject_key, by, payload=payload), now=now)


def _done(message: OutboxMessage, channel: Channel, now: datetime) -> bool:
    """Mark as sent by one conditional update; False where a colleague did so a moment ago."""
    if message.channel != channel:
        raise CannotMark(_("This message goes another way; open the list again."))
    waiting = OutboxMessage.objects.filter(pk=message.pk, channel=channel, state__in=WAITING)
    if waiting.update(state=State.SENT, sent_at=now):
        return True
    if OutboxMessage.objects.filter(pk=message.pk, state=State.SENT).exists():
        return False
    raise CannotMark(_("This message was taken back; open the list again."))


@transaction.atomic
def printed(message: OutboxMessage, *, by: acts.Actor, now: datetime) -> None:
    """Note that a letter is on paper. Twice is harmless."""
    if _done(message, Channel.PRINT, now):
        _act("message.printed", message, by, now)


@transaction.atomic
def read(notice: OutboxMessage, *, by: acts.Actor, now: datetime) -> None:
    """Take a notice off the office's list. Twice is harmless."""
    if _done(notice, Channel.DESK, now):
        _act("notice.read", notice, by, now)


@transaction.atomic
def retry(message: OutboxMessage, *, by: acts.Actor, now: datetime) -> None:
    """Send a dead letter again, with all its tries; raises CannotMark where it is not dead."""
    dead = OutboxMessage.objects.filter(pk=message.pk, state=State.DEAD)
    if not dead.update(state=State.QUEUED, attempts=0, last_error="", send_after=now):
        raise CannotMark(_("This message is not among the undelivered ones; open the list again."))
    _act("message.retried", message, by, now)
