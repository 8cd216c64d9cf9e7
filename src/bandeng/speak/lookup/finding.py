"""What a person types, answered from this host's index and checked against the database."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from bandeng.engines.deadlines import SHANGHAI
from bandeng.engines.similarity import search
from bandeng.ground.core import api as core
from bandeng.ground.directory import api as directory
from bandeng.speak.casework import api as cases

from . import indexing, typed
from .spelling import Righted, written

MOST = 200  # as many are looked at; who finds more wants a filter
PAGE = 20
LONGEST = 100
WIDTH = 90


@dataclass(frozen=True)
class Asked:
    """A question. Places, offices and topics by their codes; days are Shanghai days, both included."""

    words: str = ""
    places: tuple[str, ...] = ()
    offices: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    is_newest_first: bool = False
    is_literal: bool = False
    page: int = 1

    @property
    def is_blank(self) -> bool:
        """Whether nothing is asked at all."""
        return not (
            self.words.strip()
            or self.places
            or self.offices
            or self.topics
            or self.statuses
            or self.since
            or self.until
        )


@dataclass(frozen=True)
class Piece:
    """A piece of a text, marked where it is what was asked for."""

    text: str
    is_marked: bool


@dataclass(frozen=True)
class Found:
    """A case with the pieces of its masked words, and of its answer where what was asked stands there."""

    case: cases.Case
    said: tuple[Piece, ...] = ()
    answered: tuple[Piece, ...] = ()


@dataclass(frozen=True)
class Answer:
    """One page of what was found.

    `notice` is "" or why it may not be all: `unusable` (looked up by number alone), `filling` (index being made).
    `count` counts no further than MOST. `is_loose`: nothing has all the words. `heard`: searched for instead.
    """

    found: tuple[Found, ...] = ()
    count: int = 0
    page: int = 1
    notice: str = ""
    understood: typed.Typed = field(default_factory=lambda: typed.Typed(""))
    heard: tuple[tuple[str, str], ...] = ()
    is_loose: bool = False
    is_by_number: bool = False

    @property
    def pages(self) -> int:
        """Count the pages."""
        return -(-self.count // PAGE)

    @property
    def is_more(self) -> bool:
        """Whether there may be more than was looked at."""
        return self.count >= MOST


def by_number(permissions: directory.Permissions, text: str) -> cases.Case | None:
    """Give the case in scope whose number this is."""
    code = core.tidy_code(text)
    if not core.is_code(code):
        return None
    return cases.visible(permissions).defer("words").filter(code=code).first()


def find(permissions: directory.Permissions, asked: Asked) -> Answer:
    """Find cases in somebody's scope by number, words and filters; never by a person.

    The index proposes, the database has the last word. Without an index cases are found by their number alone.
    """
    asked = replace(asked, words=core.tidy_line(asked.words)[:LONGEST])
    if case := by_number(permissions, asked.words):
        return Answer((Found(case, marked(case.words_masked, ())),), 1, is_by_number=True)
    understood = typed.read(asked.words, is_literal=asked.is_literal)
    try:
        index = indexing.index()
        at = indexing.Cursor.read(index.cursor)
        if asked.is_blank:
            return Answer(notice=_notice(at), understood=understood)
        page, heard = _ask(index, permissions, asked, understood)
    except search.IndexUnusable:
        indexing.forget()
        return Answer(notice="unusable", understood=understood)
    keys = _still_there(permissions, asked, understood, [uuid.UUID(hit.id) for hit in page.hits])
    number = min(max(1, asked.page), max(1, -(-len(keys) // PAGE)))
    shown = keys[(number - 1) * PAGE : number * PAGE]
    return Answer(
        _shown(permissions, shown, page.words),
        len(keys),
        number,
        _notice(at),
        understood,
        heard.changes,
        page.is_loose,
    )


def _notice(at: indexing.Cursor | None) -> str:
    return "" if at and at.is_whole else "filling"


def _ask(
    index: search.Index, permissions: directory.Permissions, asked: Asked, understood: typed.Typed
) -> tuple[search.Page, Righted]:
    """Ask with the words as understood; where nothing has all of them, with the names that sound like them."""
    scopes = [str(key) for key in cases.scope(permissions)]
    given = {"filters": _filters(asked, understood), "newest_first": asked.is_newest_first, "limit": MOST}
    page = index.search(understood.words, scopes=scopes, **given)
    unchanged = Righted(understood.words, ())
    if asked.is_literal or not understood.words or page.total and not page.is_loose:
        return page, unchanged
    heard = typed.heard(understood.words)
    if not heard.changes:
        return page, unchanged
    other = index.search(heard.text, scopes=scopes, **given)
    is_better = other.total and (not other.is_loose or not page.total)
    return (other, heard) if is_better else (page, unchanged)


def _codes(asked: Asked, understood: typed.Typed) -> dict[str, tuple[str, ...]]:
    """Give the codes that each facet must have one of: chosen ones, else what initials were taken for."""
    chosen = {"place": asked.places, "office": asked.offices, "topic": asked.topics, "status": asked.statuses}
    for kind in typed.KINDS:
        chosen[kind] = chosen[kind] or tuple(meant.code for meant in understood.taken if meant.kind == kind)
    return {kind: codes for kind, codes in chosen.items() if codes}


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, SHANGHAI)


def _filters(asked: Asked, understood: typed.Typed) -> search.Filters:
    return search.Filters(
        _codes(asked, understood),
        since=_midnight(asked.since) if asked.since else None,
        until=_midnight(asked.until + timedelta(days=1)) if asked.until else None,
    )


def _still_there(
    permissions: directory.Permissions, asked: Asked, understood: typed.Typed, keys: Sequence[uuid.UUID]
) -> list[uuid.UUID]:
    """Keep, in their order, the cases that may be seen now and still are what was asked; the index may be late."""
    rows = cases.visible(permissions).filter(pk__in=keys)
    codes = _codes(asked, understood)
    if "status" in codes:
        rows = rows.filter(status__in=codes["status"])
    if "office" in codes:
        offices = [row.pk for row in directory.offices().values() if row.code in codes["office"]]
        rows = rows.filter(holder__in=offices)
    if understood.words:
        rows = rows.exclude(words_masked="")  # erased since
    seen = set(rows.values_list("pk", flat=True))
    return [key for key in keys if key in seen]


def _shown(permissions: directory.Permissions, keys: Sequence[uuid.UUID], words: tuple[str, ...]) -> tuple[Found, ...]:
    rows = cases.visible(permissions).defer("words").in_bulk(keys)
    texts = {text.key: text for text in cases.masked_cases(list(rows))}
    wanted = written(tuple(word for word in words if len(word) > 1) or words)
    found = []
    for key in keys:
        if key in rows and key in texts:
            answered = marked(texts[key].answered, wanted)
            is_there = any(piece.is_marked for piece in answered)
            found.append(Found(rows[key], marked(texts[key].said, wanted), answered if is_there else ()))
    return tuple(found)


def marked(text: str, words: Sequence[str]) -> tuple[Piece, ...]:
    """Cut the telling part of a text into pieces."""
    text = " ".join(text.split())
    cut = search.snippet(text, words, width=WIDTH)
    pieces, at = [], 0
    for start, end in cut.spans:
        pieces += [Piece(cut.text[at:start], False), Piece(cut.text[start:end], True)]
        at = end
    pieces.append(Piece(cut.text[at:], False))
    return tuple(piece for piece in pieces if piece.text)
