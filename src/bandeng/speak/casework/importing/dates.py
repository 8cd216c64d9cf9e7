"""Read a column of dates as people and systems of this country write them. Days and times are Asia/Shanghai.

A column is read as a whole: whether 5/1/2020 is in May or in January, only its neighbours can tell. What cannot be
told is a doubt, never a guess.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
EARLIEST = dt.date(1990, 1, 1)
_EXCEL_DAY_0 = dt.datetime(1899, 12, 30)  # noqa: DTZ001  serials carry no zone; 1900 counts as a leap year there
_SERIALS = (32_874, 73_051)  # 1990-01-01 to 2100-01-01


class Doubtful(StrEnum):
    """Why a cell gives no date."""

    UNREADABLE = "date_unreadable"
    NO_DAY = "date_without_day"
    IMPOSSIBLE = "date_impossible"
    AMBIGUOUS = "date_ambiguous"
    SWAPPED = "date_maybe_swapped"
    TOO_EARLY = "date_too_early"
    FUTURE = "date_in_future"


@dataclass(frozen=True, slots=True)
class Reading:
    """One cell: an aware moment with its precision ("day" stands at 00:00), or a doubt."""

    at: dt.datetime | None = None
    precision: str = ""  # day | minute
    doubt: Doubtful | None = None


@dataclass(frozen=True, slots=True)
class _Parts:
    """What one cell says by itself. `first` and `second` are day and month in an order still open."""

    year: int = 0
    month: int = 0
    day: int = 0
    first: int = 0
    second: int = 0
    time: dt.timedelta | None = None
    zone: dt.timedelta | None = None
    doubt: Doubtful | None = None
    is_native: bool = False  # a date in the file itself, not text


def read_column(cells: Sequence[object], *, now: dt.datetime) -> list[Reading | None]:
    """Read all cells of a column, None where blank. Moments after `now` (aware) are doubted."""
    parts = [None if _is_blank(cell) else _parts(cell) for cell in cells]
    day_first, swapped = _order(parts)
    timed = [part.time for part in parts if part and part.time is not None]
    only_days = not any(timed)  # a system that exports days writes 00:00:00 behind each
    return [part and _reading(part, day_first, swapped, only_days, now) for part in parts]


def _is_blank(cell: object) -> bool:
    return cell is None or (isinstance(cell, str) and cell.strip().strip("-—/无空") == "")


def _order(parts: Sequence[_Parts | None]) -> tuple[bool | None, bool]:
    """Tell whether the column writes the day first (None: cannot be told), and whether native dates may be swapped.

    A program set to the American order turns those cells of a day-first text that it can read into dates with day and
    month exchanged, and leaves the others as text: then the texts all have days past 12 and the dates none.
    """
    open_ones = [part for part in parts if part and part.first]
    is_day_first = any(part.first > 12 for part in open_ones)
    is_month_first = any(part.second > 12 for part in open_ones)
    natives = [part for part in parts if part and part.is_native]
    swapped = (
        bool(natives)
        and is_day_first
        and all(part.first > 12 for part in open_ones)
        and all(part.day <= 12 for part in natives)
    )
    return (is_day_first if is_day_first != is_month_first else None), swapped


def _reading(part: _Parts, day_first: bool | None, swapped: bool, only_days: bool, now: dt.datetime) -> Reading:
    if part.doubt:
        return Reading(doubt=part.doubt)
    if part.first:
        part = _settle(part, day_first)
    elif swapped and part.is_native and part.day != part.month:
        return Reading(doubt=Doubtful.SWAPPED)
    if part.doubt:
        return Reading(doubt=part.doubt)
    try:
        moment = dt.datetime(part.year, part.month, part.day) + (part.time or dt.timedelta())  # noqa: DTZ001
    except (ValueError, OverflowError):
        return Reading(doubt=Doubtful.IMPOSSIBLE)
    if part.zone is not None:
        at = (moment - part.zone).replace(tzinfo=dt.UTC).astimezone(SHANGHAI)
    else:
        at = moment.replace(tzinfo=SHANGHAI)
    if at.date() < EARLIEST:
        return Reading(doubt=Doubtful.TOO_EARLY)
    if at > now:
        return Reading(doubt=Doubtful.FUTURE)
    return Reading(at, "day" if part.time is None or only_days else "minute")


def _settle(part: _Parts, day_first: bool | None) -> _Parts:
    if part.first > 12 or part.second > 12:  # says it by itself
        day_first = part.first > 12
    elif part.first == part.second:
        day_first = True
    elif day_first is None:
        return replace(part, doubt=Doubtful.AMBIGUOUS)
    day, month = (part.first, part.second) if day_first else (part.second, part.first)
    return replace(part, day=day, month=month)


# -- one cell ---------------------------------------------------------------------------------------------------------

_TIME = (
    r"(?:(?P<half>凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|夜里|夜间|am|pm)\s*)?"
    r"(?P<hour>\d{1,2})\s*[:时点]\s*"
    r"(?:(?P<minute>\d{1,2})\s*(?:[:分]\s*(?P<second>\d{1,2})(?:[.,]\d+)?\s*秒?|分)?|(?P<thirty>半))?"
    r"\s*(?P<after>am|pm)?"
)
_WEEKDAY = r"(?:\s*\(?(?:星期|周|礼拜)[一二三四五六日天]\)?)?"
_REST = _WEEKDAY + rf"(?:[\st,]*{_TIME}\s*(?P<zone>z|[+-]\d\d:?\d\d)?)?"
_YEAR_FIRST = re.compile(
    r"(?P<year>\d{4}|\d\d(?=\s*年))\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*[日号]?" + _REST
)
_YEAR_LAST = re.compile(r"(?P<a>\d{1,2})\s*[-/.]\s*(?P<b>\d{1,2})\s*[-/.]\s*(?P<year>\d{4})" + _REST)
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:\s*(\d\d):?(\d\d):?(\d\d)?)?")
_NO_DAY = re.compile(r"\d{4}\s*(?:年|[-/.年]\s*\d{1,2}\s*月?)")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")


def _parts(cell: object) -> _Parts:
    if isinstance(cell, dt.datetime):
        if cell.tzinfo is not None:
            cell = cell.astimezone(SHANGHAI)
        midnight = cell.replace(hour=0, minute=0, second=0, microsecond=0)
        return _Parts(cell.year, cell.month, cell.day, time=cell - midnight, is_native=True)
    if isinstance(cell, dt.date):
        return _Parts(cell.year, cell.month, cell.day, is_native=True)
    if isinstance(cell, bool) or not isinstance(cell, int | float | str):
        return _Parts(doubt=Doubtful.UNREADABLE)
    text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
    return _from_text(unicodedata.normalize("NFKC", text).strip().lower())


def _from_text(text: str) -> _Parts:
    if match := _YEAR_FIRST.fullmatch(text):
        year = int(match["year"])
        return _with_time(_Parts(year + 2000 if year < 100 else year, int(match["month"]), int(match["day"])), match)
    if match := _YEAR_LAST.fullmatch(text):
        first, second = int(match["a"]), int(match["b"])
        if not (first and second) or min(first, second) > 12:
            return _Parts(doubt=Doubtful.IMPOSSIBLE)
        return _with_time(_Parts(int(match["year"]), first=first, second=second), match)
    if match := _COMPACT.fullmatch(text):
        year, month, day, hour, minute, second = (int(group or 0) for group in match.groups())
        if match[4] is None:
            return _Parts(year, month, day)
        return _clock(_Parts(year, month, day), hour, minute, second)
    if _SERIAL.fullmatch(text) and _SERIALS[0] <= float(text) < _SERIALS[1]:
        return _from_serial(float(text))
    return _Parts(doubt=Doubtful.NO_DAY if _NO_DAY.fullmatch(text) else Doubtful.UNREADABLE)


def _from_serial(serial: float) -> _Parts:
    moment = _EXCEL_DAY_0 + dt.timedelta(seconds=round(serial * 86_400))
    time = moment - moment.replace(hour=0, minute=0, second=0)
    return _Parts(moment.year, moment.month, moment.day, time=time if serial % 1 else None)


def _with_time(part: _Parts, match: re.Match[str]) -> _Parts:
    if match["hour"] is None:
        return part
    hour, minute = int(match["hour"]), 30 if match["thirty"] else int(match["minute"] or 0)
    half = match["half"] or match["after"] or ""
    if half in ("晚上", "夜里", "夜间") and hour == 12:  # of this night or the one before?
        return replace(part, doubt=Doubtful.AMBIGUOUS)
    after_noon = hour < 12 and half in ("下午", "傍晚", "晚上", "夜里", "夜间", "pm")
    if after_noon or (half == "中午" and hour < 3):  # 中午 is said from eleven to two
        hour += 12
    elif half in ("上午", "凌晨", "清晨", "早上", "早晨", "am"):
        if hour > 12:
            return replace(part, doubt=Doubtful.IMPOSSIBLE)
        if hour == 12:
            hour = 0 if half in ("凌晨", "am", "上午") else 12
    if match["zone"]:
        part = replace(part, zone=_zone(match["zone"]))
    return _clock(part, hour, minute, int(match["second"] or 0))


def _zone(text: str) -> dt.timedelta:
    if text == "z":
        return dt.timedelta()
    sign = -1 if text[0] == "-" else 1
    return sign * dt.timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))


def _clock(part: _Parts, hour: int, minute: int, second: int) -> _Parts:
    """Add a time of day; 24:00 is the end of the day."""
    if hour > 24 or minute > 59 or second > 59 or (hour == 24 and (minute or second)):
        return replace(part, doubt=Doubtful.IMPOSSIBLE)
    return replace(part, time=dt.timedelta(hours=hour, minutes=minute, seconds=second))
