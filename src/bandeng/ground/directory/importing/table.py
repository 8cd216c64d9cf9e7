"""From a file to rows of values."""

from collections.abc import Callable
from pathlib import Path

from bandeng.ground.core import sheets

from .columns import Column, Row, match_headers, read_cells
from .report import Finding

Progress = Callable[[int, int], None]  # rows done, rows in all


def read_rows(
    columns: tuple[Column, ...], path: Path | str, progress: Progress | None = None
) -> tuple[list[Row], list[Finding], int]:
    """Read a csv, xls or xlsx file: the rows that can be read, what is wrong, and how many rows there are."""
    known = [name for column in columns for name in (*column.headers, column.name)]
    try:
        table = sheets.read_table(path, known=known)
    except sheets.CannotRead as wrong:
        return [], [Finding(0, "", str(wrong), "")], 0
    positions, findings = match_headers(columns, table.headers)
    if findings:
        return [], findings, len(table.rows)
    rows = []
    for done, line in enumerate(table.rows, 1):
        cells = {name: line.cells[at] for name, at in positions.items()}
        row, wrong_cells = read_cells(columns, line.number, cells)
        findings += wrong_cells
        if not wrong_cells:
            rows.append(row)
        if progress and (done % 100 == 0 or done == len(table.rows)):
            progress(done, len(table.rows))
    return rows, findings, len(table.rows)
