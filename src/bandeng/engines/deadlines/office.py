"""Office time: what has passed of the working days, in microseconds, and back to the wall clock."""

from datetime import date, datetime, time, timedelta, tzinfo

from .calendar import Calendar, OfficeHours
from .days import LAST_ORDINAL, MARGIN, Days

SECOND = 1_000_000
NAIVE = "A limit starts at an aware datetime; this one has no time zone."
MINUTE, HOUR = 60 * SECOND, 3600 * SECOND


def microseconds(at: time | datetime) -> int:
    """Count the microseconds since midnight on the wall clock."""
    return ((at.hour * 60 + at.minute) * 60 + at.second) * SECOND + at.microsecond


class Office:
    """One office's time: its calendar, its hours and the zone of its wall clock."""

    def __init__(self, calendar: Calendar, hours: OfficeHours, tz: tzinfo):
        self.calendar, self.tz = calendar, tz
        self.periods: list[tuple[int, int, int]] = []  # opening, close, office time of the day before the opening
        self.day_length = 0
        for opens, closes in hours.periods:
            opening, close = microseconds(opens), microseconds(closes)
            self.periods.append((opening, close, self.day_length))
            self.day_length += close - opening
        self._opening = timedelta(microseconds=self.periods[0][0])
        self._stretches = [self._stretch(minute * MINUTE) for minute in range(1440)]
        self._midnights: dict[int, datetime] = {}
        self._covered = calendar.covers_from.toordinal(), calendar.covers_until.toordinal()
        self._days = Days(calendar, self._covered[0] - MARGIN, self._covered[1] + MARGIN)

    def days(self, first: int, last: int) -> Days:
        """Give an index that reaches from `first` to `last`; the widest one is kept for the next call."""
        days = self._days
        if not days.reaches(first, last):
            if last > LAST_ORDINAL:
                raise ValueError("The limit ends after the year 9999.")
            days = Days(self.calendar, min(first - MARGIN, days.first), max(last + MARGIN, days.last))
            self._days = days
        return days

    def local(self, start: datetime) -> datetime:
        """Turn an aware datetime into the office's wall clock."""
        if start.tzinfo is self.tz:
            return start
        if start.tzinfo is None:
            raise ValueError(NAIVE)
        return start.astimezone(self.tz)

    def stretch(self, local: datetime) -> int:
        """Number the minute, or the stretch of one day while the office is closed, in which no office time passes."""
        return local.toordinal() * 1440 + self._stretches[local.hour * 60 + local.minute]

    def _stretch(self, moment: int) -> int:
        for opening, close, _ in self.periods:
            if moment < close:
                return max(moment, opening - MINUTE) // MINUTE
        return 1439

    def covers(self, first: int, last: int) -> bool:
        """Tell whether the calendar officially knows every day from `first` to `last`."""
        return self._covered[0] <= first and last <= self._covered[1]

    def midnight(self, day: int) -> datetime:
        """Give the beginning of a day."""
        midnight = self._midnights.get(day)
        if midnight is None:
            midnight = self._midnights[day] = datetime.combine(date.fromordinal(day), time.min, self.tz)
        return midnight

    def opening(self, day: int) -> datetime:
        """Give the first opening of a working day."""
        return self.midnight(day) + self._opening

    def passed_today(self, local: datetime) -> int:
        """Give the office time that has passed since the midnight before, taking the day for a working one."""
        moment = microseconds(local)
        for opening, close, before in self.periods:
            if moment < close:
                return before + moment - opening if moment > opening else before
        return self.day_length

    def passed(self, days: Days, local: datetime) -> int:
        """Give the office time that has passed since the first day of `days`."""
        day = local.toordinal()
        whole = days.rank(day) * self.day_length
        return whole + self.passed_today(local) if days.is_working(day) else whole

    def instant(self, days: Days, passed: int) -> datetime:
        """Turn office time since the first day of `days` into the open instant at which it has passed."""
        rank, today = divmod(passed, self.day_length)
        for opening, close, before in self.periods:
            moment = opening + today - before
            if moment < close:
                return self.midnight(days.working[rank]) + timedelta(0, 0, moment)
        raise AssertionError("the periods of a day add up to its length")
