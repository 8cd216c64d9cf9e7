from django.db import models


class Suggested(models.Model):
    """What stood beside a case when it was new, and where the case went. No person stands here."""

    case = models.OneToOneField("casework.Case", primary_key=True, on_delete=models.CASCADE, related_name="+")
    model_number = models.PositiveIntegerField()  # of the offices' model
    first = models.ForeignKey("directory.Office", on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey("directory.Office", null=True, on_delete=models.PROTECT, related_name="+")
    probability = models.FloatField()  # of the first, between 0 and 1
    is_sure = models.BooleanField()
    topic = models.ForeignKey("directory.Topic", null=True, on_delete=models.PROTECT, related_name="+")
    suggested_at = models.DateTimeField()
    chosen = models.ForeignKey("directory.Office", null=True, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(chosen__isnull=True, settled_at__isnull=True)
                | models.Q(chosen__isnull=False, settled_at__isnull=False),
                name="suggested_is_settled_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["suggested_at"], name="suggested_unsettled", condition=models.Q(settled_at=None)),
            models.Index(fields=["settled_at"], name="suggested_settled", condition=models.Q(settled_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return str(self.case_id)

    @property
    def was_right(self) -> bool:
        """Whether the case was signed for where the first suggestion said."""
        return self.chosen_id == self.first_id
