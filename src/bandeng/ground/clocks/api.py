"""The only door to `clocks`."""

from .calendars import NoCalendar, forget
from .models import CalendarDay, CalendarVersion, Clock
from .registry import Recomputed, lock_with, on_alert, on_breach, on_recompute
from .selectors import covers_until, is_working_day, office_time, preview, recounted, running
from .services import (
    CannotLoadCalendar,
    Start,
    Swept,
    load_calendar,
    recompute_estimated,
    start,
    start_many,
    stop,
    sweep,
)

__all__ = [
    "CalendarDay",
    "CalendarVersion",
    "CannotLoadCalendar",
    "Clock",
    "NoCalendar",
    "Recomputed",
    "Start",
    "Swept",
    "covers_until",
    "forget",
    "is_working_day",
    "load_calendar",
    "lock_with",
    "office_time",
    "on_alert",
    "on_breach",
    "on_recompute",
    "preview",
    "recounted",
    "recompute_estimated",
    "running",
    "start",
    "start_many",
    "stop",
    "sweep",
]
