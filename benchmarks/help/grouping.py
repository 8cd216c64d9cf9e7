"""What the worker proposes as one matter, week by week through a year of messages, held against known events.

Each day's messages are imported by the command in the evening of that day. The worker looks once a week, as it does at
the beginning of a day: it reads the last sixty days, step by step. Nobody decides on a proposal.
"""

import argparse
import csv
import io
import statistics
import time
from contextlib import redirect_stdout
from datetime import date, datetime, timedelta
from datetime import time as of_day
from itertools import groupby
from pathlib import Path
from zoneinfo import ZoneInfo

from . import county, stream

EVENING, SOON, SHANGHAI = of_day(18, 0), timedelta(minutes=1), ZoneInfo("Asia/Shanghai")
HEADINGS = {"id": "留言编号", "user": "留言用户", "title": "留言主题", "at": "留言时间", "text": "留言详情"}


def main() -> dict:
    """Measure, in a fresh county."""
    home = county.start("grouping")
    county.build()
    rows = stream.messages()
    days, steps, imported = 0, [], 0
    began = time.process_time()
    for _week, ours in groupby(rows, key=lambda row: _day(row).isocalendar()[:2]):
        for day, theirs in groupby(ours, key=_day):
            at = datetime.combine(day, EVENING, SHANGHAI) + county.SHIFT
            with county.moved(at):
                imported += _import(home / "day.csv", list(theirs))
            days += 1
        with county.moved(at + SOON):
            steps.append(_find(at + SOON))
    return {
        "days": days,
        "imported": imported,
        "cpu_s": round(time.process_time() - began, 1),
        "beginning_of_a_day_cpu_ms": _figures([sum(each) for each in steps]),
        "a_step_cpu_ms": _figures(sorted(ms for each in steps for ms in each)),
        **stream.judged("stream", {row["id"]: county.written(row["at"]) for row in rows}),
    }


def _day(row: dict[str, str]) -> date:
    return county.written(row["at"]).date()


def _find(at: datetime) -> list[float]:
    from bandeng.speak.matters import api as matters

    took, did = [], 1
    while did:
        began = time.process_time()
        did = matters.find(now=at)
        took.append((time.process_time() - began) * 1000)
    return took


def _import(file: Path, rows: list[dict[str, str]]) -> int:
    from bandeng.config.cli import import_cases

    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(HEADINGS.values())
        writer.writerows([row[name] for name in HEADINGS] for row in rows)
    parser = argparse.ArgumentParser()
    import_cases.add_arguments(parser)
    with redirect_stdout(io.StringIO()):
        import_cases.run(parser.parse_args([str(file), "--source", "stream", "--json"]))
    file.unlink()
    return len(rows)


def _figures(took: list[float]) -> dict:
    return {
        "median": round(statistics.median(took), 1),
        "p95": round(statistics.quantiles(took, n=20)[18], 1),
        "most": round(max(took), 1),
    }
