from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import F, Q

from bandeng.engines import deadlines
from bandeng.ground.core import api as core
from bandeng.ground.policies import api as policies

from .calendar import CalendarVersion


def written(at: datetime) -> str:
    """Write a time for an act's payload: ISO 8601, by Shanghai's wall clock wherever it came from."""
    return at.astimezone(deadlines.SHANGHAI).isoformat()


class ClockQuerySet(models.QuerySet):
    def running(self) -> "ClockQuerySet":
        return self.filter(stopped_at__isnull=True)


class Clock(models.Model):
    """One limit that runs, or ran, on one subject. How late it is is computed, never stored."""

    class StopReason(models.TextChoices):
        MET = "met"
        REPLACED = "replaced"
        CANCELLED = "cancelled"
        BREACHED = "breached"

    id = models.UUIDField(primary_key=True, default=core.new_id, editable=False)
    subject_kind = models.CharField(max_length=30)
    subject_key = models.UUIDField()
    parameter = models.CharField(max_length=40)
    parameter_version = models.ForeignKey(policies.ParameterVersion, on_delete=models.PROTECT, related_name="+")
    calendar_version = models.ForeignKey(CalendarVersion, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    due_strict = models.DateTimeField()
    due_legal = models.DateTimeField()
    is_estimated = models.BooleanField()
    alert_at = models.DateTimeField(null=True)
    second_alert_at = models.DateTimeField(null=True)
    alerts_sent = models.PositiveSmallIntegerField(default=0)
    stopped_at = models.DateTimeField(null=True)
    stop_reason = models.CharField(max_length=10, choices=StopReason, blank=True)
    breach_claimed_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)  # times a handler raised since one last succeeded
    retry_at = models.DateTimeField(null=True)  # the sweeper leaves a clock whose handler raised alone until then

    objects = ClockQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["alert_at"], name="clock_alerts", condition=Q(stopped_at__isnull=True, alert_at__isnull=False)
            ),
            models.Index(
                fields=["due_legal"],
                name="clock_breaches",
                condition=Q(stopped_at__isnull=True, breach_claimed_at__isnull=True),
            ),
            models.Index(
                fields=["id"], name="clock_estimated", condition=Q(stopped_at__isnull=True, is_estimated=True)
            ),
        ]
        constraints = [
            # Also the index by which the running clocks of a subject are found.
            models.UniqueConstraint(
                fields=["subject_kind", "subject_key", "parameter"],
                condition=Q(stopped_at__isnull=True),
                name="clock_runs_once_per_parameter",
            ),
            models.CheckConstraint(condition=Q(due_strict__lte=F("due_legal")), name="clock_rolls_forward_only"),
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=True, stop_reason="")
                | Q(stopped_at__isnull=False, stop_reason__in=["met", "replaced", "cancelled", "breached"]),
                name="clock_stops_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.parameter} of {self.subject_kind} {self.subject_key}"

    def is_late(self, *, now: datetime) -> bool:
        """Tell whether the lawful date has passed (or had passed when the clock was stopped)."""
        return (self.stopped_at or now) >= self.due_legal

    def last_day(self) -> date:
        """Give the lawful due date as people say it: the Shanghai day that ends at 24:00."""
        return deadlines.last_day(self.due_legal)

    def facts(self) -> dict[str, Any]:
        """Give what an act's payload records of the clock: open data alone, times in ISO 8601."""
        return {
            "clock": str(self.id),
            "parameter": self.parameter,
            "parameter_version": str(self.parameter_version_id),
            "calendar_version": str(self.calendar_version_id),
            "started_at": written(self.started_at),
            "due_strict": written(self.due_strict),
            "due_legal": written(self.due_legal),
            "is_estimated": self.is_estimated,
        }
