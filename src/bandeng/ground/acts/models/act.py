from django.db import models

from bandeng.ground.core import api as core

from ..canonical import canonical_bytes, timestamp


class Act(models.Model):
    """Something done, once and for ever: history line, ledger leaf, timeline and feed all derive from this row.

    Only erasure changes a row, and only by emptying `reason` and `salt`; triggers hold that. No foreign keys to what
    the act is about: the record must never get in the way of live data, nor live data of the record.
    """

    id = models.UUIDField(primary_key=True, default=core.new_id, editable=False)
    kind = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=30)
    subject_key = models.UUIDField()
    actor_key = models.CharField(max_length=60)
    office_key = models.UUIDField(null=True)
    at = models.DateTimeField()
    payload = models.JSONField()
    reason = core.WordsField(null=True)
    seal_key = models.ForeignKey(
        "core.SealKey", null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    salt = models.BinaryField(null=True)
    schema = models.PositiveSmallIntegerField()
    cause_key = models.UUIDField(null=True)
    idempotency_key = models.CharField(max_length=80, null=True, unique=True)

    class Meta:
        indexes = [models.Index(fields=["subject_kind", "subject_key", "at", "id"], name="act_history")]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"

    @property
    def reason_context(self) -> str:
        return f"act.reason:{self.id}"

    def reason_words(self) -> str:
        """Open the reason; empty where none was given, CannotOpen where it was erased with its key."""
        if self.reason is None or self.seal_key is None:
            return ""
        return self.seal_key.open(self.reason, self.reason_context)

    def envelope(self) -> dict:
        """Give the act as the open data its leaf commits to."""
        return {
            "schema": self.schema,
            "id": str(self.id),
            "kind": self.kind,
            "subject_kind": self.subject_kind,
            "subject_key": str(self.subject_key),
            "actor_key": self.actor_key,
            "office_key": str(self.office_key) if self.office_key else None,
            "at": timestamp(self.at),
            "payload": self.payload,
            "cause_key": str(self.cause_key) if self.cause_key else None,
        }

    def canonical(self) -> bytes:
        """Give the bytes of the envelope."""
        return canonical_bytes(self.envelope())
