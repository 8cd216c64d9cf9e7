from django.db import models
from django.db.models import Q

from bandeng.ground.core import api as core


class Matter(models.Model):
    """What several cases are about. A link and never a status: no case moves by what happens here.

    Title, note and core lie under a key of their own; they are the office's words about an event, nobody's own.
    """

    id = models.UUIDField(primary_key=True, default=core.new_id, editable=False)
    seal_key = models.ForeignKey("core.SealKey", on_delete=models.PROTECT, related_name="+")
    title = core.WordsField()
    office = models.ForeignKey("directory.Office", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=60)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by="") | Q(closed_at__isnull=False) & ~Q(closed_by=""),
                name="matter_closed_by_somebody",
            )
        ]

    def __str__(self) -> str:
        return str(self.id)

    def title_context(self) -> str:
        return f"matter.title:{self.id}"

    def title_words(self) -> str:
        """Open the title; raises CannotOpen where it was erased."""
        return self.seal_key.open(self.title, self.title_context())


class MatterCase(models.Model):
    """A case's time in a matter. One that has ended says from what a person took the case away, and is obeyed."""

    id = models.UUIDField(primary_key=True, default=core.new_id, editable=False)
    matter = models.ForeignKey("matters.Matter", on_delete=models.PROTECT, related_name="members")
    case = models.ForeignKey("casework.Case", on_delete=models.PROTECT, related_name="+")
    joined_at = models.DateTimeField()
    joined_by = models.CharField(max_length=60)
    left_at = models.DateTimeField(null=True)
    left_by = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(left_at__isnull=True), name="one_matter_a_case"),
            models.CheckConstraint(
                condition=Q(left_at__isnull=True, left_by="") | Q(left_at__isnull=False) & ~Q(left_by=""),
                name="matter_left_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["matter", "case"], name="matter_members")]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.case_id}"
