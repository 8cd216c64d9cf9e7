"""Places and topics typed by name, part of it or pinyin initials: understood only where nothing else can be meant."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bandeng.ground.directory import api as directory

SHOWN = 6  # how many of several fitting names an error lists
Row = TypeVar("Row", directory.Area, directory.Topic)


def name_of(row: directory.Area | directory.Topic) -> str:
    """Give the name by which a row is chosen from a list: a village with its township before it."""
    if isinstance(row, directory.Area) and row.kind == "village" and row.parent is not None:
        return f"{row.parent.label_zh} {row.label_zh}"
    return row.label_zh


def areas_for(home: directory.Area | None, now: datetime) -> list[directory.Area]:
    """List the places that exist today, those of the office's own area first."""
    day = directory.day_of(now)
    rows = [a for a in directory.areas().values() if a.valid_from <= day and (not a.valid_to or a.valid_to >= day)]
    return sorted(rows, key=lambda a: not _is_within(a, home)) if home else rows


def topics() -> list[directory.Topic]:
    """List the topics in use."""
    return [t for t in directory.topics().values() if t.is_active]


def _is_within(area: directory.Area, home: directory.Area | None) -> bool:
    return home is not None and area.path.startswith(home.path)


def find_area(text: str, *, home: directory.Area | None, now: datetime) -> directory.Area | None:
    """Understand a typed place; a village of the office's own area wins over a namesake. Raises ValidationError."""
    known = {a.pk: a for a in areas_for(home, now)}
    found = [a for a in directory.search_areas(text) if a.pk in known]
    return _only(text, known.values(), found, lambda a: _is_within(a, home), _("No place fits “%(text)s”."))


def find_topic(text: str) -> directory.Topic | None:
    """Understand a typed topic. Raises ValidationError."""
    return _only(text, topics(), directory.search_topics(text), lambda t: False, _("No topic fits “%(text)s”."))


def _only(text: str, rows: Iterable[Row], found: list[Row], is_near: Callable[[Row], bool], none: str) -> Row | None:
    """Give the one row that a text can mean: by its whole name, then its exact label, then anything that fits."""
    text = text.strip()
    if not text:
        return None
    named = [row for row in rows if name_of(row) == text]
    exact = [row for row in found if text.casefold() in (row.label_zh, row.code, row.pinyin)]
    fitting = named or exact or found
    for group in (fitting, [row for row in fitting if is_near(row)]):
        if len(group) == 1:
            return group[0]
    if fitting:
        names = "、".join(name_of(row) for row in fitting[:SHOWN])
        raise ValidationError(_("Several fit: %(names)s. Write a little more.") % {"names": names})
    leave = _("Choose from the list, or leave it empty: the words alone are enough.")
    raise ValidationError(f"{none % {'text': text[:20]}}{leave}")
