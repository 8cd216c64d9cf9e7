"""Claim what is due, one clock at a time, each in a short transaction of its own."""

import logging
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet

from .. import registry
from ..models import Clock

logger = logging.getLogger(__name__)

LONGEST_REST = timedelta(hours=1)


@dataclass(frozen=True)
class Swept:
    """How many alerts and breaches this sweep claimed, and how many handlers raised."""

    alerts: int = 0
    breaches: int = 0
    failures: int = 0


def sweep(*, now: datetime, limit: int = 100) -> Swept:
    """Claim at most `limit` alerts and `limit` breaches that are due, calling the handler of each.

    Safe to run twice at once: a claim is a conditional update, so each alert and breach is handled exactly once. A
    handler that raises undoes its claim; that clock rests for a minute, then two, four, at most an hour, so that it
    never holds up the others.
    """
    rested = Q(retry_at__isnull=True) | Q(retry_at__lte=now)
    running = Clock.objects.running().filter(rested)
    breached = running.filter(due_legal__lte=now, breach_claimed_at__isnull=True).order_by("due_legal", "id")
    # After the lawful date there is nothing left to warn of: a worker that was down for days sends breaches alone.
    alerted = running.filter(alert_at__lte=now, due_legal__gt=now).order_by("alert_at", "id")
    breaches, failed_breaches = _claim_each(breached[:limit], _claim_breach, now)
    alerts, failed_alerts = _claim_each(alerted[:limit], _claim_alert, now)
    return Swept(alerts, breaches, failed_breaches + failed_alerts)


def _claim_each(due: QuerySet, claim, now: datetime) -> tuple[int, int]:
    claimed = failures = 0
    for clock in list(due):
        try:
            with transaction.atomic():
                claimed += claim(clock, now)
        except Exception as error:
            # The kind of error alone: its message may quote what a resident wrote.
            logger.error("clock %s (%s): %s, left for later", clock.id, clock.parameter, type(error).__name__)
            _let_rest(clock.id, now)
            failures += 1
    return claimed, failures


def _claim_alert(clock: Clock, now: datetime) -> bool:
    registry.lock_subjects(clock.subject_kind, [clock.subject_key])
    mine = Clock.objects.running().filter(id=clock.id, alert_at=clock.alert_at)
    next_alert = clock.second_alert_at
    changed = mine.update(
        alert_at=next_alert, second_alert_at=None, alerts_sent=F("alerts_sent") + 1, failures=0, retry_at=None
    )
    if not changed:
        return False
    _handle(registry.alert_handler, clock.id, now)
    return True


def _claim_breach(clock: Clock, now: datetime) -> bool:
    registry.lock_subjects(clock.subject_kind, [clock.subject_key])
    mine = Clock.objects.running().filter(id=clock.id, due_legal=clock.due_legal, breach_claimed_at__isnull=True)
    done = {"alert_at": None, "second_alert_at": None, "failures": 0, "retry_at": None}
    if not mine.update(breach_claimed_at=now, **done):
        return False
    _handle(registry.breach_handler, clock.id, now)
    return True


def _handle(handler_of, clock_id: uuid.UUID, now: datetime) -> None:
    clock = Clock.objects.get(id=clock_id)  # as it is now that the claim is made, not as it was listed
    if handler := handler_of(clock):
        handler(clock, now=now)


def _let_rest(clock_id: uuid.UUID, now: datetime) -> None:
    failures = Clock.objects.values_list("failures", flat=True).get(id=clock_id)
    rest = min(timedelta(minutes=2 ** min(failures, 10)), LONGEST_REST)
    Clock.objects.filter(id=clock_id).update(failures=failures + 1, retry_at=now + rest)
