"""Which office is in charge, and which topic it is, as the models in use see it."""

from dataclasses import dataclass
from uuid import UUID

from bandeng.ground.directory import api as directory

from . import learned

SHOWN = 3
LEAST = 0.03  # below it an office is no suggestion but noise


@dataclass(frozen=True)
class Ranked:
    """A class with its probability among those asked about, and the words of the text that spoke for it."""

    key: UUID
    probability: float
    words: tuple[str, ...]


@dataclass(frozen=True)
class RankedOffices:
    offices: tuple[Ranked, ...]
    is_sure: bool
    number: int  # of the model; 0 for none


@dataclass(frozen=True)
class RankedTopics:
    topics: tuple[Ranked, ...]
    is_sure: bool


def in_charge(area_id: UUID | None, dispatch_office_id: UUID) -> set[UUID]:
    """Give the offices that take cases from a place: its own, its township's, the county's; from nowhere, those of
    whoever dispatches."""
    offices = directory.offices()
    area = area_id or offices[dispatch_office_id].area_id
    places = {place.pk for place in directory.area_chain(area)}
    return {o.pk for o in offices.values() if o.is_active and o.kind != "discipline" and o.area_id in places}


def rank_offices(words: str, area_id: UUID | None, dispatch_office_id: UUID) -> RankedOffices:
    """Rank the offices in charge of a place for some masked words; none where nothing was learned or said."""
    held = learned.in_use("office")
    allowed = in_charge(area_id, dispatch_office_id)
    if held is None or not words.strip() or not allowed:
        return RankedOffices((), False, 0)
    found = held.model.suggest(words, limit=SHOWN, among={str(key) for key in allowed})
    return RankedOffices(_first(found.ranked), found.is_sure, held.number)


def rank_topics(words: str) -> RankedTopics:
    """Rank the topics for some masked words."""
    held = learned.in_use("topic")
    if held is None or not words.strip():
        return RankedTopics((), False)
    known = {str(key) for key in directory.topics()}
    found = held.model.suggest(words, limit=SHOWN, among=known)
    return RankedTopics(_first(found.ranked), found.is_sure)


def _first(ranked) -> tuple[Ranked, ...]:
    likely = [one for one in ranked if one.probability >= LEAST]
    return tuple(Ranked(UUID(one.id), one.probability, tuple(word.text for word in one.words)) for one in likely)
