from django.db import models
from django.db.models import F, Q

from bandeng.ground.core import api as core


class ErasureProposal(models.Model):
    """One person's proposal to erase what was said in a case, and what a second person decided.

    The reason lies under a key of its own: it outlives the words it speaks of. `erased_key` and `act_key` say what was
    destroyed and by which act; from them the register beside the database is kept whole.
    """

    # 个人信息保护法 art 47 (the person asks); art 47 no. 4 with art 6 (collected unlawfully, or about somebody else);
    # art 8 (wrong: another person's matter, or entered twice).
    GROUNDS = ("request", "third_person", "wrong_registration")
    STATES = ("proposed", "confirmed", "declined")

    id = models.UUIDField(primary_key=True, default=core.new_id, editable=False)
    case = models.ForeignKey("casework.Case", on_delete=models.PROTECT, related_name="erasure_proposals")
    ground = models.CharField(max_length=30, choices=[(g, g) for g in GROUNDS])
    reason = core.WordsField()
    seal_key = models.ForeignKey("core.SealKey", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=20, choices=[(s, s) for s in STATES], default="proposed")
    proposed_at = models.DateTimeField()
    proposed_by = models.CharField(max_length=60)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=60, blank=True)
    erased_key = models.UUIDField(null=True)
    act_key = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(state="proposed"), name="one_open_erasure_proposal"),
            models.CheckConstraint(
                condition=Q(state="proposed", settled_at__isnull=True, settled_by="")
                | ~Q(state="proposed") & Q(settled_at__isnull=False) & ~Q(settled_by=""),
                name="erasure_settled_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state="confirmed")
                | ~Q(settled_by=F("proposed_by")) & Q(erased_key__isnull=False, act_key__isnull=False),
                name="erasure_takes_two",
            ),
        ]
        ordering = ["proposed_at", "id"]

    def __str__(self) -> str:
        return f"{self.ground} {self.proposed_at:%Y-%m-%d}"

    def reason_context(self) -> str:
        return f"erasure_proposal.reason:{self.id}"

    def reason_words(self) -> str:
        """Open why it was proposed."""
        return self.seal_key.open(self.reason, self.reason_context())
