"""What somebody typed, as far as it names places, offices and topics: by initials, in full, or by its sound."""

import re
from dataclasses import dataclass
from functools import lru_cache

from bandeng.ground.directory import api as directory

from .spelling import Righted, by_sound, initials, right_words, righted

KINDS = ("place", "office", "topic")
OFFERS = 6
# Two to eight letters that stand alone or before Chinese characters: initials of a name, as input methods take them.
_LETTERS = re.compile(r"(?<![0-9a-z])[a-z]{2,8}(?![0-9a-z])")
_ENDING = re.compile("[省市县区镇乡村]$")

Row = directory.Area | directory.Office | directory.Topic


@dataclass(frozen=True)
class Meant:
    """Something of the directory that what was typed may mean."""

    kind: str
    code: str
    label: str
    typed: str


@dataclass(frozen=True)
class Typed:
    """What the index is asked, what was put right in it, what was taken for a name, and what may be meant besides."""

    words: str
    changes: tuple[tuple[str, str], ...] = ()
    taken: tuple[Meant, ...] = ()
    offers: tuple[Meant, ...] = ()


def read(text: str, *, is_literal: bool = False) -> Typed:
    """Understand what was typed. Initials that fit one name alone are taken for it, else the names are offered.

    `is_literal`: letters are letters, and nothing is put right.
    """
    if is_literal:
        return Typed(text, offers=tuple(_named(text))[:OFFERS])
    plain = righted(text)
    taken: list[Meant] = []
    offers: list[Meant] = []

    def understand(match: re.Match[str]) -> str:
        fitting = _by_initials(match[0])
        if not fitting:
            return match[0]
        (taken if len(fitting) == 1 else offers).extend(fitting)
        return " "

    words = _LETTERS.sub(understand, plain.text).strip()
    offers += _named(words)
    return Typed(words, plain.changes, tuple(taken), tuple(offers)[:OFFERS])


def heard(words: str) -> Righted:
    """Put the county's names and words often mistyped in place of what sounds like them."""
    return by_sound(words, (*_spoken_names(), *right_words()))


def label_of(row: Row) -> str:
    """Give the name by which a row is shown: a village with its township before it."""
    if isinstance(row, directory.Area) and row.kind == "village" and row.parent is not None:
        return f"{row.parent.label_zh} {row.label_zh}"
    return row.label_zh


def labels(kind: str, codes: tuple[str, ...]) -> list[str]:
    """Give the names of rows of a kind by their codes."""
    return [label_of(row) for row in _rows(kind) if row.code in codes]


def search_kind(kind: str, text: str) -> list[Row]:
    """Find rows of a kind by name, part of it or initials; those that fit wholly alone where there are any."""
    find = {"place": directory.search_areas, "office": directory.search_offices, "topic": directory.search_topics}
    plain = righted(text).text
    rows: list[Row] = list(find[kind](text)) or [row for row in _rows(kind) if plain in _initials(row)]
    exact = [row for row in rows if plain in (row.label_zh, row.code, row.pinyin, label_of(row))]
    return exact or rows


def _by_initials(letters: str) -> list[Meant]:
    rows = [(kind, row, _initials(row)) for kind in KINDS for row in _rows(kind)]
    exact = [(kind, row) for kind, row, known in rows if letters in known]
    begun = [(kind, row) for kind, row, known in rows if kind != "topic" and any(k.startswith(letters) for k in known)]
    return [Meant(kind, row.code, label_of(row), letters) for kind, row in exact or begun]


def _named(words: str) -> list[Meant]:
    """Give what is named, longest first: somebody may want what is there, and not what speaks of it."""
    found = [
        Meant(kind, row.code, label_of(row), said)
        for kind in KINDS
        for row in _rows(kind)
        if (said := next((name for name in _names(row) if name in words), ""))
    ]
    return sorted(found, key=lambda meant: -len(meant.typed))


def _names(row: Row) -> list[str]:
    return _called(row.label_zh, getattr(row, "short_zh", ""), isinstance(row, directory.Area))


@lru_cache(maxsize=8192)  # of all rows, asked at every search
def _called(label: str, short: str, is_place: bool) -> list[str]:
    """List what people call a row, longest first: 青禾县民政局 and 民政局, 油坊坝村 and 油坊坝."""
    names = {label, short}
    if is_place:
        names.add(_ENDING.sub("", label))
    return sorted((name for name in names if len(name) > 1), key=lambda name: (-len(name), name))


def _initials(row: Row) -> set[str]:
    """Give the initials of a row's name, and of the short one that everybody says: nobody types those of the county."""
    return {row.pinyin, initials(getattr(row, "short_zh", ""))} - {""}


def _rows(kind: str) -> list[Row]:
    tables = {"place": directory.areas, "office": directory.offices, "topic": directory.topics}
    return [row for row in tables[kind]().values() if getattr(row, "is_active", True)]


def _spoken_names() -> tuple[str, ...]:
    """List the names of places, offices and topics, places also without their ending: 龙泉镇 and 龙泉."""
    full = [row.label_zh for kind in KINDS for row in _rows(kind)]
    short = [_ENDING.sub("", row.label_zh) for row in _rows("place")]
    return tuple(name for name in (*full, *short) if len(name) > 1)
