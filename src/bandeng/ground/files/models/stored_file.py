from django.db import models
from django.db.models import Q

from bandeng.ground.core import api as core


class Kind(models.TextChoices):
    PICTURE = "picture"
    PDF = "pdf"


class State(models.TextChoices):
    RECEIVED = "received"  # nobody sees it yet
    CLEAN = "clean"
    REFUSED = "refused"  # the fact and the reason are kept, the content is not


class StoredFile(models.Model):
    """One uploaded file. `digest` is of the ciphertext: one of the content could be guessed and compared."""

    id = models.UUIDField(primary_key=True, default=core.new_id, editable=False)
    kind = models.CharField(max_length=10, choices=Kind)
    media_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()  # bytes of the content
    digest = models.CharField(max_length=64)
    path = models.CharField(max_length=80, blank=True, default="")  # under FILES_DIR; empty once refused
    seal_key = models.ForeignKey(core.SealKey, on_delete=models.PROTECT, related_name="+")
    original_name = core.WordsField(default=b"", blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.RECEIVED)
    refusal = models.CharField(max_length=30, blank=True, default="")
    pages = models.PositiveSmallIntegerField(null=True)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    subject_kind = models.CharField(max_length=40)
    subject_key = models.UUIDField()
    received_at = models.DateTimeField()
    cleaned_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state=State.REFUSED, path="") | (~Q(state=State.REFUSED) & ~Q(path="")),
                name="file_refused_keeps_no_content",
            ),
            models.CheckConstraint(
                condition=(Q(state=State.REFUSED) & ~Q(refusal="")) | (~Q(state=State.REFUSED) & Q(refusal="")),
                name="file_refused_says_why",
            ),
            models.CheckConstraint(
                condition=Q(state=State.RECEIVED, cleaned_at__isnull=True)
                | (~Q(state=State.RECEIVED) & Q(cleaned_at__isnull=False)),
                name="file_checked_has_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["received_at"], name="file_to_clean", condition=Q(state=State.RECEIVED)),
            models.Index(fields=["subject_kind", "subject_key"], name="file_subject"),
            models.Index(fields=["path"], name="file_path"),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def name_context(self) -> str:
        """Name the place the original name is sealed to."""
        return f"stored_file.original_name:{self.id}"
