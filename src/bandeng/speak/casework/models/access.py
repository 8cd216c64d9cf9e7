from django.db import models
from django.db.models import Q

from bandeng.ground.core import api as core

from ..rules import Stage


class CaseAccessQuerySet(models.QuerySet):
    def seen_from(self, office_keys, stage: Stage) -> "CaseAccessQuerySet":
        """Keep what offices see of a stage, in the words of the indexes for it."""
        return self.filter(office__in=office_keys, stage__one_of_written=[stage])


class CaseAccess(models.Model):
    """An office may see a case, for a reason. Rows are written by acts; lists, search and exports use nothing else.

    `stage` repeats in whose hands the case is, so that what an office has open is found without its closed ones,
    which are a hundred times as many.
    """

    REASONS = ("received", "dispatching", "holder", "escalated")
    USUAL_A_CASE = 3  # rows of one case
    MOST_A_CASE = 8  # … one a reason, and while offices disagree or escalate some more

    case = models.ForeignKey("casework.Case", on_delete=models.CASCADE, related_name="access")
    office = models.ForeignKey("directory.Office", on_delete=models.PROTECT, related_name="+", db_index=False)
    reason = models.CharField(max_length=20, choices=[(r, r) for r in REASONS])
    stage = models.CharField(
        max_length=10, choices=[(str(s), str(s)) for s in Stage], default=str(Stage.STAFF), db_default=str(Stage.STAFF)
    )

    objects = CaseAccessQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["office", "case", "reason"], name="case_access_once"),
        ]
        indexes = [
            models.Index(fields=["office", "case"], name="case_access_staff", condition=Q(stage=str(Stage.STAFF))),
            models.Index(
                fields=["office", "case"], name="case_access_answered", condition=Q(stage=str(Stage.ANSWERED))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.office_id} {self.reason}"


CaseAccess._meta.get_field("stage").register_lookup(core.OneOfWritten)
