from datetime import datetime

from django.db import models
from django.db.models import Q

from bandeng.ground.core import api as core


class Channel(models.TextChoices):
    SMS = "sms"
    EMAIL = "email"
    WEBHOOK = "webhook"
    PRINT = "print"
    DESK = "desk"


class State(models.TextChoices):
    HELD = "held"  # may still be cancelled: an undo is a compensating act within these seconds
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DEAD = "dead"
    CANCELLED = "cancelled"


WAITING = (State.HELD, State.QUEUED)
CARRIED = (Channel.SMS, Channel.EMAIL, Channel.WEBHOOK)  # by the worker; the others wait for somebody at a desk


class OutboxQuerySet(models.QuerySet):
    def waiting(self, *, now: datetime) -> "OutboxQuerySet":
        """Keep what nobody holds back any longer and nobody has begun to send."""
        return self.filter(state__one_of_written=WAITING, send_after__lte=now)

    def claimable(self, *, now: datetime) -> "OutboxQuerySet":
        """Keep what a worker may send now: what waits, and what another worker began and did not finish in time."""
        # One range of one index: else every few seconds all notices are walked through that nobody at a desk has read.
        unsent = self.filter(
            state__in=(*WAITING, State.SENDING), channel__in=CARRIED, send_after__lte=now, sent_at__isnull=True
        )
        return unsent.exclude(state=State.SENDING, claimed_until__gt=now)


class OutboxMessage(models.Model):
    """One message to one resident, office or address. Its address is looked up at the moment of sending only."""

    id = models.UUIDField(primary_key=True, default=core.new_id, editable=False)
    channel = models.CharField(max_length=10, choices=Channel)
    resident_key = models.UUIDField(null=True)
    office_key = models.UUIDField(null=True)
    address_key = models.CharField(max_length=80, blank=True, default="")
    template = models.CharField(max_length=60)
    body = core.WordsField(default=b"", blank=True)
    seal_key = models.ForeignKey(core.SealKey, null=True, on_delete=models.PROTECT, related_name="+")
    subject_kind = models.CharField(max_length=40)
    subject_key = models.UUIDField()
    idempotency_key = models.CharField(max_length=100, unique=True)
    created_at = models.DateTimeField()
    send_after = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State)
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_by = models.CharField(max_length=80, blank=True, default="")
    claimed_until = models.DateTimeField(null=True)
    is_resend = models.BooleanField(default=False)
    last_error = models.CharField(max_length=40, blank=True, default="")
    sent_at = models.DateTimeField(null=True)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(seal_key__isnull=False) | Q(body=b""), name="outbox_words_are_under_a_key"
            ),
            models.CheckConstraint(
                condition=Q(state=State.SENDING, claimed_until__isnull=False)
                | (~Q(state=State.SENDING) & Q(claimed_until__isnull=True)),
                name="outbox_sending_is_claimed",
            ),
            models.CheckConstraint(
                condition=Q(state=State.SENT, sent_at__isnull=False) | (~Q(state=State.SENT) & Q(sent_at__isnull=True)),
                name="outbox_sent_has_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["send_after"], name="outbox_waiting", condition=Q(state__in=WAITING)),
            # Of what is there or not, and of no list of states: SQLite finds no index by a list.
            models.Index(
                fields=["state", "channel", "send_after"], name="outbox_unsent", condition=Q(sent_at__isnull=True)
            ),
            models.Index(fields=["claimed_until"], name="outbox_claimed", condition=Q(state=State.SENDING)),
            models.Index(fields=["created_at"], name="outbox_dead", condition=Q(state=State.DEAD)),
            models.Index(fields=["office_key", "send_after"], name="outbox_office", condition=Q(state__in=WAITING)),
            models.Index(fields=["subject_kind", "subject_key"], name="outbox_subject"),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def body_context(self) -> str:
        """Name the place the body is sealed to."""
        return f"outbox_message.body:{self.id}"


OutboxMessage._meta.get_field("state").register_lookup(core.OneOfWritten)
