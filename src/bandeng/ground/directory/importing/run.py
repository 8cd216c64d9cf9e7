"""Import one file."""

from datetime import datetime
from pathlib import Path

from bandeng.ground.acts import api as acts

from .report import Report
from .table import Progress, read_rows
from .writing import IMPORTS, write

__all__ = ["IMPORTS", "run"]


def run(
    kind: str,
    path: Path | str,
    *,
    by: acts.Actor,
    now: datetime,
    dry_run: bool,
    skip_bad: bool = False,
    progress: Progress | None = None,
    sheet: str | None = None,
) -> Report:
    """Import a csv, xls or xlsx file of `kind` (a key of IMPORTS); see `import_rows`.

    Never raises for what the file holds: the report says what is wrong. Raises NotPermitted, KeyError for other kinds.
    """
    reading = read_rows(IMPORTS[kind].columns, path, progress, sheet=sheet)
    report = write(
        kind, reading.rows, reading.findings, reading.count, by=by, now=now, dry_run=dry_run, skip_bad=skip_bad
    )
    report.findings = reading.in_its_words(report.findings)
    return report
