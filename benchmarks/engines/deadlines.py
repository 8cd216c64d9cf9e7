"""A million deadlines: ours, a counter that walks from day to day, and NumPy's business days.

`python -m benchmarks.engines.deadlines [small|full]`. Ours give the strict and the legal end, whether it is
estimated and when to warn; the walker gives the two ends, NumPy the last working day alone. All ends are compared.
"""

import random
import sys
import time
from datetime import date, datetime, timedelta

import numpy as np

from bandeng.engines.deadlines import SHANGHAI, Calendar, Counter, Limit, last_day

from .machine import keep

SIZES = {"small": 50_000, "full": 1_000_000}
LIMITS = (
    Limit(5, "working_day"),
    Limit(15, "working_day"),
    Limit(30, "working_day"),
    Limit(60, "working_day"),
    Limit(60, "calendar_day"),
    Limit(1, "same_day"),
    Limit(4, "office_hour"),
    Limit(30, "office_minute"),
)
WALKED = 20_000
OFF = [date(2026, 1, 1) + timedelta(n) for n in (0, 1, 46, 47, 48, 49, 50, 51, 94, 120, 123, 124, 273, 274, 275, 278)]
MAKEUP = [date(2026, 2, 14), date(2026, 2, 28), date(2026, 5, 9), date(2026, 9, 20), date(2026, 10, 10)]


def main(size: str) -> int:
    """Measure and keep the result."""
    off = frozenset(day for day in OFF if day not in MAKEUP)
    calendar = Calendar(date(2025, 1, 1), date(2027, 12, 31), off, frozenset(MAKEUP))
    rng = random.Random(1)
    first = datetime(2026, 1, 1, tzinfo=SHANGHAI)
    starts = [first + timedelta(seconds=rng.randrange(365 * 86_400)) for _ in range(SIZES[size])]
    rows = [_measure(calendar, starts, limit) for limit in LIMITS]
    for row in rows:
        print(row)
    keep(f"deadlines-{size}", {"deadlines": len(starts), "limits": rows})
    return 0


def _measure(calendar: Calendar, starts: list[datetime], limit: Limit) -> dict:
    counter = Counter(calendar)
    began, used = time.perf_counter(), time.process_time()
    found = counter.due_many(starts, limit)
    row = {
        "limit": f"{limit.amount} {limit.unit}",
        "seconds": round(time.perf_counter() - began, 2),
        "cpu_s": round(time.process_time() - used, 2),
    }
    if limit.unit not in ("working_day", "calendar_day"):
        return row
    used = time.process_time()
    walked = [_walk(calendar, start, limit) for start in starts[:WALKED]]
    row["walker_cpu_s"] = round((time.process_time() - used) * len(starts) / len(walked), 2)
    row["ratio"] = round(row["walker_cpu_s"] / max(row["cpu_s"], 0.01), 1)
    for due, ends in zip(found, walked, strict=False):
        assert (last_day(due.strict), last_day(due.legal)) == ends
    if limit.unit == "working_day":
        row["numpy_cpu_s"] = _numpy(calendar, starts, limit, [last_day(due.legal) for due in found[:WALKED]])
    return row


def _walk(calendar: Calendar, start: datetime, limit: Limit) -> tuple[date, date]:
    """Count as one does with a finger on the calendar."""
    day, left = start.astimezone(SHANGHAI).date(), limit.amount
    while left:
        day += timedelta(1)
        left -= limit.unit == "calendar_day" or calendar.is_working(day)
    strict = day
    while not calendar.is_working(day):
        day += timedelta(1)
    return strict, day


def _numpy(calendar: Calendar, starts: list[datetime], limit: Limit, expected: list[date]) -> float:
    """Count by NumPy: it has no make-up days, so weekends are listed among the days off instead."""
    used = time.process_time()
    span = np.arange(calendar.covers_from, calendar.covers_until, dtype="datetime64[D]")
    off = [day for day in span.tolist() if not calendar.is_working(day)]
    business = np.busdaycalendar(weekmask="1111111", holidays=off)
    days = np.array([start.date() for start in starts], "datetime64[D]")
    # A start on a day off first rolls back, so that the day after it is the first to be counted.
    found = np.busday_offset(days, limit.amount, roll="backward", busdaycal=business)
    used = time.process_time() - used
    assert found[: len(expected)].tolist() == expected
    return round(used, 2)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "small"))
