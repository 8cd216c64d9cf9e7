"""What stands beside a case or a form: the right office with its reasons, never filled in."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from bandeng.ground.directory import api as directory

from . import learned
from .ranking import Ranked, RankedTopics, rank_offices, rank_topics


@dataclass(frozen=True)
class RightOffice:
    """An office with everything that speaks for it. `percent` is its probability among the offices in charge."""

    office: directory.Office
    percent: int
    words: tuple[str, ...]
    catalogue: directory.Suggestion | None
    suggested: int
    accepted: int


@dataclass(frozen=True)
class Beside:
    """The offices, best first; whether the model is sure; the topic it takes the matter for."""

    offices: tuple[RightOffice, ...]
    is_sure: bool
    topic: directory.Topic | None
    number: int


def beside(
    words: str, *, area_id: UUID | None, dispatch_office_id: UUID, topic_id: UUID | None, now: datetime
) -> Beside:
    """Work out what to show for masked words. `topic_id` is what a person said it is; else the model's is used."""
    topics = RankedTopics((), False) if topic_id else rank_topics(words)
    ranked = rank_offices(
        words, topics, area_id=area_id, dispatch_office_id=dispatch_office_id, topic_id=topic_id, now=now
    )
    own = directory.topics().get(topics.topics[0].key) if topics.topics else None
    used = topic_id or (own.pk if own else None)
    lines = {s.office.pk: s for s in directory.suggest(used, area_id, now=now)} if used else {}
    counts = learned.accepted(now)
    offices = tuple(_office(one, lines, counts) for one in ranked.offices)
    return Beside(offices, ranked.is_sure, own, ranked.number)


def _office(one: Ranked, lines: dict, counts: dict) -> RightOffice:
    suggested, accepted = counts.get(one.key, (0, 0))
    office = directory.offices()[one.key]
    percent = min(99, round(100 * one.probability))  # nothing is certain before a person has looked
    return RightOffice(office, percent, one.words, lines.get(one.key), suggested, accepted)
