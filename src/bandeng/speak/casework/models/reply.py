from django.db import models

from bandeng.ground.core import api as core


class Reply(models.Model):
    """An office's answer, redirection or refusal, from draft to service. One per round; a redraft is an act.

    Required parts depend on kind and procedure (`services/replying.py`); 信访工作条例 art 32 asks for facts and
    reasons, an opinion and its legal basis.
    """

    KINDS = ("answer", "redirection", "rejection")
    OPINIONS = ("answered", "supported", "reasonable_but_no_basis", "not_supported")
    METHODS = ("online", "message", "phone", "in_person", "post")
    BY_IMPORT = "import"  # was served where it came from; nobody here can choose it
    PARTS = ("facts", "basis", "opinion", "where_to_go", "remedy")

    id = models.UUIDField(primary_key=True, default=core.new_id, editable=False)
    case = models.ForeignKey("casework.Case", on_delete=models.PROTECT, related_name="replies")
    round = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20, choices=[(k, k) for k in KINDS])
    result = models.CharField(max_length=30, choices=[(o, o) for o in OPINIONS])
    facts = core.WordsField(null=True)
    basis = core.WordsField(null=True)
    opinion = core.WordsField(null=True)
    where_to_go = core.WordsField(null=True)
    remedy = core.WordsField(null=True)
    articles = models.JSONField(default=list)
    is_undispatched = models.BooleanField(default=False)  # written by the dispatcher before any office had the case
    office = models.ForeignKey("directory.Office", on_delete=models.PROTECT, related_name="+")
    drafted_by = models.CharField(max_length=60)
    drafted_at = models.DateTimeField()
    approved_by = models.CharField(max_length=60, blank=True)
    approved_at = models.DateTimeField(null=True)
    served_at = models.DateTimeField(null=True)
    served_by = models.CharField(max_length=60, blank=True)
    service_method = models.CharField(max_length=20, blank=True, choices=[(m, m) for m in (*METHODS, BY_IMPORT)])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "round"], name="one_reply_a_round"),
            models.CheckConstraint(
                condition=models.Q(served_at__isnull=True, service_method="")
                | models.Q(served_at__isnull=False) & ~models.Q(service_method=""),
                name="reply_served_has_a_method",
            ),
        ]
        ordering = ["round"]

    def __str__(self) -> str:
        return f"{self.kind} {self.round}"

    def context(self, part: str) -> str:
        return f"reply.{part}:{self.id}"

    def part(self, name: str) -> str:
        """Open one part under the case's key; empty where it was not written."""
        sealed = getattr(self, name)
        return self.case.seal_key.open(sealed, self.context(name)) if sealed is not None else ""

    def parts(self) -> dict[str, str]:
        """Open all parts that were written, in the order people read them."""
        return {name: text for name in self.PARTS if (text := self.part(name))}
