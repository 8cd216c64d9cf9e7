"""Columns of the tables: the headers they may have, and how a cell becomes a value or a finding."""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from ..models.codes import CODE_LENGTH, CODE_PATTERN
from .report import BadValue, Finding

YES = {"是", "yes", "y", "true", "1", "√"}
NO = {"否", "no", "n", "false", "0", "×"}


@dataclass(frozen=True)
class Column:
    """One column. `headers` may stand in any spelling of width, case and space; the first is the one we write."""

    name: str
    headers: tuple[str, ...]
    read: Callable[[str], Any]
    is_required: bool = False


@dataclass
class Row:
    """A row whose cells could all be read: its number as Excel shows it, and values by column name."""

    number: int
    values: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        """Give a value; None where the cell is blank or the file has no such column."""
        return self.values.get(name)

    def given(self, *names: str) -> dict[str, Any]:
        """Give those of the named columns that the file has: a blank cell empties the field, no column keeps it."""
        return {name: self.values[name] for name in names if name in self.values}


def fold(text: str) -> str:
    """Bring a header or a word of choice to one spelling."""
    return re.sub(r"[\s_\-*():]+", "", unicodedata.normalize("NFKC", text)).casefold()


def match_headers(columns: tuple[Column, ...], headers: list[str]) -> tuple[dict[str, int], list[Finding]]:
    """Find the position of each column; required ones that are missing are findings, unknown ones are ignored."""
    positions: dict[str, int] = {}
    folded = [fold(header) for header in headers]
    for column in columns:
        for header in (*column.headers, column.name):
            if fold(header) in folded:
                positions[column.name] = folded.index(fold(header))
                break
    missing = [column for column in columns if column.is_required and column.name not in positions]
    return positions, [
        Finding(0, column.headers[0], _("The column is missing."), _("Add it, or correct its name."))
        for column in missing
    ]


def read_cells(columns: tuple[Column, ...], number: int, cells: Mapping[str, Any]) -> tuple[Row, list[Finding]]:
    """Read one row's cells by column name; what cannot be read is a finding."""
    row, findings = Row(number), []
    for column in columns:
        if column.name not in cells and not column.is_required:
            continue
        try:
            typed = as_text(cells.get(column.name), is_code=column.read is code)
            if not typed and column.is_required:
                raise BadValue(_("The cell is empty."), _("Fill it in, or remove the row."))
            row.values[column.name] = column.read(typed) if typed else None
        except BadValue as wrong:
            findings.append(Finding(number, column.headers[0], wrong.problem, wrong.remedy))
    return row, findings


def as_text(cell: Any, *, is_code: bool = False) -> str:
    """Give a cell as people typed it."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and is_code:
        raise BadValue(
            _("Excel has made the number %(cell)s of this code.") % {"cell": cell},
            _("Format the column as text and type the code again, with its zeros."),
        )
    if isinstance(cell, dt.datetime | dt.date):
        return (cell.date() if isinstance(cell, dt.datetime) else cell).isoformat()
    return unicodedata.normalize("NFC", str(cell)).strip()


def code(typed: str) -> str:
    """Read a code."""
    value = unicodedata.normalize("NFKC", typed).strip().lower()
    if len(value) > CODE_LENGTH or not re.match(CODE_PATTERN, value):
        raise BadValue(
            _("“%(value)s” is no code.") % {"value": shorten(typed)},
            _("Use at most %(length)d small letters, digits, dots and hyphens.") % {"length": CODE_LENGTH},
        )
    return value


def text(length: int) -> Callable[[str], str]:
    """Make a reader of text of at most `length` characters on one line."""

    def read(typed: str) -> str:
        value = re.sub(r"\s+", " ", typed)
        if "\x00" in value or any(unicodedata.category(char) == "Cc" for char in value):
            raise BadValue(_("There are characters in it that cannot be shown."), _("Type the cell again."))
        if len(value) > length:
            raise BadValue(
                _("It has %(count)d characters.") % {"count": len(value)},
                _("Shorten it to %(length)d.") % {"length": length},
            )
        return value

    return read


def day(typed: str) -> dt.date:
    """Read a date: 2026-01-31, 2026/1/31, 2026.1.31, 20260131, 2026年1月31日, and an Excel serial number."""
    value = unicodedata.normalize("NFKC", typed)
    try:
        if found := re.fullmatch(
            r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]0?0:00(?::00)?)?", value
        ):
            return dt.date(*map(int, found.groups()))
        if re.fullmatch(r"\d{8}", value):
            return dt.date(int(value[:4]), int(value[4:6]), int(value[6:]))
        if re.fullmatch(r"\d{5}(\.0)?", value):
            return dt.date(1899, 12, 30) + dt.timedelta(days=int(float(value)))
    except ValueError:
        pass
    raise BadValue(
        _("“%(value)s” is no date.") % {"value": shorten(typed)},
        _("Write it like 2026-01-31; look whether the day exists."),
    )


def yes_no(typed: str) -> bool:
    """Read 是 or 否."""
    word = fold(typed)
    if word in YES | NO:
        return word in YES
    raise BadValue(_("“%(value)s” is neither yes nor no.") % {"value": shorten(typed)}, _("Write 是 or 否."))


def choice(words: Mapping[str, str]) -> Callable[[str], str]:
    """Make a reader of one of several words, Chinese or English; `words` maps what may be written to the value."""
    folded = {fold(word): value for word, value in words.items()} | {fold(value): value for value in words.values()}

    def read(typed: str) -> str:
        if (value := folded.get(fold(typed))) is not None:
            return value
        raise BadValue(
            _("“%(value)s” is not one of the words used here.") % {"value": shorten(typed)},
            _("Write one of: %(words)s.") % {"words": "、".join(words)},
        )

    return read


def shorten(typed: str, length: int = 24) -> str:
    """Give the beginning of what was typed, for a message."""
    return typed if len(typed) <= length else typed[: length - 1] + "…"
