"""Carry the years of a calendar file into the calendar in use."""

from collections.abc import Sequence
from datetime import date, datetime

from bandeng.ground.acts import api as acts
from bandeng.ground.clocks import api as clocks
from bandeng.ground.directory import api as directory


def put_years(days: Sequence[directory.CalendarDay], *, source: str, now: datetime, is_dry_run: bool = False) -> bool:
    """Load a calendar with the years that `days` speak of as they say, and other years as they are; tell if it changed.

    A year is whole or absent: the State Council publishes years. Raises clocks.CannotLoadCalendar.
    """
    current = clocks.CalendarVersion.objects.order_by("-loaded_at", "-id").first()
    years = {day.on.year for day in days}
    there = list(current.days.values_list("on", "kind", "label")) if current else []
    merged = sorted([row for row in there if row[0].year not in years] + [(day.on, day.kind, day.name) for day in days])
    first, last = date(min(years), 1, 1), date(max(years), 12, 31)
    if current:
        first, last = min(first, current.covers_from), max(last, current.covers_until)
    is_same = current is not None and (first, last) == (current.covers_from, current.covers_until)
    if is_same and merged == sorted(there):
        return False
    if not is_dry_run:
        clocks.load_calendar(merged, first, last, source[:200], by=acts.system("setup"), now=now)
    return not is_dry_run
