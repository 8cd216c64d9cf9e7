"""What is learned from: what classes say of themselves, where cases really went, and words of which nobody knows.

Masked words alone. Nothing here knows a person.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef

from bandeng.ground.directory import api as directory
from bandeng.speak.casework import api as cases

MOST = 30_000  # messages, the newest ones: what the worker's unit has memory for, and years of a county
LEVELS = 2  # topics below are learned as the one above them: a class needs examples
# Whoever dispatches may send a case to their own office; that it was dispatched at all is told by its own answer.
ANSWERED = Exists(cases.Reply.objects.filter(case=OuterRef("pk"), is_undispatched=False))
# Where an office has signed for a case, it has taken it for its own.
SIGNED_FOR = ("working", "drafted", "approved", "replied", "closed")


@dataclass
class Material:
    """For one subject: id → describing phrases, (text, id) of what people confirmed, and texts without an id."""

    descriptions: dict[str, tuple[str, ...]]
    examples: list[tuple[str, str]] = field(default_factory=list)
    unlabelled: list[str] = field(default_factory=list)


def gather(subject: str, *, now: datetime) -> Material:
    """Gather what a model of offices or topics is learned from. Reads up to 30,000 masked texts."""
    material = Material(descriptions(subject, now=now))
    for words, label in _texts(subject):
        if label in material.descriptions:
            material.examples.append((words, label))
        else:
            material.unlabelled.append(words)
    return material


def descriptions(subject: str, *, now: datetime) -> dict[str, tuple[str, ...]]:
    """Give what the classes of offices or topics say of themselves."""
    return describe_offices(now) if subject == "office" else describe_topics()


def _texts(subject: str) -> Iterator[tuple[str, str]]:
    rows = cases.Case.objects.exclude(words_masked="").order_by("-pk")
    offices = directory.offices()
    columns = ("words_masked", "status", "procedure", "holder_id", "dispatch_office_id", "topic_id", "is_answered")
    rows = rows.annotate(is_answered=ANSWERED)
    for words, status, procedure, holder, dispatching, topic, is_answered in rows.values_list(*columns)[:MOST].iterator(
        2_000
    ):
        if subject == "topic":
            yield words, topic_class(topic)
        else:
            went = status in SIGNED_FOR and procedure != "on_the_spot" and (holder != dispatching or is_answered)
            yield words, office_class(offices[holder]) if went else ""


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
    """Give, for each class of offices, its name, its duties, and the topics that the catalogue sends to it."""
    offices = {o.pk: o for o in directory.offices().values() if o.is_active and o.kind != "discipline"}
    words: dict[str, list[str]] = {}
    below: dict[UUID | None, list[UUID]] = {}
    for topic in directory.topics().values():
        below.setdefault(topic.parent_id, []).append(topic.pk)

    def labels(topic_id: UUID) -> list[str]:
        own = directory.topics()[topic_id].label_zh
        return [own, *(label for child in below.get(topic_id, ()) for label in labels(child))]

    for entry in directory.CatalogueEntry.objects.valid_on(directory.day_of(now)):
        if entry.office_id in offices:
            words.setdefault(office_class(offices[entry.office_id]), []).extend(labels(entry.topic_id))
    for duty in directory.Duty.objects.exclude(part="assist"):
        for office in offices.values():
            if duty.office_id == office.pk or (duty.office_id is None and duty.office_kind == office.kind):
                words.setdefault(office_class(office), []).extend(labels(duty.topic_id))
    names = {office_class(office): office.label_zh for office in offices.values()}
    return {key: tuple(dict.fromkeys([names[key], *said])) for key, said in words.items()}


def office_class(office: directory.Office) -> str:
    """Give what an office is learned as: a county's by itself, one of a township or village as all of its name.

    Words tell that a matter is for a party service centre; which township's is told by where it lies.
    """
    if office.area.parent_id is None:
        return str(office.pk)
    return f"{office.area.kind}:{office.label_zh.removeprefix(office.area.label_zh)}"
