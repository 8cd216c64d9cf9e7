"""Load a year's schedule, and count again what was only estimated without it."""

from collections.abc import Iterable
from datetime import date, datetime
from itertools import groupby

from django.db import transaction
from django.utils.translation import gettext as _

from bandeng.engines import deadlines
from bandeng.ground.acts import api as acts

from .. import registry
from ..calendars import counter_at, forget
from ..models import CalendarDay, CalendarVersion, Clock
from ..models.clock import written

CHUNK = 100  # clocks recomputed in one transaction


class CannotLoadCalendar(ValueError):
    """The days cannot be taken for a calendar; the message says what to change."""


def load_calendar(
    days: Iterable[tuple[date, str, str]],
    covers_from: date,
    covers_until: date,
    source: str,
    *,
    by: acts.Actor,
    now: datetime,
) -> CalendarVersion:
    """Add a calendar of `(day, "holiday" or "makeup", label)` and count the running estimated clocks again.

    The new version replaces the old one whole, so it must reach at least as far. Emits `calendar.loaded`, then
    `clock.recomputed` for each chunk of clocks, each chunk in a transaction of its own; if that is cut short,
    `recompute_estimated` takes it up. Raises CannotLoadCalendar.
    """
    rows = [CalendarDay(on=on, kind=kind, label=label) for on, kind, label in days]
    _check(rows, covers_from, covers_until)
    with transaction.atomic():
        last = CalendarVersion.objects.order_by("-loaded_at", "-id").first()
        if last and (last.covers_until > covers_until or last.covers_from < covers_from):
            raise CannotLoadCalendar(
                _("The calendar in use covers %(first)s to %(last)s. Load one that covers at least these days.")
                % {"first": last.covers_from, "last": last.covers_until}
            )
        version = CalendarVersion.objects.create(
            covers_from=covers_from, covers_until=covers_until, source=source, loaded_at=now
        )
        for row in rows:
            row.version = version
        CalendarDay.objects.bulk_create(rows)
        acts.emit(_loaded(version, rows, by), now=now)
        forget()
        transaction.on_commit(forget)
    recompute_estimated(by=by, now=now)
    return version


def _loaded(version: CalendarVersion, rows: list[CalendarDay], by: acts.Actor) -> acts.Draft:
    return acts.Draft(
        kind="calendar.loaded",
        subject_kind="calendar",
        subject_key=version.id,
        by=by,
        payload={
            "covers_from": version.covers_from.isoformat(),
            "covers_until": version.covers_until.isoformat(),
            "source": version.source,
            "holidays": [row.on.isoformat() for row in rows if row.kind == "holiday"],
            "makeup_days": [row.on.isoformat() for row in rows if row.kind == "makeup"],
        },
    )


def _check(rows: list[CalendarDay], covers_from: date, covers_until: date) -> None:
    if any(row.kind not in CalendarDay.Kind.values for row in rows):
        raise CannotLoadCalendar(_("Each day is a `holiday` or a `makeup` day; correct the others."))
    if len({row.on for row in rows}) != len(rows):
        raise CannotLoadCalendar(_("A day is listed twice; keep one line for each day."))
    for row in rows:
        if not covers_from <= row.on <= covers_until:
            raise CannotLoadCalendar(_("%(day)s lies outside the days the calendar covers.") % {"day": row.on})
        if row.kind == "makeup" and row.on.weekday() < 5:
            raise CannotLoadCalendar(_("%(day)s is not at a weekend; only weekend days are made up.") % {"day": row.on})


def recompute_estimated(*, by: acts.Actor, now: datetime) -> int:
    """Count running estimated clocks of older calendars again with the newest; give how many. Safe to repeat."""
    newest, _counter = counter_at(now)
    stale = Clock.objects.running().filter(is_estimated=True).exclude(calendar_version=newest)
    stale = stale.filter(breach_claimed_at__isnull=True).order_by("subject_kind", "subject_key", "id")
    total = 0
    while clocks := list(stale[:CHUNK]):
        for subject_kind, group in groupby(clocks, key=lambda clock: clock.subject_kind):
            total += _recompute_chunk(subject_kind, list(group), by, now)
    return total


def _recompute_chunk(subject_kind: str, listed: list[Clock], by: acts.Actor, now: datetime) -> int:
    with transaction.atomic():
        registry.lock_subjects(subject_kind, [clock.subject_key for clock in listed])
        still_running = Clock.objects.running().filter(id__in=[clock.id for clock in listed]).order_by("id")
        clocks = list(still_running.select_for_update(of=("self",)).select_related("parameter_version__parameter"))
        moved = [_recount(clock, now) for clock in clocks]
        if not moved:
            return 0
        Clock.objects.bulk_update(
            clocks, ["calendar_version", "due_strict", "due_legal", "is_estimated", "alert_at", "second_alert_at"]
        )
        if handler := registry.recompute_handler(subject_kind):
            handler(moved, now=now)
        acts.emit(
            acts.Draft(
                kind="clock.recomputed",
                subject_kind="calendar",
                subject_key=clocks[0].calendar_version_id,
                by=by,
                payload={"clocks": [_change(each) for each in moved]},
            ),
            now=now,
        )
    return len(moved)


def _recount(clock: Clock, now: datetime) -> registry.Recomputed:
    """Count a clock again by the version of its parameter that it has always had; alerts already sent stay sent."""
    alerts = tuple(at for at in (clock.alert_at, clock.second_alert_at) if at is not None)
    old = deadlines.Due(clock.due_strict, clock.due_legal, clock.is_estimated, alerts)
    clock.calendar_version, counter = counter_at(clock.started_at)
    due = counter.due(clock.started_at, clock.parameter_version.limit)
    clock.due_strict, clock.due_legal, clock.is_estimated = due.strict, due.legal, due.is_estimated
    ahead = [at for at in due.alerts[clock.alerts_sent :] if at > now]
    clock.alert_at, clock.second_alert_at = (*ahead, None, None)[:2]
    return registry.Recomputed(clock, old)


def _change(moved: registry.Recomputed) -> dict:
    clock, old = moved
    return {
        "clock": str(clock.id),
        "subject_kind": clock.subject_kind,
        "subject_key": str(clock.subject_key),
        "due_strict": [written(old.strict), written(clock.due_strict)],
        "due_legal": [written(old.legal), written(clock.due_legal)],
        "is_estimated": clock.is_estimated,
    }
