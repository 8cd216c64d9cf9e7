"""Bring the county's tables in: a dry run says all that is wrong, then everything or nothing."""

from .calendar import CalendarDay, read_calendar
from .report import Finding, Report
from .run import IMPORTS, run
from .writing import import_rows

__all__ = ["IMPORTS", "CalendarDay", "Finding", "Report", "import_rows", "read_calendar", "run"]
