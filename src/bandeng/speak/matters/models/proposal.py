from django.db import models
from django.db.models import F, Q

from bandeng.ground.core import api as core


class Proposal(models.Model):
    """Cases that may be one matter, found by likeness. Nothing follows from it until a person decides.

    `matter` is the one they would join; none where they would make a new one. The row stays when it is settled, because
    what was declined is obeyed; the words that spoke for it go, with their key.
    """

    STATES = ("open", "accepted", "declined")

    id = models.UUIDField(primary_key=True, default=core.new_id, editable=False)
    matter = models.ForeignKey("matters.Matter", null=True, on_delete=models.PROTECT, related_name="proposals")
    state = models.CharField(max_length=10, choices=[(s, s) for s in STATES], default="open")
    seal_key = models.ForeignKey("core.SealKey", null=True, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    proposed_by = models.CharField(max_length=60)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", settled_at__isnull=True, settled_by="")
                | ~Q(state="open") & Q(settled_at__isnull=False) & ~Q(settled_by=""),
                name="matter_proposal_settled_by_somebody",
            )
        ]
        indexes = [models.Index(fields=["proposed_at"], name="matter_proposal_open", condition=Q(state="open"))]

    def __str__(self) -> str:
        return f"{self.state} {self.proposed_at:%Y-%m-%d}"


class ProposedCase(models.Model):
    """A case of a proposal. `is_taken` is empty until somebody who sees the case decides on it."""

    id = models.UUIDField(primary_key=True, default=core.new_id, editable=False)
    proposal = models.ForeignKey("matters.Proposal", on_delete=models.PROTECT, related_name="cases")
    case = models.ForeignKey("casework.Case", on_delete=models.PROTECT, related_name="+")
    is_taken = models.BooleanField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["proposal", "case"], name="proposed_case_once")]

    def __str__(self) -> str:
        return f"{self.proposal_id} {self.case_id}"


class ProposedLink(models.Model):
    """Why two cases may be one matter: words both use (sealed: somebody said them), a place, days between them."""

    id = models.UUIDField(primary_key=True, default=core.new_id, editable=False)
    proposal = models.ForeignKey("matters.Proposal", on_delete=models.PROTECT, related_name="links")
    first = models.ForeignKey("casework.Case", on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey("casework.Case", on_delete=models.PROTECT, related_name="+")
    words = core.WordsField()
    area = models.ForeignKey("directory.Area", null=True, on_delete=models.PROTECT, related_name="+")
    days = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["proposal", "first", "second"], name="proposed_link_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="proposed_link_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} {self.second_id}"

    def context(self) -> str:
        return f"proposed_link.words:{self.id}"

    def shared(self) -> list[str]:
        """Open the words both cases use; raises CannotOpen where they are gone."""
        return self.proposal.seal_key.open(self.words, self.context()).split("\n") if self.proposal.seal_key else []
