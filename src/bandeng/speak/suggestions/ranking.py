"""Which office is in charge, and which topic it is: what was learned from cases, and what the catalogue says of topics.

Both are mixed. The catalogue is trusted where little was learned, and where a person said the topic; with more cases
that went another way than it says, what was learned weighs more, and never all.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from bandeng.engines.similarity import dispatch as engine
from bandeng.ground.directory import api as directory

from . import learned
from .material import office_class

SHOWN = 3
LEAST = 0.03  # below it an office is no suggestion but noise
TOPICS = 5  # whose lines in the catalogue are followed
HALF = 200  # examples from which on cases and catalogue weigh the same
MOST = 0.75  # what cases weigh at most
SECOND = 0.5  # of a topic's lines, each next one weighs half of the one before
WORDS = 4
LEAST_SAID = 0.3  # of what the strongest word said: what said less explains nothing
LEAST_SIGNS = 2  # one character by itself tells a reader nothing


@dataclass(frozen=True)
class Ranked:
    """A class with its probability among those asked about, and the words of the text that spoke for it."""

    key: UUID
    probability: float
    words: tuple[str, ...]


@dataclass(frozen=True)
class RankedOffices:
    """Offices, best first. `number` is that of the model; 0 for none."""

    offices: tuple[Ranked, ...]
    is_sure: bool
    number: int


@dataclass(frozen=True)
class RankedTopics:
    """Topics, best first: those that are shown, and the share of each that is followed in the catalogue."""

    topics: tuple[Ranked, ...]
    is_sure: bool
    shares: tuple[tuple[UUID, float], ...] = ()


def in_charge(area_id: UUID | None, dispatch_office_id: UUID) -> dict[UUID, directory.Office]:
    """Give the offices that take cases from a place: its own, its township's, the county's.

    From nowhere: those of the place of whoever dispatches.
    """
    places = directory.area_chain(area_id or directory.offices()[dispatch_office_id].area_id)
    offices = (office for place in places for office in directory.offices_at(place.pk))
    return {o.pk: o for o in offices if o.is_active and o.kind not in {"discipline", "supervision"}}


def rank_topics(words: str, *, is_explained: bool = True) -> RankedTopics:
    """Rank the topics for some masked words; none where nothing was learned or said.

    To find the words that spoke for them reads the text again; `is_explained` false spares it.
    """
    held = learned.in_use("topic")
    if held is None or not words.strip():
        return RankedTopics((), False)
    known = [str(key) for key in directory.topics()]
    chances, is_sure = _chances(held.model, words, known)
    best = sorted(chances, key=lambda key: -chances[key])[:TOPICS]
    spoke = _spoke(held.model, words, best[:1]) if is_explained else {}
    shown = tuple(Ranked(UUID(key), chances[key], spoke.get(key, ())) for key in best[:1] if chances[key] >= LEAST)
    return RankedTopics(shown, is_sure, tuple((UUID(key), chances[key]) for key in best))


def rank_offices(
    words: str,
    topics: RankedTopics,
    *,
    area_id: UUID | None,
    dispatch_office_id: UUID,
    topic_id: UUID | None,
    now: datetime,
    is_explained: bool = True,
) -> RankedOffices:
    """Rank the offices in charge of a place for some masked words. `topic_id` is what a person said it is."""
    held = learned.in_use("office")
    allowed = in_charge(area_id, dispatch_office_id)
    if held is None or not words.strip() or not allowed:
        return RankedOffices((), False, 0)
    by_class = {office_class(office): key for key, office in allowed.items()}
    by_words, is_sure = _chances(held.model, words, by_class)
    shares = [(topic_id, 1.0)] if topic_id else topics.shares
    by_lines = _by_catalogue(shares, area_id, allowed, now)
    weight = min(MOST, held.examples / (held.examples + HALF)) if by_lines else 1.0
    chances = {
        key: weight * by_words.get(name, 0.0) + (1 - weight) * by_lines.get(key, 0.0) for name, key in by_class.items()
    }
    total = sum(chances.values())
    best = [key for key in sorted(chances, key=lambda key: (-chances[key], str(key))) if total][:SHOWN]
    classes = {key: name for name, key in by_class.items()}
    spoke = _spoke(held.model, words, [classes[key] for key in best]) if is_explained else {}
    ranked = [Ranked(key, chances[key] / total, spoke.get(classes[key], ())) for key in best]
    is_agreed = not by_lines or max(by_lines, key=lambda key: by_lines[key]) == best[0]
    return RankedOffices(tuple(one for one in ranked if one.probability >= LEAST), is_sure and is_agreed, held.number)


def _by_catalogue(
    shares: Iterable[tuple[UUID, float]], area_id: UUID | None, allowed: dict, now: datetime
) -> dict[UUID, float]:
    """Give what the catalogue's lines say, by office: a topic's first line most, each next one half as much."""
    found: dict[UUID, float] = {}
    for topic, share in shares:
        named = directory.suggested_offices(topic, area_id, now=now)
        lines = [office.pk for office in named if office.pk in allowed]
        whole = sum(SECOND**n for n in range(len(lines)))
        for n, key in enumerate(lines):
            found[key] = found.get(key, 0.0) + share * SECOND**n / whole
    total = sum(found.values())
    return {key: value / total for key, value in found.items()} if total else {}


def _chances(model: engine.Model, words: str, allowed: Iterable[str]) -> tuple[dict[str, float], bool]:
    """Give the probabilities of the allowed classes, made to sum to one again, and whether the first is sure."""
    kept = set(allowed)
    chances = model.probabilities([words])[0]
    chances[[name not in kept for name in model.classes]] = 0.0
    if not chances.sum():
        return {}, False
    chances /= chances.sum()
    named = {name: float(chance) for name, chance in zip(model.classes, chances, strict=True) if name in kept}
    return named, bool(model.is_sure(chances[None])[0])


def _spoke(model: engine.Model, words: str, names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Give, for some classes, the words of the text that spoke for them and tell a reader something."""
    wanted = list(names)
    said = {one.id: one.words for one in model.suggest(words, limit=len(wanted), among=wanted).ranked}
    return {
        name: tuple(
            word.text
            for word in spoken
            if len(word.text) >= LEAST_SIGNS and word.weight >= LEAST_SAID * spoken[0].weight
        )[:WORDS]
        for name, spoken in said.items()
    }


__all__ = ["Ranked", "RankedOffices", "RankedTopics", "in_charge", "rank_offices", "rank_topics"]
