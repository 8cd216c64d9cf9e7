"""Working days by number, so that "the fifth working day after" is two look-ups whatever lies between."""

from datetime import date

from .calendar import Calendar

MARGIN = 366  # days indexed beyond what is asked for, so that the index is seldom rebuilt
LAST_ORDINAL = date.max.toordinal()


class Days:
    """The working days from one ordinal to another. Never changed once made: threads share it without a lock."""

    def __init__(self, calendar: Calendar, first: int, last: int):
        off = {d.toordinal() for d in calendar.off}
        makeup = {d.toordinal() for d in calendar.makeup}
        self.first, self.last = max(first, 1), min(last, LAST_ORDINAL)
        self.working: list[int] = []
        self._ranks: list[int] = []
        for day in range(self.first, self.last + 1):
            self._ranks.append(len(self.working))
            if day in makeup or ((day - 1) % 7 < 5 and day not in off):  # ordinal 1 was a Monday
                self.working.append(day)
        self._ranks.append(len(self.working))

    def reaches(self, first: int, last: int) -> bool:
        """Tell whether the days from `first` to `last` are all here."""
        return self.first <= first and last <= self.last

    def rank(self, day: int) -> int:
        """Count the working days here before `day`."""
        return self._ranks[day - self.first]

    def is_working(self, day: int) -> bool:
        return self.rank(day + 1) > self.rank(day)

    def next_working(self, day: int) -> int:
        """Give `day` where it is worked, else the next day that is."""
        return self.working[self.rank(day)]

    def working_day_after(self, day: int, count: int) -> int:
        """Give the `count`-th working day after `day`, which is not itself counted (民法典 201)."""
        return self.working[self.rank(day + 1) + count - 1]

    def last_working_before(self, day: int) -> int | None:
        """Give the last working day before `day`; None where none is here."""
        rank = self.rank(day)
        return self.working[rank - 1] if rank else None
