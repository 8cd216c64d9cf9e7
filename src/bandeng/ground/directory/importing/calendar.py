"""Read a working-day calendar's file. What is done with the days is the business of the clocks."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.utils.translation import gettext as _

from .columns import Column, choice, day, text
from .report import Finding, Report
from .table import read_rows

COLUMNS = (
    Column("on", ("日期",), day, is_required=True),
    Column("kind", ("类型",), choice({"休": "holiday", "班": "makeup"}), is_required=True),
    Column("name", ("名称",), text(60)),
)


@dataclass(frozen=True)
class CalendarDay:
    """A day off (`holiday`) or a weekend day worked (`makeup`), with its name."""

    on: date
    kind: str
    name: str


def read_calendar(path: Path | str) -> tuple[list[CalendarDay], Report]:
    """Read 日期, 类型 (休/班 or holiday/makeup), 名称 from csv or xlsx; the report lists what cannot be used."""
    report = Report("calendar", is_dry_run=True)
    reading = read_rows(COLUMNS, path)
    report.findings, report.rows = reading.findings, reading.count
    days: dict[date, CalendarDay] = {}
    for row in reading.rows:
        if row["on"] in days:
            report.findings.append(
                Finding(row.number, "日期", _("The day stands in the file twice."), _("Remove one."))
            )
            continue
        days[row["on"]] = CalendarDay(row["on"], row["kind"], row["name"] or "")
        if row["kind"] == "makeup" and row["on"].weekday() < 5:
            report.findings.append(
                Finding(
                    row.number,
                    "类型",
                    _("A weekday is worked anyway."),
                    _("Look whether the date is right."),
                    is_warning=True,
                )
            )
    report.created = len(days)
    report.findings = reading.in_its_words(report.findings)
    return [days[on] for on in sorted(days)], report
