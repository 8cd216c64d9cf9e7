"""Write days and limits as people say them, in the reader's language. Days are Asia/Shanghai days.

A limit of days ends at 24:00, which is stored as 00:00 of the next day: whoever is told a date must be told the day
that ends there. Write a due moment with `due_day` and `remaining`, never with `day`.
"""

import datetime as dt

from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext, pgettext

from bandeng.engines import deadlines
from bandeng.engines.deadlines import SHANGHAI

Day = dt.date | dt.datetime


def shanghai_day(when: Day) -> dt.date:
    """Give the day on which a moment (aware) falls in Shanghai; a date is itself."""
    return when.astimezone(SHANGHAI).date() if isinstance(when, dt.datetime) else when


def last_day(due: Day) -> dt.date:
    """Give the last day of a limit: for one that ends at 24:00 the day that ends, not the one that begins."""
    return deadlines.last_day(due) if isinstance(due, dt.datetime) else due


def day(when: Day, *, now: Day | None = None) -> str:
    """Write 11月26日（星期四）; with the year where it is not that of `now`."""
    on = shanghai_day(when)
    if now is None or on.year == shanghai_day(now).year:
        return date_format(on, pgettext("date format", "l j F"))
    return date_format(on, pgettext("date format", "l j F Y"))


def short_day(when: Day, *, now: Day | None = None) -> str:
    """Write 11月26日; with the year where it is not that of `now`."""
    on = shanghai_day(when)
    if now is None or on.year == shanghai_day(now).year:
        return date_format(on, pgettext("date format", "j F"))
    return date_format(on, pgettext("date format", "j F Y"))


def due_day(due: Day, *, now: Day | None = None) -> str:
    """Write the last day of a limit: due at 00:00 on the 27th is 11月26日（星期四）."""
    return day(last_day(due), now=now)


def clock(when: dt.datetime, *, is_end: bool = False) -> str:
    """Write the time of day, 17:30; the midnight at which something ends is 24:00."""
    text = f"{when.astimezone(SHANGHAI):%H:%M}"
    return "24:00" if is_end and text == "00:00" else text


def remaining(due: Day, now: dt.datetime) -> str:
    """Write how long is left and the day itself: 还剩 3 天（11月25日）, 今天 17:30 前, 已超 2 天（11月20日到期）."""
    last, today = last_day(due), shanghai_day(now)
    left = (last - today).days
    if left > 0:
        text = ngettext("%(n)d day left (%(day)s)", "%(n)d days left (%(day)s)", left)
        return text % {"n": left, "day": short_day(last, now=now)}
    if left < 0:
        text = ngettext("%(n)d day late (was due %(day)s)", "%(n)d days late (was due %(day)s)", -left)
        return text % {"n": -left, "day": short_day(last, now=now)}
    time = clock(due, is_end=True) if isinstance(due, dt.datetime) else "24:00"
    if isinstance(due, dt.datetime) and now >= due:
        return gettext("late since %(time)s today") % {"time": time}
    return gettext("today before %(time)s") % {"time": time}
