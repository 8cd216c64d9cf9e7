"""Read a table out of whatever sheet people have: csv in the encodings of this country, xls, xlsx.

Nothing here knows what the columns mean. Cells keep their type; row numbers are those people see in Excel or WPS.
"""

import contextlib
import csv
import datetime as dt
import io
import math
import re
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path

from django.utils.translation import gettext as _

Cell = None | str | int | float | bool | dt.date | dt.datetime | dt.time | dt.timedelta

MAX_BYTES = 200 * 2**20
MAX_UNPACKED = 2**30
MAX_CELLS = (
    20_000_000  # the reader lays out rows × columns densely: one stray cell in the last corner would take 400 GB
)
MAX_ROWS = 200_000
MAX_CELL_CHARACTERS = 1_000_000
HEADER_WITHIN = 20
LONGEST_HEADER = 40
ENOUGH_OF_A_HEADER = 0.6  # of the best row's count of names: an unnamed column must not hand the title to a data row

_NUMBER_OR_DATE = re.compile(r"[\s\d.,:/%+\-()年月日时分秒TZ¥]*")
_END = "\x1fend"
_FAR = re.compile(rb"\br=[\"']([A-Z]{1,3})(\d+)[\"'][^>]*[^/]>")


class CannotRead(ValueError):
    """The file is not a table that can be read; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number as Excel shows it, and as many cells as there are headers (None where blank)."""

    number: int
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet with distinct headers. `encoding` is empty for workbooks, `sheet` and `sheets` for csv."""

    headers: list[str]
    rows: list[Row]
    header_row: int
    encoding: str = ""
    sheet: str = ""
    sheets: list[str] = field(default_factory=list)


def read_table(path: Path | str, *, sheet: str | None = None, known: Collection[str] = ()) -> Table:
    """Read one sheet of a csv, xls or xlsx file.

    The header row is looked for in the first 20 rows: the one with most names of `known`, else the first rich in
    distinct short words. What the file is, its bytes decide, not its name. Raise CannotRead with what to do.
    """
    path = Path(path)
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            start = file.read(512)
    except OSError:
        raise CannotRead(_("The file cannot be opened. Choose it again.")) from None
    if size == 0:
        raise CannotRead(_("The file is empty. Export it again from the system it comes from."))
    if size > MAX_BYTES:
        raise CannotRead(_("The file is larger than 200 MB. Split it, for example by month, and import the parts."))
    if start.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        names, chosen, lines = _workbook(path, sheet, packed=start.startswith(b"PK"))
        return _table(lines, known, sheet=chosen, sheets=names)
    encoding, text = _text(path.read_bytes())
    return _table(_lines(text), known, encoding=encoding)


# -- workbooks --------------------------------------------------------------------------------------------------------


def _workbook(path: Path, sheet: str | None, *, packed: bool) -> tuple[list[str], str, Iterator[list[Cell]]]:
    import python_calamine as calamine  # loaded by commands alone

    if packed:
        _check_extent(path)
    try:
        book = calamine.CalamineWorkbook.from_path(str(path))
        names = book.sheet_names
        if not names:
            raise CannotRead(_("There is no sheet in the file. Export it again."))
        chosen = names[0] if sheet is None else sheet
        if chosen not in names:
            raise CannotRead(
                _("There is no sheet “%(sheet)s”. The file has: %(names)s.")
                % {"sheet": sheet, "names": "、".join(names)}
            )
        found = book.get_sheet_by_name(chosen)
    except calamine.PasswordError:
        raise CannotRead(
            _("The file has a password. Open it in Excel or WPS, save it without a password and choose it again.")
        ) from None
    except (calamine.CalamineError, OSError):
        raise CannotRead(_damaged()) from None
    if found.height * found.width > MAX_CELLS:
        raise CannotRead(_too_far())
    # The reader gives the blank rows above the table but not the blank columns before it; letters should be Excel's.
    lead: list[Cell] = [None] * (found.start or (0, 0))[1]
    return names, chosen, (lead + [_cell(value) for value in row] for row in found.iter_rows())


def _check_extent(path: Path) -> None:
    """Refuse a workbook whose cells lie so far apart that laying them out would exhaust the memory."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            if not any(part.filename == "xl/workbook.xml" for part in parts):
                raise CannotRead(_not_a_sheet())
            if sum(part.file_size for part in parts) > MAX_UNPACKED:
                raise CannotRead(_("The file is too large once unpacked. Split it, for example by month."))
            for part in parts:
                if part.filename.startswith("xl/worksheets/") and part.filename.endswith(".xml"):
                    with archive.open(part) as xml:
                        _check_cells(xml)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError):
        raise CannotRead(_damaged()) from None


