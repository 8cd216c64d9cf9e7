"""Small records beside a case that must not block one another by being statuses."""

from django.db import models
from django.db.models import Q

from bandeng.ground.core import api as core


class Return(models.Model):
    """A handling office says that a case is not its duty: once per office and case, decided by the dispatcher."""

    id = models.UUIDField(primary_key=True, default=core.new_id, editable=False)
    case = models.ForeignKey("casework.Case", on_delete=models.PROTECT, related_name="returns")
    office = models.ForeignKey("directory.Office", on_delete=models.PROTECT, related_name="+")
    returned_at = models.DateTimeField()
    returned_by = models.CharField(max_length=60)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=60, blank=True)
    is_upheld = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "office"], name="one_return_per_office"),
            models.UniqueConstraint(fields=["case"], condition=Q(settled_at__isnull=True), name="one_unsettled_return"),
        ]

    def __str__(self) -> str:
        return f"{self.office_id} {self.returned_at:%Y-%m-%d}"


class Trip(models.Model):
    """A resident had to come, call or write again: a cost of the office, never a mark on the visitor."""

    id = models.UUIDField(primary_key=True, default=core.new_id, editable=False)
    case = models.ForeignKey("casework.Case", on_delete=models.PROTECT, related_name="trips")
    office = models.ForeignKey("directory.Office", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=60)

    class Meta:
        ordering = ["made_at", "id"]

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d}"


class ViewLog(models.Model):
    """Who of the staff looked at a case's words, one row per person, case and day."""

    case = models.ForeignKey("casework.Case", on_delete=models.CASCADE, related_name="views")
    staff = models.ForeignKey("directory.Staff", on_delete=models.PROTECT, related_name="+")
    viewed_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "staff", "viewed_on"], name="one_view_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.viewed_on}"
