"""Reads over the small tables: chains of areas, who dispatches, what the catalogue suggests, what a picker finds."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TypeVar
from uuid import UUID

from django.utils.translation import gettext as _

from . import small_tables as tables
from .models import Area, CatalogueEntry, Duty, Office, Topic
from .permissions import day_of

PICKER_ROWS = 20
_Row = TypeVar("_Row", Area, Office, Topic)


class CannotDispatch(LookupError):
    """No office dispatches for this area; the message says which table to complete."""


@dataclass(frozen=True)
class Suggestion:
    """An office the catalogue names, and why. `part` is what its duty list says: own, assist or nothing."""

    office: Office
    procedure: str
    legal_basis: str
    reason: str
    part: str = ""
    citation: str = ""


def area_chain(area: Area | UUID | None) -> list[Area]:
    """Give the area, its township and its county, nearest first; an empty list for none."""
    chain = []
    here = tables.areas().get(area.pk if isinstance(area, Area) else area) if area else None
    while here is not None:
        chain.append(here)
        here = here.parent
    return chain


def dispatch_office_for(area: Area | UUID | None) -> Office:
    """Give the dispatching office nearest up the tree; for no area, or an unknown one, the county's.

    Raises CannotDispatch where neither the area, nor its township, nor the county has one.
    """
    dispatching = {o.area_id: o for o in tables.offices().values() if o.is_dispatching and o.is_active}
    roots = [a for a in tables.areas().values() if a.parent_id is None]
    for place in [*area_chain(area), *roots]:
        if place.pk in dispatching:
            return dispatching[place.pk]
    raise CannotDispatch(_("No office dispatches cases here. Mark one in the table of offices and import it again."))


def superior_of(office: Office | UUID) -> Office | None:
    """Give the office above; None for the topmost."""
    found = tables.offices().get(office.pk if isinstance(office, Office) else office)
    return found.superior if found else None


def topic_chain(topic: Topic | UUID | None) -> list[Topic]:
    """Give the topic and those above it, most special first."""
    chain = []
    here = tables.topics().get(topic.pk if isinstance(topic, Topic) else topic) if topic else None
    while here is not None:
        chain.append(here)
        here = here.parent
    return chain


def suggest(topic_id: UUID, area_id: UUID | None, *, now: datetime) -> list[Suggestion]:
    """List the offices the dispatch catalogue names for a topic and area, most special area first.

    The nearest topic that has an entry here counts; those above it are left out. A suggestion is advice: a person
    dispatches. An office that by the duty list only assists is listed last: what a department must do is not to be
    sent to the grass roots (国办函〔2025〕66号; procedures §2.1).
    """
    found = []
    for topic, entry, office, duty in _named(topic_id, area_id, now):
        part, citation = (duty.part, duty.citation) if duty else ("", "")
        reason = _reason(topic, tables.areas().get(entry.area_id), part)
        found.append(Suggestion(office, entry.procedure, entry.legal_basis, reason, part=part, citation=citation))
    return found


def suggested_offices(topic_id: UUID, area_id: UUID | None, *, now: datetime) -> list[Office]:
    """List the offices that `suggest` gives, in its order, for whom the reasons are not wanted."""
    return [office for _topic, _entry, office, _duty in _named(topic_id, area_id, now)]


def _named(
    topic_id: UUID, area_id: UUID | None, now: datetime
) -> list[tuple[Topic, CatalogueEntry, Office, Duty | None]]:
    """Give the catalogue's entries that count, in order, with the topic they are of, their office, and its duty."""
    topics, areas = topic_chain(topic_id), area_chain(area_id)
    nearness = {area.pk: len(areas) - at for at, area in enumerate(areas)}
    by_topic, offices, day = tables.lists().entries, tables.offices(), day_of(now)
    for topic in topics:
        entries = [
            entry
            for entry in by_topic.get(topic.pk, ())
            if entry.is_valid_on(day)
            and (entry.area_id is None or entry.area_id in nearness)
            and offices[entry.office_id].is_active
        ]
        if entries:
            break
    else:
        return []
    duties = _duties(topics)
    named = []
    for entry in entries:
        office = offices[entry.office_id]
        duty = (
            duties.get((office.pk, topic.pk)) or duties.get((office.kind, topic.pk)) or _above(duties, office, topics)
        )
        is_assisting = duty is not None and duty.part == Duty.Part.ASSIST
        named.append(((is_assisting, -nearness.get(entry.area_id, 0), office.code), (topic, entry, office, duty)))
    return [what for _order, what in sorted(named, key=lambda pair: pair[0])]