def _check_cells(xml: io.BufferedIOBase) -> None:
    last_row, columns, rest = 0, set(), b""
    while chunk := xml.read(4 * 2**20):
        block = rest + chunk
        for column, row in _FAR.findall(block):
            columns.add(column)
            last_row = max(last_row, int(row[:8]))
        rest = block[-200:]  # a cell's opening tag may straddle two chunks
    if columns and last_row * max(map(_column_number, columns)) > MAX_CELLS:
        raise CannotRead(_too_far())


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _column_letters(index: int) -> str:
    letters, number = "", index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _cell(value: Cell) -> Cell:
    """Give whole numbers as int while they are exact; Excel keeps 15 digits, so a longer one stays a float."""
    if type(value) is float and value.is_integer() and abs(value) < 1e15:
        return int(value)
    if type(value) is str and not value.strip():
        return None
    return value


# -- text -------------------------------------------------------------------------------------------------------------


def _text(data: bytes) -> tuple[str, str]:
    head = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta")):
        raise CannotRead(
            _("This is a web page named like a sheet. Open it in Excel or WPS, save it as .xlsx and choose that file.")
        )
    if head.startswith((b"%pdf", b"\x89png", b"\xff\xd8\xff", b"{\\rtf")):
        raise CannotRead(_not_a_sheet())
    encoding = _encoding(data)
    if encoding is None:
        raise CannotRead(_not_a_sheet())
    text = data.decode(encoding).removeprefix("\ufeff")
    if re.search(r"[\x00-\x08\x0e-\x1a]", text[:20_000]):
        raise CannotRead(_not_a_sheet())
    return encoding, text


def _encoding(data: bytes) -> str | None:
    if data.startswith(b"\xef\xbb\xbf"):
        candidates = ["utf-8-sig"]
    elif data.startswith((b"\xff\xfe", b"\xfe\xff")):
        candidates = ["utf-16"]
    elif b"\x00" in data[:4000]:  # Latin figures and separators have a zero byte in utf-16, Chinese text alone has none
        start = data[:4000]
        candidates = ["utf-16-le" if start[1::2].count(0) > start[::2].count(0) else "utf-16-be"]
    else:
        candidates = ["utf-8", "gb18030"]
    for encoding in candidates:
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    return None


def _lines(text: str) -> Iterator[list[Cell]]:
    separator = None
    first, newline, rest = text.partition("\n")
    if match := re.fullmatch(r"sep=(.)\r?", first):  # a line Excel itself writes and reads
        separator, text = match[1], rest
        yield []
    separator = separator or _separator(text)
    for row in _csv(text, separator):
        yield [_cell(cell) for cell in row]


def _separator(text: str) -> str:
    """Choose the separator that cuts the first rows into most columns, most evenly.

    Evenness counts twice: tabs inside what somebody wrote cut into many columns too, every row otherwise.
    """

    def fit(separator: str) -> float:
        counts: list[int] = []
        with contextlib.suppress(CannotRead):
            counts = [len(row) for row in islice(_csv(text[:200_000], separator, whole=False), 50) if row]
        if not counts:
            return 0.0
        width, number = Counter(counts).most_common(1)[0]
        return (number / len(counts)) ** 2 * math.log(width or 1)

    return max([",", "\t", ";"], key=fit)


def _csv(text: str, separator: str, *, whole: bool = True) -> Iterator[list[str]]:
    csv.field_size_limit(MAX_CELL_CHARACTERS)
    # A quotation mark never closed swallows every row after it. A last line of our own must come out alone.
    reader = csv.reader(chain(io.StringIO(text, newline=""), [_END]), delimiter=separator)
    number = 0
    try:
        for number, row in enumerate(reader, 1):
            if _END in row[-1:]:
                return
            if whole and row and row[-1].endswith(_END):
                raise CannotRead(_unclosed(number))
            yield row
    except csv.Error:
        raise CannotRead(_unclosed(number + 1)) from None


