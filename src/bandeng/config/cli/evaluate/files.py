"""Messages out of csv, xls and xlsx, columns found by their headings."""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ..failures import NotReady
from ..words import gettext as _

# What a column may be called, English first: a county exports from many systems.
HEADINGS = {
    "id": ("id", "留言编号", "编号"),
    "user": ("user", "留言用户", "用户"),
    "title": ("title", "留言主题", "标题", "主题"),
    "at": ("at", "time", "留言时间", "时间"),
    "text": ("text", "留言详情", "内容", "详情"),
    "reply": ("reply", "答复意见", "答复"),
    "replied_at": ("replied_at", "答复时间"),
    "label": ("label", "一级标签", "一级分类"),
    "event": ("event",),
    "event_name": ("event_name",),
    "level_1": ("level_1", "一级分类"),
    "level_2": ("level_2", "二级分类"),
    "level_3": ("level_3", "三级分类"),
    "marked": ("marked",),
    "part": ("part",),
}


def read(path: Path, needed: Iterable[str], wanted: Iterable[str] = ()) -> list[dict[str, str]]:
    """Give the rows of a table as text under our names. Raises NotReady where the file is unusable."""
    if not path.is_file():
        raise NotReady(_("%s is not there.") % path, _("Look whether the name is right."))
    headings, *rows = _rows(path) or [[]]
    columns = {name: n for name in [*needed, *wanted] if (n := _column(headings, name)) is not None}
    if missing := [name for name in needed if name not in columns]:
        names = ", ".join(HEADINGS[name][-1] if name != HEADINGS[name][0] else name for name in missing)
        raise NotReady(_("%(file)s has no column for %(names)s.") % {"file": path, "names": names}, _("Add it."))
    if not rows:
        raise NotReady(_("%s has no rows.") % path, _("Name a file with messages."))
    return [{name: row[n] if n < len(row) else "" for name, n in columns.items()} for row in rows]


def _column(headings: list[str], name: str) -> int | None:
    plain = [heading.strip().lower() for heading in headings]
    return next((plain.index(heading) for heading in HEADINGS[name] if heading in plain), None)


def _rows(path: Path) -> list[list[str]]:
    if path.suffix.lower() in (".xls", ".xlsx"):
        from python_calamine import CalamineError, CalamineWorkbook

        try:
            sheet = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
        except CalamineError:
            raise NotReady(_("%s cannot be read as a workbook.") % path, _("Save it as xlsx or csv.")) from None
        return [[_text(cell) for cell in row] for row in sheet]
    csv.field_size_limit(1 << 27)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.reader(file))
    except (UnicodeDecodeError, csv.Error):
        raise NotReady(_("%s is no csv in UTF-8.") % path, _("Save it as csv in UTF-8, or as xlsx.")) from None


def _text(cell: Any) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