def _duties(topics: list[Topic]) -> dict[tuple[UUID | str, UUID], Duty]:
    rows = (duty for topic in topics for duty in tables.lists().duties.get(topic.pk, ()))
    return {(d.office_id or d.office_kind, d.topic_id): d for d in rows}


def _above(duties: dict, office: Office, topics: list[Topic]) -> Duty | None:
    keys = [(who, topic.pk) for topic in topics for who in (office.pk, office.kind)]
    return next((duties[key] for key in keys if key in duties), None)


def _reason(topic: Topic, place: Area | None, part: str) -> str:
    values = {"topic": topic.label_zh, "place": place.label_zh if place else ""}
    line = (
        _("The dispatch catalogue names it for “%(topic)s” in %(place)s.")
        if place
        else _("The dispatch catalogue names it for “%(topic)s” anywhere in the county.")
    ) % values
    return f"{line} {_part_in_words(part)}"


def _part_in_words(part: str) -> str:
    if part == Duty.Part.OWN:
        return _("It is its own duty by the duty list.")
    if part == Duty.Part.ASSIST:
        return _("By the duty list it only assists.")
    return _("Its duty list does not name this.")


def search_areas(text: str, *, limit: int = PICKER_ROWS) -> list[Area]:
    """Find areas by label, code or pinyin initials; further words may name what lies above ("河西 柳树"). No query."""
    return _find(tables.areas().values(), text, limit)


def search_topics(text: str, *, limit: int = PICKER_ROWS) -> list[Topic]:
    """Find topics in use by label, code or pinyin initials. No query."""
    return _find((t for t in tables.topics().values() if t.is_active), text, limit)


def search_offices(text: str, *, limit: int = PICKER_ROWS) -> list[Office]:
    """Find offices in use by label, short label, code or pinyin initials. No query."""
    return _find((o for o in tables.offices().values() if o.is_active), text, limit)


def _find(rows: Iterable[_Row], text: str, limit: int) -> list[_Row]:
    words = _fold(text).split()
    if not words:
        return []
    ranked = []
    for at, row in enumerate(rows):
        ranks = [_rank(row, word) for word in words]
        if max(ranks) < _NOT and min(ranks) < _ABOVE:
            ranked.append((sum(ranks), at, row))
    return [row for _rank_, _at, row in sorted(ranked, key=lambda entry: entry[:2])[:limit]]


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


@lru_cache(4096)
def _names(label_zh: str, label_en: str, short_zh: str) -> tuple[str, ...]:
    """Give the spellings a row is known by; what stands in brackets is what people say: 最低生活保障（低保）."""
    label = _fold(label_zh)
    return (label, _fold(label_en), _fold(short_zh), *label.rstrip(")").split("("))


_ABOVE, _NOT = 10, 100


def _rank(row: Area | Office | Topic, word: str) -> int:
    """Rank how well one word names a row: 0 exactly, then beginning, middle, initials; 10 what lies above; 100 not."""
    labels = _names(row.label_zh, row.label_en, getattr(row, "short_zh", ""))
    if word in (row.code, *labels):
        return 0
    if any(label.startswith(word) for label in labels):
        return 1
    if row.code.startswith(word):
        return 2
    if row.pinyin.startswith(word):
        return 3
    if any(word in label for label in labels):
        return 4
    if len(word) > 1 and word in row.pinyin:
        return 5
    above = row.area if isinstance(row, Office) else row.parent
    return _ABOVE if above is not None and _rank(above, word) < _NOT else _NOT
