"""Office time: what has passed of a working day, in microseconds, and back to the wall clock."""

from datetime import datetime, time

from .calendar import OfficeHours

SECOND = 1_000_000


def microseconds(at: time | datetime) -> int:
    """Count the microseconds since midnight on the wall clock."""
    return ((at.hour * 60 + at.minute) * 60 + at.second) * SECOND + at.microsecond


class OfficeDay:
    """One working day's office hours; `length` is their sum."""

    def __init__(self, hours: OfficeHours):
        self.opening = microseconds(hours.periods[0][0])
        self.periods: list[tuple[int, int, int]] = []  # opening, close, office time before the opening
        self.length = 0
        for opens, closes in hours.periods:
            opening, close = microseconds(opens), microseconds(closes)
            self.periods.append((opening, close, self.length))
            self.length += close - opening

    def passed(self, moment: int) -> int:
        """Turn a wall-clock moment into the office time that has passed by then."""
        for opening, close, before in self.periods:
            if moment < close:
                return before + moment - opening if moment > opening else before
        return self.length

    def moment(self, passed: int) -> int:
        """Turn office time, less than a whole day's, into a moment at which the office is open."""
        for opening, close, before in self.periods:
            moment = opening + passed - before
            if moment < close:
                return moment
        raise ValueError("That is a whole day of office time or more.")
