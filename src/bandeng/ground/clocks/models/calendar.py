from django.db import models
from django.db.models import F, Q

from bandeng.engines import deadlines
from bandeng.ground.core import api as core


class CalendarVersion(models.Model):
    """The State Council's schedule as known on one day: never edited, the newest one counts."""

    id = models.UUIDField(primary_key=True, default=core.new_id, editable=False)
    covers_from = models.DateField()
    covers_until = models.DateField()
    source = models.CharField(max_length=200)
    loaded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(covers_until__gte=F("covers_from")), name="calendar_version_covers_something"
            )
        ]

    def __str__(self) -> str:
        return f"{self.covers_from} to {self.covers_until}"

    def calendar(self) -> deadlines.Calendar:
        """Read the days into the form that the engine counts with."""
        days = list(self.days.all())
        return deadlines.Calendar(
            self.covers_from,
            self.covers_until,
            off=frozenset(d.on for d in days if d.kind == CalendarDay.Kind.HOLIDAY),
            makeup=frozenset(d.on for d in days if d.kind == CalendarDay.Kind.MAKEUP),
        )


class CalendarDay(models.Model):
    """A day that is not what its weekday says: a statutory day off, or a weekend day that is worked."""

    class Kind(models.TextChoices):
        HOLIDAY = "holiday"
        MAKEUP = "makeup"

    id = models.BigAutoField(primary_key=True)
    version = models.ForeignKey(CalendarVersion, on_delete=models.CASCADE, related_name="days")
    on = models.DateField()
    kind = models.CharField(max_length=8, choices=Kind)
    label = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "on"], name="calendar_day_once"),
            models.CheckConstraint(condition=Q(kind__in=["holiday", "makeup"]), name="calendar_day_kind_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.kind}"
