"""Which office is in charge, and which topic it is, as the models in use see it."""

from dataclasses import dataclass
from uuid import UUID

import numpy as np

from bandeng.engines.similarity import dispatch as engine
from bandeng.ground.directory import api as directory

from . import learned

SHOWN = 3
WIDE = 60  # classes of which it is asked what spoke for them: those in charge of a place are mostly among them
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
    if held is None or not words.strip():
        return RankedOffices((), False, 0)
    ranked, is_sure = _among(held.model, words, {str(key) for key in in_charge(area_id, dispatch_office_id)})
    return RankedOffices(ranked, is_sure, held.number)


def rank_topics(words: str) -> RankedTopics:
    """Rank the topics for some masked words."""
    held = learned.in_use("topic")
    if held is None or not words.strip():
        return RankedTopics((), False)
    return RankedTopics(*_among(held.model, words, {str(key) for key in directory.topics()}))


def _among(model: engine.Model, words: str, allowed: set[str]) -> tuple[tuple[Ranked, ...], bool]:
    """Rank the allowed classes only: their probabilities are made to sum to one again."""
    chances = model.probabilities([words])[0]
    chances[[name not in allowed for name in model.classes]] = 0.0
    if not chances.sum():
        return (), False
    chances /= chances.sum()
    best = [n for n in np.argsort(-chances, kind="stable")[:SHOWN] if chances[n] >= LEAST]
    spoke = {one.id: tuple(word.text for word in one.words) for one in model.suggest(words, limit=WIDE).ranked}
    ranked = tuple(Ranked(UUID(model.classes[n]), float(chances[n]), spoke.get(model.classes[n], ())) for n in best)
    return ranked, bool(model.is_sure(chances[None])[0])