# -- header -----------------------------------------------------------------------------------------------------------


def _table(lines: Iterator[list[Cell]], known: Collection[str], **where: object) -> Table:
    top = list(islice(lines, HEADER_WITHIN))
    if not any(cell is not None for row in top for cell in row):
        raise CannotRead(_("The sheet is empty. Choose the sheet with the rows, or export the file again."))
    at = _header_index(top, {_loose(name) for name in known})
    rows = []
    for number, cells in enumerate(chain(top[at + 1 :], lines), at + 2):
        while cells and cells[-1] is None:
            cells.pop()
        if cells:
            rows.append(Row(number, cells))
            if len(rows) > MAX_ROWS:
                raise CannotRead(_("The sheet has more than 200,000 rows. Split it, for example by month."))
    headers = [_fold(cell) for cell in top[at]]
    width = max([len(row.cells) for row in rows] + [len(headers)])
    headers += [""] * (width - len(headers))
    for row in rows:
        row.cells.extend([None] * (width - len(row.cells)))
    used = [i for i, name in enumerate(headers) if name or any(row.cells[i] is not None for row in rows)]
    names = _distinct(headers)
    if len(used) < width:
        names = [names[i] for i in used]
        rows = [Row(row.number, [row.cells[i] for i in used]) for row in rows]
    return Table(headers=names, rows=rows, header_row=at + 1, **where)  # type: ignore[arg-type]


def _header_index(top: list[list[Cell]], known: set[str]) -> int:
    matches = [len({_loose(cell) for cell in row if type(cell) is str} & known) for row in top]
    if max(matches) >= 2:
        return matches.index(max(matches))
    names = [len({name for cell in row if _is_name(name := _fold(cell))}) for row in top]
    if max(names) == 0:
        raise CannotRead(
            _("No row of column names in the first 20 rows. Put the names in the first row and choose the file again.")
        )
    return next(i for i, count in enumerate(names) if count >= ENOUGH_OF_A_HEADER * max(names))


def _is_name(name: str) -> bool:
    return 0 < len(name) <= LONGEST_HEADER and not _NUMBER_OR_DATE.fullmatch(name)


def _fold(cell: Cell) -> str:
    """Bring a header to one line: no break inside a Chinese name, one space inside a Latin one."""
    if cell is None:
        return ""
    text = re.sub(r"[\ufeff\u200b-\u200f\u2060]", "", str(cell)).strip()
    text = re.sub(r"\s*[\r\n]+\s*", lambda m: "" if _wide(text, m.start() - 1) or _wide(text, m.end()) else " ", text)
    return re.sub(r"\s+", " ", text)


def _wide(text: str, at: int) -> bool:
    return 0 <= at < len(text) and unicodedata.east_asian_width(text[at]) in "WF"


def _loose(name: Cell) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", str(name))).lower()


def _distinct(headers: list[str]) -> list[str]:
    """Name an unnamed column by its letter, `(D)`, and number the second of two equal names, `名称 (2)`."""
    taken = {name for name in headers if name}
    seen: set[str] = set()
    names = []
    for index, header in enumerate(headers):
        base = header or f"({_column_letters(index)})"
        name, copy = base, 1
        while name in seen or (name != header and name in taken):
            copy += 1
            name = f"{base} ({copy})"
        seen.add(name)
        names.append(name)
    return names


# -- what people are told ---------------------------------------------------------------------------------------------


def _damaged() -> str:
    return _("The file is damaged or not a sheet. Open it in Excel or WPS, save it as .xlsx and choose that file.")


def _not_a_sheet() -> str:
    return _("This is not a sheet. Choose a .xlsx, .xls or .csv file.")


def _too_far() -> str:
    return _("Something stands far away from the table. Copy the table alone into a new file and choose that one.")


def _unclosed(row: int) -> str:
    return _("Row %(row)d opens a quotation mark that is never closed. Save the file as .xlsx in Excel or WPS.") % {
        "row": row
    }
