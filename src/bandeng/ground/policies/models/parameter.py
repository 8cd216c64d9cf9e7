from django.db import models
from django.db.models import F, Q

from bandeng.engines import deadlines
from bandeng.ground.core import api as core

from .law import Article

LIMIT_UNITS = tuple(deadlines.UNITS)


class Unit(models.TextChoices):
    SAME_DAY = "same_day"
    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"
    OFFICE_HOUR = "office_hour"
    OFFICE_MINUTE = "office_minute"
    COUNT = "count"
    PERCENT = "percent"
    FRACTION = "fraction"  # [numerator, denominator]
    YES_NO = "yes_no"
    PERIODS = "periods"  # [["08:30", "12:00"], …]


class Parameter(models.Model):
    """A number that the county's own rules may set: a limit, a share, a smallest group."""

    id = models.UUIDField(primary_key=True, default=core.new_id, editable=False)
    code = models.CharField(max_length=40, unique=True)
    unit = models.CharField(max_length=16, choices=Unit)
    label_zh = models.CharField(max_length=80)
    label_en = models.CharField(max_length=120)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(unit__in=Unit.values), name="parameter_unit_is_known")]

    def __str__(self) -> str:
        return self.code

    @property
    def is_limit(self) -> bool:
        return self.unit in LIMIT_UNITS


class ParameterVersion(models.Model):
    """What a parameter is from one day on: never edited, only closed by its successor."""

    id = models.UUIDField(primary_key=True, default=core.new_id, editable=False)
    parameter = models.ForeignKey(Parameter, on_delete=models.PROTECT, related_name="versions")
    value = models.JSONField()
    effective_from = models.DateField()
    effective_to = models.DateField(null=True)  # the first day on which it no longer holds
    article = models.ForeignKey(Article, null=True, on_delete=models.PROTECT, related_name="+")
    citation = models.CharField(max_length=200, blank=True)
    source_url = models.URLField(max_length=300, blank=True)
    verified_on = models.DateField(null=True)
    is_provisional = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["parameter", "effective_from"], name="parameter_version_one_a_day"),
            models.UniqueConstraint(
                fields=["parameter"], condition=Q(effective_to__isnull=True), name="parameter_version_one_open"
            ),
            models.CheckConstraint(
                condition=Q(effective_to__isnull=True) | Q(effective_to__gt=F("effective_from")),
                name="parameter_version_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.parameter.code} from {self.effective_from}"

    @property
    def limit(self) -> deadlines.Limit:
        """Give the limit the version sets; raise ValueError where the parameter is no limit."""
        return deadlines.Limit(self.value, self.parameter.unit)
