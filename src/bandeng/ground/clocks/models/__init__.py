from .calendar import CalendarDay, CalendarVersion
from .clock import Clock

__all__ = ["CalendarDay", "CalendarVersion", "Clock"]
