from django.db import models

from bandeng.ground.core import api as core


class MatterText(models.Model):
    """One version of what an office wrote for all cases of a matter: the note of the investigation, the answer's core.

    Versions are added, never changed: a draft says from which one it was begun.
    """

    KINDS = ("note", "core")

    id = models.UUIDField(primary_key=True, default=core.new_id, editable=False)
    matter = models.ForeignKey("matters.Matter", on_delete=models.PROTECT, related_name="texts")
    kind = models.CharField(max_length=10, choices=[(k, k) for k in KINDS])
    number = models.PositiveSmallIntegerField()
    words = core.WordsField()
    office = models.ForeignKey("directory.Office", on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=60)
    act_key = models.UUIDField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["matter", "kind", "number"], name="matter_text_once")]
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"

    def context(self) -> str:
        return f"matter_text.words:{self.id}"

    def text(self) -> str:
        """Open the words; raises CannotOpen where they were erased."""
        return self.matter.seal_key.open(self.words, self.context())


class CoreUse(models.Model):
    """A version of the core was put into somebody's draft of a case's answer: its source, and once is enough."""

    id = models.UUIDField(primary_key=True, default=core.new_id, editable=False)
    text = models.ForeignKey("matters.MatterText", on_delete=models.PROTECT, related_name="uses")
    case = models.ForeignKey("casework.Case", on_delete=models.PROTECT, related_name="+")
    round = models.PositiveSmallIntegerField()
    used_at = models.DateTimeField()
    used_by = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["text", "case", "round", "used_by"], name="core_use_once"),
        ]

    def __str__(self) -> str:
        return f"{self.text_id} {self.case_id}"


class MatterView(models.Model):
    """Who of the staff read note or core of a matter, one row per person, matter and day."""

    id = models.UUIDField(primary_key=True, default=core.new_id, editable=False)
    matter = models.ForeignKey("matters.Matter", on_delete=models.PROTECT, related_name="views")
    staff = models.ForeignKey("directory.Staff", on_delete=models.PROTECT, related_name="+")
    viewed_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["matter", "staff", "viewed_on"], name="one_matter_view_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.viewed_on}"
