"""`bandeng import cases`: take over the matters of another system from a sheet."""

import argparse
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

from .failures import NotReady
from .installation import setup_migrated
from .output import print_json, progress, table
from .words import gettext as _

HELP = _("matters of another system, such as a hotline's orders")
ABOUT = _(
    "Each row becomes a case with an owner and a date; answered rows arrive as answered, and nothing is sent.\n"
    "Look first with --dry-run: it lists every doubtful row and what to do. Importing the same file again changes\n"
    "nothing; an import that was cut short is taken up by starting it again."
)
EXAMPLE = "bandeng import cases 工单.xlsx --source 12345 --dry-run"

BREATH = 0.04  # seconds between two transactions in which those at the counters get their turn, on SQLite
PORTION = 1000  # rows whose acts carry the same moment: some seconds, so that no act is entered late


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar=_("FILE"), help=_("csv, xls or xlsx"))
    parser.add_argument("--sheet", help=_("sheet of a workbook (default: the first)"))
    parser.add_argument("--source", help=_("name of the other system; with the number it tells a row for ever"))
    parser.add_argument("--office", metavar=_("CODE"), help=_("first receiver (default: the county's reception)"))
    parser.add_argument("--aliases", type=Path, metavar=_("FILE"), help=_("names of columns of your own, a .toml file"))
    parser.add_argument("--dry-run", action="store_true", help=_("only say what would happen"))
    parser.add_argument("--json", action="store_true", help=_("for programs"))


def run(args: argparse.Namespace) -> int:
    setup_migrated()
    from bandeng.ground.core import api as core
    from bandeng.ground.directory import api as directory
    from bandeng.speak.casework import api as cases

    for path in filter(None, (args.file, args.aliases)):
        if not path.is_file():
            raise NotReady(_("%s is not there.") % path, _("Look whether the name is right."))
    try:
        report = _import(args, _aliases(args.aliases))
    except (core.CannotRead, cases.CannotImport, directory.CannotDispatch) as wrong:
        raise NotReady(str(wrong), "") from None
    if args.json:
        print_json(as_dict(report))
    else:
        tell(report)
    return 1 if report.held or report.changed else 0


def _aliases(path: Path | None) -> Any:
    from bandeng.speak.casework import api as cases

    if path is None:
        return None
    try:
        return cases.read_aliases(path)
    except (ValueError, KeyError):
        raise NotReady(
            _("%s is no file of column names.") % path, _("Copy one that is shipped, and change the copy.")
        ) from None


def _import(args: argparse.Namespace, aliases: Any) -> Any:
    from bandeng.ground.core import clock
    from bandeng.speak.casework import api as cases

    office, turns = _office(args.office), _turns()
    plan = cases.read_plan(args.file, now=clock.now(), sheet=args.sheet, aliases=aliases)
    source = args.source or plan.kind  # not the file's name, which changes with every export
    whole = None
    with progress(len(plan.rows), "cases") as bar:
        for start in range(0, max(len(plan.rows), 1), PORTION):
            # Doubts and counts of the plan are told once, with the first portion.
            counts = plan.counts if whole is None else dict.fromkeys(plan.counts, 0)
            doubts = plan.doubts if whole is None else []
            part = replace(plan, rows=plan.rows[start : start + PORTION], doubts=doubts, counts=counts)
            report = cases.import_plan(
                part,
                source=source,
                by=cases.IMPORT,
                now=clock.now(),
                office=office,
                is_dry_run=args.dry_run,
                progress=lambda done, total, start=start: bar.update(start + done - bar.n),
                turn=turns,
            )
            whole = report if whole is None else whole.add(report)
    return whole


class _Turns:
    """Turns to write that leave room for the others, where one writes at a time.

    A waiting writer looks again every 25 ms, later every 50 to 100; without a pause an import always gets in before it.
    What is read and sealed between two transactions counts as pause: nobody waits for it.
    """

    def __init__(self) -> None:
        self.free_since = -BREATH

    @contextmanager
    def __call__(self) -> Iterator[None]:
        time.sleep(max(0, self.free_since + BREATH - time.monotonic()))
        try:
            yield
        finally:
            self.free_since = time.monotonic()


def _turns() -> Callable[[], AbstractContextManager[object]]:
    from django.db import connection

    return _Turns() if connection.vendor == "sqlite" else nullcontext


def _office(code: str | None) -> Any:
    from bandeng.ground.directory import api as directory

    if code is None:
        return None
    found = next((o.pk for o in directory.offices().values() if o.code == code and o.is_active), None)
    if found is None:
        raise NotReady(_("There is no office with the code %s.") % code, _("Look in the table of offices."))
    return found


COUNTS = ("rows", "imported", "open", "answered", "seen", "changed", "held", "repeated")


def as_dict(report: Any) -> dict:
    """Give a report for programs."""
    return {
        "is_dry_run": report.is_dry_run,
        **{name: getattr(report, name) for name in COUNTS},
        "mapped_columns": report.mapped_columns,
        "dropped_columns": [
            {"column": r.header, "reason_zh": r.reason_zh, "reason_en": r.reason_en} for r in report.dropped_columns
        ],
        "unmapped_columns": report.unmapped_columns,
        "doubts": [
            {
                "row": one.row,
                "column": one.column,
                "code": one.code,
                "what": one.message,
                "what_to_do": one.what_to_do,
                "is_held": one.is_held,
            }
            for one in report.doubts
        ],
    }


def tell(report: Any) -> None:
    """Print a report for people."""
    if report.doubts:
        rows = [
            (d.row or "", d.column, _("left out") if d.is_held else _("look"), d.message, d.what_to_do)
            for d in report.doubts
        ]
        print(table((_("row"), _("column"), _("kind"), _("what"), _("what to do")), rows))
    if report.dropped_columns:
        names = "、".join(refused.header for refused in report.dropped_columns)
        print(_("Not taken in, because they label people: %s") % names)
    if report.unmapped_columns:
        print(_("Kept in the sealed original alone: %s") % "、".join(report.unmapped_columns))
    counts = {name: getattr(report, name) for name in COUNTS}
    print(
        _(
            "%(rows)d rows: %(imported)d new (%(open)d open, %(answered)d answered), %(seen)d there before (%(changed)d"
            " changed since), %(held)d left out, %(repeated)d twice in the file."
        )
        % counts
    )
    if report.is_dry_run:
        print(_("Nothing was written: this was a dry run."))
