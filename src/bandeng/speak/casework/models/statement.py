from django.db import models

from bandeng.ground.core import api as core


class Statement(models.Model):
    """What the resident said after registration: a correction at the read-back, something added, what is missing."""

    KINDS = ("corrected", "added", "missing")

    id = models.UUIDField(primary_key=True, default=core.new_id, editable=False)
    case = models.ForeignKey("casework.Case", on_delete=models.PROTECT, related_name="statements")
    kind = models.CharField(max_length=20, choices=[(k, k) for k in KINDS])
    words = core.WordsField()
    words_masked = core.MaskedField()
    masked_with = models.PositiveSmallIntegerField(db_default=0)  # the rules' version; 0: before they were counted
    said_at = models.DateTimeField()
    said_by = models.CharField(max_length=60)
    act_key = models.UUIDField()

    class Meta:
        ordering = ["said_at", "id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.said_at:%Y-%m-%d}"

    def words_context(self) -> str:
        return f"statement.words:{self.id}"

    def text(self) -> str:
        """Open the words under the case's key."""
        return self.case.seal_key.open(self.words, self.words_context())
