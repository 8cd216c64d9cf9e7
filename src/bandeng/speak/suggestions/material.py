"""What is learned from: what classes say of themselves, where cases really went, and words of which nobody knows.

Masked words alone. Nothing here knows a person.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from bandeng.ground.directory import api as directory
from bandeng.speak.casework import api as cases

MOST = 100_000  # messages; the newest ones
LEVELS = 2  # topics below are learned as the one above them: a class needs examples
# Where an office has signed for a case, it has taken it for its own.
SIGNED_FOR = ("working", "drafted", "approved", "replied", "closed")


@dataclass
class Material:
    """For one subject: id → describing phrases, (text, id) of what people confirmed, and texts without an id."""

    descriptions: dict[str, tuple[str, ...]]
    examples: list[tuple[str, str]] = field(default_factory=list)
    unlabelled: list[str] = field(default_factory=list)


def gather(subject: str, *, now: datetime) -> Material:
    """Gather what a model of offices or topics is learned from. Reads up to 100,000 masked texts."""
    descriptions = describe_offices(now) if subject == "office" else describe_topics()
    material = Material(descriptions)
    for words, label in _texts(subject):
        if label in descriptions:
            material.examples.append((words, label))
        else:
            material.unlabelled.append(words)
    return material


def _texts(subject: str) -> Iterator[tuple[str, str]]:
    rows = cases.Case.objects.exclude(words_masked="").order_by("-pk")
    columns = ("words_masked", "status", "procedure", "holder_id", "dispatch_office_id", "topic_id")
    for words, status, procedure, holder, dispatching, topic in rows.values_list(*columns)[:MOST].iterator(2_000):
        if subject == "topic":
            yield words, topic_class(topic)
        else:
            is_signed_for = status in SIGNED_FOR and procedure != "on_the_spot" and holder != dispatching
            yield words, str(holder) if is_signed_for else ""


def topic_class(topic_id: UUID | None) -> str:
    """Give the id of the class that a topic is learned as; empty for none."""
    chain = directory.topic_chain(topic_id)
    return str(chain[-min(LEVELS, len(chain))].pk) if chain else ""


def describe_topics() -> dict[str, tuple[str, ...]]:
    """Give, for each topic of the second level (the first, where it has none), its words and those below it."""
    described: dict[str, list[str]] = {}
    above = {topic.parent_id for topic in directory.topics().values()}
    for topic in directory.topics().values():
        chain = directory.topic_chain(topic.pk)
        if len(chain) >= LEVELS or topic.pk not in above:
            described.setdefault(topic_class(topic.pk), []).append(topic.label_zh)
    return {
        key: tuple(dict.fromkeys([*(t.label_zh for t in directory.topic_chain(UUID(key))), *labels]))
        for key, labels in described.items()
    }


def describe_offices(now: datetime) -> dict[str, tuple[str, ...]]:
    """Give, for each office that takes cases, its name, its duties, and the topics that the catalogue sends to it."""
    offices = {o.pk: o for o in directory.offices().values() if o.is_active and o.kind != "discipline"}
    words: dict[UUID, list[str]] = {key: [office.label_zh] for key, office in offices.items()}
    below: dict[UUID, list[UUID]] = {}
    for topic in directory.topics().values():
        below.setdefault(topic.parent_id, []).append(topic.pk)

    def labels(topic_id: UUID) -> list[str]:
        own = directory.topics()[topic_id].label_zh
        return [own, *(label for child in below.get(topic_id, ()) for label in labels(child))]

    for entry in directory.CatalogueEntry.objects.valid_on(directory.day_of(now)):
        if entry.office_id in words:
            words[entry.office_id] += labels(entry.topic_id)
    for duty in directory.Duty.objects.exclude(part="assist"):
        for key in (
            [duty.office_id] if duty.office_id else [k for k, o in offices.items() if o.kind == duty.office_kind]
        ):
            if key in words:
                words[key] += labels(duty.topic_id)
    return {str(key): tuple(dict.fromkeys(said)) for key, said in words.items() if len(said) > 1}
