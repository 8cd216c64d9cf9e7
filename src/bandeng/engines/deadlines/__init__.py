"""Count lawful limits: working days, calendar days that roll, office hours, and when to warn."""

from .calendar import SHANGHAI, Calendar, OfficeHours
from .counter import Counter, due, last_day
from .limit import UNITS, Due, Limit

__all__ = ["SHANGHAI", "UNITS", "Calendar", "Counter", "Due", "Limit", "OfficeHours", "due", "last_day"]
