from django.db import models
from django.db.models import Q

from bandeng.ground.core import api as core


def _choices(values: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(value, value) for value in values]


class Judgement(models.Model):
    """What the resident thinks of one answer. One a round; giving it again replaces it until its month is out.

    No foreign key leads from or to the case: nothing that walks a case's relations finds a mark. The words lie under
    a key of their own, so that whoever may open the case cannot open them.
    """

    SOLVED = ("yes", "partly", "no")
    MARKS = ("good", "fair", "poor", "none")  # none: would rather not say
    WAYS = ("receipt", "counter", "phone")

    id = models.UUIDField(primary_key=True, default=core.new_id, editable=False)
    case_key = models.UUIDField()
    round = models.PositiveSmallIntegerField()
    is_solved = models.CharField(max_length=10, choices=_choices(SOLVED))
    result = models.CharField(max_length=10, choices=_choices(MARKS))
    manner = models.CharField(max_length=10, choices=_choices(MARKS))
    was_asked_for_good_mark = models.BooleanField(null=True)
    words = core.WordsField(null=True)
    seal_key = models.ForeignKey("core.SealKey", null=True, on_delete=models.PROTECT, related_name="+")
    judged_at = models.DateTimeField()
    judged_by = models.CharField(max_length=10, choices=_choices(WAYS))  # the way, never a person
    # Open facts of the answer judged, copied so that counting needs no case.
    office_key = models.UUIDField()
    area_key = models.UUIDField(null=True)
    topic_key = models.UUIDField(null=True)
    procedure = models.CharField(max_length=20)
    month = models.DateField()  # the first day of the month in which the answer was served
    act_key = models.UUIDField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case_key", "round"], name="one_judgement_a_round"),
            models.CheckConstraint(
                condition=Q(words__isnull=True, seal_key__isnull=True) | Q(words__isnull=False, seal_key__isnull=False),
                name="judgement_words_have_a_key",
            ),
        ]
        indexes = [models.Index(fields=["month", "office_key"], name="judgement_month")]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def words_context(self) -> str:
        return f"judgement.words:{self.id}"

    def own_words(self) -> str:
        """Open the resident's own words; empty where none were written, CannotOpen where they were erased."""
        return self.seal_key.open(self.words, self.words_context) if self.words is not None else ""

    def marks(self) -> str:
        """Write the marks as their act commits to them, so that a mark changed behind our back is found."""
        asked = {True: "yes", False: "no", None: "-"}[self.was_asked_for_good_mark]
        return f"{self.case_key} {self.round} {self.is_solved} {self.result} {self.manner} {asked}"
