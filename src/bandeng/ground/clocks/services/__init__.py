from .calendars import CannotLoadCalendar, load_calendar, recompute_estimated
from .running import Start, start, start_many, stop
from .sweeping import Swept, sweep

__all__ = [
    "CannotLoadCalendar",
    "Start",
    "Swept",
    "load_calendar",
    "recompute_estimated",
    "start",
    "start_many",
    "stop",
    "sweep",
]
