from django.db import models
from django.db.models import F, Q

from bandeng.ground.core import api as core


class NotAlike(models.Model):
    """Two cases of which somebody said that they are not alike: neither stands beside the other any more."""

    id = models.UUIDField(primary_key=True, default=core.new_id, editable=False)
    case = models.ForeignKey("casework.Case", on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey("casework.Case", on_delete=models.CASCADE, related_name="+")
    said_at = models.DateTimeField()
    said_by = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "other"], name="not_alike_once"),
            models.CheckConstraint(condition=Q(case__lt=F("other")), name="not_alike_in_order"),
        ]

    def __str__(self) -> str:
        return str(self.id)
