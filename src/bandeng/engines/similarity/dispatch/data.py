"""What goes in and what comes out. Class ids are opaque: topics, offices, anything a message can belong to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


@dataclass(frozen=True)
class ClassDescription:
    """A class and the phrases that describe it: its name, its topics, the duties of an office.

    `parent` is the id of the description it stands under, whose phrases count for this one too, by half. With
    `is_answer=False` a description only tells the others what is not theirs, or is only a parent.
    """

    id: str
    words: tuple[str, ...] = ()
    parent: str | None = None
    is_answer: bool = True


@dataclass(frozen=True)
class Example:
    """A message that a person dispatched. `weight` says how much it counts beside others."""

    text: str
    label: str
    weight: float = 1.0


class Word(NamedTuple):
    """A word of the message (normalised), how much it spoke for the class, and where it stands in the text."""

    text: str
    weight: float
    spans: tuple[tuple[int, int], ...]


class Ranked(NamedTuple):
    """One class, how probable it is, and the words that spoke for it, strongest first."""

    id: str
    probability: float
    words: tuple[Word, ...]


@dataclass(frozen=True)
class Suggestion:
    """Classes by probability. `is_sure` only where held-out messages of this certainty were right often enough."""

    ranked: tuple[Ranked, ...]
    is_sure: bool


@dataclass(frozen=True)
class Report:
    """What training saw. The measures come from held-out examples and are None where there were too few."""

    examples: int
    examples_by_class: Mapping[str, int]
    unlabelled: int
    held_out: int
    accuracy: float | None = None
    macro_f1: float | None = None
    top2: float | None = None
    calibration_error: float | None = None
    sure_share: float | None = None
    sure_accuracy: float | None = None
    temperature: float = 1.0
    notes: tuple[str, ...] = field(default=())
