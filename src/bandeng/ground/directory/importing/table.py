"""From a file to rows of values."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from bandeng.ground.core import sheets

from .columns import Column, Row, match_headers, read_cells
from .report import Finding

Progress = Callable[[int, int], None]  # rows done, rows in all


@dataclass
class Reading:
    """A file as far as it could be read. `headers` maps our name of a column to the file's own."""

    rows: list[Row] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    count: int = 0
    headers: dict[str, str] = field(default_factory=dict)

    def in_its_words(self, findings: list[Finding]) -> list[Finding]:
        """Name columns as the file does, so that people find them."""
        return sorted(replace(finding, column=self.headers.get(finding.column, finding.column)) for finding in findings)


def read_rows(
    columns: tuple[Column, ...], path: Path | str, progress: Progress | None = None, *, sheet: str | None = None
) -> Reading:
    """Read a csv, xls or xlsx file (the first sheet unless named): rows that can be read, what is wrong with others."""
    known = [name for column in columns for name in (*column.headers, column.name)]
    try:
        table = sheets.read_table(path, sheet=sheet, known=known)
    except sheets.CannotRead as wrong:
        return Reading(findings=[Finding(0, "", str(wrong), "")])
    positions, findings = match_headers(columns, table.headers)
    reading = Reading(findings=findings, count=len(table.rows))
    if findings:
        return reading
    reading.headers = {c.headers[0]: table.headers[positions[c.name]] for c in columns if c.name in positions}
    for done, line in enumerate(table.rows, 1):
        cells = {name: line.cells[at] for name, at in positions.items()}
        row, wrong_cells = read_cells(columns, line.number, cells)
        reading.findings += wrong_cells
        if not wrong_cells:
            reading.rows.append(row)
        if progress and (done % 100 == 0 or done == len(table.rows)):
            progress(done, len(table.rows))
    return reading
