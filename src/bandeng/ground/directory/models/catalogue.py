from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bandeng.ground.core import api as core

from .area import Area
from .office import Office
from .topic import Topic


class Duty(models.Model):
    """One line of a duty list (履职事项清单): an office, or every office of a kind, owns a topic or assists in it."""

    class Part(models.TextChoices):
        OWN = "own", _("own duty")
        ASSIST = "assist", _("assists")

    id = models.UUIDField(primary_key=True, default=core.new_id, editable=False)
    office = models.ForeignKey(Office, models.PROTECT, null=True, blank=True, related_name="duties")
    office_kind = models.CharField(max_length=20, choices=Office.Kind.choices, blank=True)
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="duties")
    part = models.CharField(max_length=10, choices=Part.choices)
    citation = models.CharField(max_length=120)

    class Meta:
        ordering = ["topic__code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(office__isnull=False, office_kind="") | Q(office__isnull=True) & ~Q(office_kind=""),
                name="duty_is_of_an_office_or_of_a_kind",
            ),
            models.UniqueConstraint(
                fields=["office", "topic"], condition=Q(office__isnull=False), name="one_duty_an_office_and_topic"
            ),
            models.UniqueConstraint(
                fields=["office_kind", "topic"], condition=Q(office__isnull=True), name="one_duty_a_kind_and_topic"
            ),
        ]


class CatalogueQuerySet(models.QuerySet):
    def valid_on(self, day: date) -> "CatalogueQuerySet":
        """Keep the entries in force on `day`; `valid_to` is the last day."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day), valid_from__lte=day)


class CatalogueEntry(models.Model):
    """One line of the dispatch catalogue (派单目录): cases on this topic from this area go to this office."""

    id = models.UUIDField(primary_key=True, default=core.new_id, editable=False)
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="catalogue_entries")
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="catalogue_entries")
    office = models.ForeignKey(Office, models.PROTECT, related_name="catalogue_entries")
    procedure = models.CharField(max_length=40, blank=True)  # code of a procedure in `policies`, a suggestion
    legal_basis = models.CharField(max_length=200, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    objects = CatalogueQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="catalogue_entry_ends_after_it_begins",
            ),
            # Two, because an empty area is never equal to another empty one in a unique index.
            models.UniqueConstraint(
                fields=["topic", "area", "office"],
                condition=Q(area__isnull=False),
                name="one_entry_a_topic_area_office",
            ),
            models.UniqueConstraint(
                fields=["topic", "office"], condition=Q(area__isnull=True), name="one_entry_anywhere_a_topic_office"
            ),
        ]

    def is_valid_on(self, day: date) -> bool:
        """Tell whether the entry is in force on a day; `valid_to` is the last one."""
        return self.valid_from <= day and (self.valid_to is None or self.valid_to >= day)
