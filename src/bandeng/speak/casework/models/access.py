from django.db import models


class CaseAccess(models.Model):
    """An office may see a case, for a reason. Rows are written by acts; lists, search and exports use nothing else."""

    REASONS = ("received", "dispatching", "holder", "escalated")

    case = models.ForeignKey("casework.Case", on_delete=models.CASCADE, related_name="access")
    office = models.ForeignKey("directory.Office", on_delete=models.PROTECT, related_name="+", db_index=False)
    reason = models.CharField(max_length=20, choices=[(r, r) for r in REASONS])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["office", "case", "reason"], name="case_access_once"),
        ]

    def __str__(self) -> str:
        return f"{self.office_id} {self.reason}"
