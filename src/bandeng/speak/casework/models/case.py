import uuid

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from bandeng.engines import deadlines
from bandeng.ground.acts import api as acts
from bandeng.ground.core import api as core

from ..rules import AT_STAGE, OPEN, STATES, WITH_STAFF, Outcome, Stage, Status
from .access import CaseAccess


def _choices(values) -> list[tuple[str, str]]:
    return [(str(value), str(value)) for value in values]


class CaseQuerySet(models.QuerySet):
    def visible_to(self, office_keys) -> "CaseQuerySet":
        """Keep the cases that one of these offices may see: one EXISTS over the access rows. Outside it is 404."""
        access = CaseAccess.objects.filter(case=OuterRef("pk"), office__in=office_keys)
        return self.filter(Exists(access))

    def seen_from(self, office_keys, stage: Stage) -> "CaseQuerySet":
        """Keep the cases of a stage that one of these offices may see, found from the offices' side: for few cases."""
        rows = CaseAccess.objects.seen_from(office_keys, stage)
        return self.filter(pk__in=rows.values("case")).at(stage)

    def at(self, stage: Stage) -> "CaseQuerySet":
        """Keep the cases of a stage, in the words of the indexes for it."""
        return self.filter(status__one_of_written=sorted(AT_STAGE[stage]))

    def with_staff(self) -> "CaseQuerySet":
        """Keep the cases in which a member of staff is to move, in the words of the indexes for them."""
        return self.at(Stage.STAFF)

    def open(self) -> "CaseQuerySet":
        return self.filter(status__in=sorted(OPEN))


class Case(models.Model):
    """One matter as one person brought it. `code` is public, the secret half of the receipt is derived, not stored.

    Rows change only through `services`, which write the status, the act and the clocks together.
    """

    CHANNELS = ("counter", "phone", "web", "letter", "visit", "import")
    IDENTITY_MODES = ("anonymous", "hidden", "shown")

    id = models.UUIDField(primary_key=True, default=core.new_id, editable=False)
    code = models.CharField(max_length=10, unique=True)
    issue = models.PositiveSmallIntegerField(default=1)
    version = models.PositiveIntegerField(default=1)
    procedure = models.CharField(max_length=20)
    status = models.CharField(max_length=20, choices=_choices(Status))
    outcome = models.CharField(max_length=20, blank=True, choices=_choices(Outcome))
    channel = models.CharField(max_length=20, choices=_choices(CHANNELS))
    identity_mode = models.CharField(max_length=20, choices=_choices(IDENTITY_MODES))
    resident = models.ForeignKey("residents.Resident", null=True, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey("directory.Area", null=True, on_delete=models.PROTECT, related_name="+")
    topic = models.ForeignKey("directory.Topic", null=True, on_delete=models.PROTECT, related_name="+")
    first_receiver = models.ForeignKey("directory.Office", on_delete=models.PROTECT, related_name="+")
    dispatch_office = models.ForeignKey("directory.Office", on_delete=models.PROTECT, related_name="+")
    holder = models.ForeignKey("directory.Office", on_delete=models.PROTECT, related_name="+")
    seal_key = models.ForeignKey("core.SealKey", on_delete=models.PROTECT, related_name="+")
    words = core.WordsField()
    words_masked = core.MaskedField()
    masked_with = models.PositiveSmallIntegerField(db_default=0)  # the rules' version; 0: before they were counted
    received_at = models.DateTimeField()
    registered_at = models.DateTimeField()
    registered_by = models.CharField(max_length=60)
    due_at = models.DateTimeField(null=True)
    idle_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    reopen_count = models.PositiveSmallIntegerField(default=0)
    is_escalated = models.BooleanField(default=False)
    source = models.CharField(max_length=40, blank=True)
    source_number = models.CharField(max_length=80, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_number"], condition=~Q(source=""), name="case_source_number"
            ),
            models.CheckConstraint(
                condition=Q(status="closed", closed_at__isnull=False) & ~Q(outcome="")
                | ~Q(status="closed") & Q(outcome=""),
                name="case_closed_has_an_outcome",
            ),
            models.CheckConstraint(
                condition=Q(status__in=sorted(s for s in STATES if STATES[s].is_end), due_at__isnull=True)
                | Q(status__in=sorted(OPEN), due_at__isnull=False),
                name="case_open_has_a_date",
            ),
            models.CheckConstraint(
                condition=Q(identity_mode="anonymous") | Q(resident__isnull=False), name="case_identity_is_there"
            ),
        ]
        indexes = [
            # Many are due on the same day: without `id` a page of fifty sorts all of them.
            models.Index(
                fields=["holder", "due_at", "id"], name="case_held_first", condition=Q(status__in=sorted(WITH_STAFF))
            ),
            models.Index(fields=["due_at", "id"], name="case_due_first", condition=Q(status__in=sorted(WITH_STAFF))),
            models.Index(fields=["due_at"], name="case_lapse", condition=Q(status=str(Status.REPLIED))),
            models.Index(fields=["idle_at"], name="case_idle", condition=Q(status__in=sorted(WITH_STAFF))),
        ]

    def __str__(self) -> str:
        return core.show_code(self.code)

    @property
    def due_on(self):
        """The Shanghai day by whose end it is due; a limit that ends at 24:00 ends on the day before midnight."""
        return deadlines.last_day(self.due_at) if self.due_at else None

    @property
    def state(self):
        return STATES[Status(self.status)]

    def words_context(self) -> str:
        return f"case.words:{self.id}"

    def statement(self) -> str:
        """Open what the resident said; raises CannotOpen where it was erased."""
        return self.seal_key.open(self.words, self.words_context())

    def secret(self) -> str:
        """Derive the secret half of the receipt."""
        return core.derive_secret("case", self.id, issue=self.issue)

    def outcome_seal(self, outcome: str, version: int) -> str:
        """Commit to how the case ended at a version, so that this installation alone can tell it from another end.

        A digest under the act's own salt would not do: whoever holds a proof file has the salt, and there are two
        outcomes to try.
        """
        key = settings.KEYRING.secret("blind")
        return core.blind_index(key, "case_outcome", f"{self.pk}:{version}:{outcome}").hex()

    def open_facts(self) -> dict:
        """Give the open data of the row as acts record it; `check` compares the two."""

        def key(value: uuid.UUID | None) -> str | None:
            return str(value) if value else None

        return {
            "code": self.code,
            "procedure": self.procedure,
            "status": str(self.status),
            "holder": key(self.holder_id),
            "due_at": acts.timestamp(self.due_at) if self.due_at else None,
            "version": self.version,
            "idle_at": acts.timestamp(self.idle_at) if self.idle_at else None,
        }


Case._meta.get_field("status").register_lookup(core.OneOfWritten)
