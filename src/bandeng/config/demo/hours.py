"""Working time in the fictional county."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from bandeng.engines.deadlines import SHANGHAI

OPEN = ((time(8, 30), time(12, 0)), (time(14, 0), time(17, 30)))
DAY = 7.0  # office hours in a day


def _periods(day: date) -> list[tuple[datetime, datetime]]:
    return [(datetime.combine(day, a, SHANGHAI), datetime.combine(day, b, SHANGHAI)) for a, b in OPEN]


def after(at: datetime, hours: float, is_working: Callable[[date], bool]) -> datetime:
    """Give the instant that many office hours after `at`."""
    left, day = timedelta(hours=hours), at.astimezone(SHANGHAI).date()
    while True:
        for opens, closes in _periods(day) if is_working(day) else ():
            begin = max(opens, at)
            if begin < closes:
                if closes - begin > left:
                    return begin + left
                left -= closes - begin
        day += timedelta(days=1)


def before(at: datetime, hours: float, is_working: Callable[[date], bool]) -> datetime:
    """Give the instant that many office hours before `at`."""
    left, day = timedelta(hours=hours), at.astimezone(SHANGHAI).date()
    while True:
        for opens, closes in reversed(_periods(day)) if is_working(day) else ():
            end = min(closes, at)
            if end > opens:
                if end - opens > left:
                    return end - left
                left -= end - opens
        day -= timedelta(days=1)
