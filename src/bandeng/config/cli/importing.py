"""`bandeng import`: bring the county's tables in."""

import argparse
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from .failures import NotReady
from .installation import setup_migrated
from .output import print_json, progress, table
from .words import gettext as _

HELP = _("Bring in a table from Excel or csv: areas, offices, staff, topics, duties, catalogue, calendar.")
ABOUT = _(
    "A new county brings them in this order. Look first with --dry-run: it says row by row what is wrong and what to\n"
    "do. Everything of a file is written or nothing, unless --skip-bad. Importing the same file again changes nothing."
)
EXAMPLE = "bandeng import staff 人员名册.xlsx --dry-run"

TABLES = ("areas", "offices", "staff", "topics", "duties", "catalogue", "calendar")
# Kinds that bring options of their own: a module with HELP, add_arguments(parser) and run(args), as a command has.
OWN = {"cases": "bandeng.config.cli.import_cases"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    from . import describe

    kinds = parser.add_subparsers(title=_("tables"), metavar=_("TABLE"), required=True)
    for kind in TABLES:
        sub = kinds.add_parser(kind, help=_columns(kind))
        sub.description = _("Bring in %s.") % _columns(kind)
        sub.set_defaults(run=run, kind=kind)
        sub.add_argument("file", type=Path, metavar=_("FILE"), help=_("csv, xls or xlsx"))
        sub.add_argument("--sheet", help=_("sheet of a workbook (default: the first)"))
        sub.add_argument("--dry-run", action="store_true", help=_("only say what would happen"))
        sub.add_argument("--skip-bad", action="store_true", help=_("leave out rows that cannot be used"))
        sub.add_argument("--json", action="store_true", help=_("for programs"))
    for kind, name in OWN.items():
        if find_spec(name):
            module = import_module(name)
            describe(kinds.add_parser(kind, help=module.HELP), module)


def _columns(kind: str) -> str:
    return {
        "areas": _("county, townships, villages"),
        "offices": _("offices, and which of them dispatch"),
        "staff": _("people and their roles"),
        "topics": _("what matters are about"),
        "duties": _("which duty list names what"),
        "catalogue": _("which office a topic goes to"),
        "calendar": _("days off and days made up"),
    }[kind]


def run(args: argparse.Namespace) -> int:
    setup_migrated()
    if not args.file.is_file():
        raise NotReady(_("%s is not there.") % args.file, _("Look whether the name is right."))
    report = _calendar(args) if args.kind == "calendar" else _table(args)
    if args.json:
        print_json(as_dict(report))
    else:
        tell(report)
    return 0 if report.is_written or (report.is_clean and not report.errors) else 1


def _table(args: argparse.Namespace) -> Any:
    from bandeng.ground.acts import api as acts
    from bandeng.ground.core import clock
    from bandeng.ground.directory import api as directory

    how = {
        "by": acts.system("setup"),
        "now": clock.now(),
        "dry_run": args.dry_run,
        "skip_bad": args.skip_bad,
        "sheet": args.sheet,
    }
    with progress(None, args.kind) as bar:

        def count(done: int, total: int) -> None:
            bar.total, bar.n = total, done
            bar.refresh()

        return directory.importing.run(args.kind, args.file, progress=count, **how)


def _calendar(args: argparse.Namespace) -> Any:
    from bandeng.ground.core import clock
    from bandeng.ground.directory import api as directory

    days, report = directory.read_calendar(args.file)
    report.is_dry_run = args.dry_run
    if days and (report.is_clean or args.skip_bad):
        _load_calendar(days, report, str(args.file.name), clock.now())
    return report


def _load_calendar(days: Sequence, report: Any, source: str, now: Any) -> None:
    """Put the years of a file in the place of the same years of the calendar in use, and keep its other years."""
    from bandeng.config.calendars import put_years
    from bandeng.ground.clocks import api as clocks
    from bandeng.ground.directory import api as directory

    try:
        report.is_written = put_years(days, source=source, now=now, is_dry_run=report.is_dry_run)
    except clocks.CannotLoadCalendar as wrong:
        report.findings.append(directory.Finding(0, "", str(wrong), ""))
    else:
        if not report.is_written and not report.is_dry_run:
            report.created, report.unchanged = 0, report.rows


def as_dict(report: Any) -> dict:
    """Give a report for programs."""
    return {
        "kind": report.kind,
        "is_dry_run": report.is_dry_run,
        "is_written": report.is_written,
        "rows": report.rows,
        "created": report.created,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "skipped": report.skipped,
        "findings": [vars(finding) for finding in report.findings],
    }


def tell(report: Any) -> None:
    """Print a report for people."""
    if report.findings:
        rows = [
            (f.row or "", f.column, _("look") if f.is_warning else _("wrong"), f.problem, f.remedy)
            for f in report.findings
        ]
        print(table((_("row"), _("column"), _("kind"), _("what"), _("what to do")), rows))
    counts = {name: getattr(report, name) for name in ("rows", "created", "updated", "unchanged", "skipped")}
    print(
        _("%(rows)d rows: %(created)d new, %(updated)d changed, %(unchanged)d as before, %(skipped)d unusable.")
        % counts
    )
    if report.is_dry_run:
        print(_("Nothing was written: this was a dry run."))
    elif not report.is_written and report.errors:
        print(_("Nothing was written. Put the rows right, or leave them out with --skip-bad."))
