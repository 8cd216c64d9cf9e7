"""What goes into an index and what comes out."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from .errors import InvalidDocument, InvalidQuery

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIELDS = ("title", "text", "answer")
# An identifier or scope longer than this is a mistake of the caller's.
LONGEST_KEY = 300

# Gives the fields of the documents named; one that is left out is not shown.
Fetch = Callable[[Sequence[str]], Mapping[str, Mapping[str, str]]]


@dataclass(frozen=True, slots=True)
class Document:
    """One thing that can be found.

    `fields` holds any of title, text, answer. `scopes` are opaque: whoever asks with one of them may find it, and a
    document without any is found only by who asks without scopes. `facets` are what filters go by; a value with slashes
    ("3/12") is also found under what stands before each slash ("3").
    """

    id: str
    fields: Mapping[str, str]
    scopes: Collection[str]
    at: datetime
    facets: Mapping[str, str | Collection[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Filters:
    """Narrow what is found: every facet named must have one of its values, `at` must lie in [since, until)."""

    facets: Mapping[str, str | Collection[str]] = field(default_factory=dict)
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """A word and how telling it is: its inverse document frequency in the index."""

    word: str
    weight: float


@dataclass(frozen=True, slots=True)
class Likeness:
    """Why two messages are alike and where they are not. Most telling words first.

    `here` is the message that was asked with, `there` the one found. Numbers and places are named apart, because two
    complaints in the same words about two estates are two matters.
    """

    shared: tuple[Term, ...]
    here: tuple[Term, ...]
    there: tuple[Term, ...]
    numbers_here: tuple[str, ...]
    numbers_there: tuple[str, ...]
    places_here: tuple[str, ...]
    places_there: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of a text, and the spans in it, as offsets into `text`, that were asked for."""

    text: str
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """One document found. Scores compare within one answer only. `likeness` is there where texts were fetched."""

    id: str
    score: float
    at: datetime
    likeness: Likeness | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Some of what a typed query found: `total` counts all; `is_loose` says that no document had all the words."""

    hits: tuple[Hit, ...]
    total: int
    is_loose: bool
    words: tuple[str, ...]


def check_text(value: object, what: str, error: type[InvalidDocument] | type[InvalidQuery]) -> str:
    """Give the value back if it is text that can be stored; raise `error` saying what is wrong otherwise."""
    if not isinstance(value, str):
        raise error(f"{what} is {type(value).__name__}, not text")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise error(f"{what} holds half a character (a lone surrogate)") from None
    return value


def check_key(value: object, what: str, error: type[InvalidDocument] | type[InvalidQuery]) -> str:
    """Give the value back if it can be an identifier, a scope or a facet's value; raise `error` otherwise."""
    text = check_text(value, what, error)
    if not 0 < len(text) <= LONGEST_KEY or "\0" in text:
        raise error(f"{what} must have 1 to {LONGEST_KEY} characters and no NUL")
    return text


def facet_terms(
    name: str, values: str | Collection[str], error: type[InvalidDocument] | type[InvalidQuery]
) -> list[str]:
    """Give the terms "name=value" of one facet. Raises `error` on a name with "=" or a value that is no key."""
    if "=" in check_key(name, "a facet's name", error):
        raise error(f"a facet's name holds '=': {name!r}")
    listed = [values] if isinstance(values, str) else values
    return [f"{name}={check_key(value, f'a value of facet {name}', error)}" for value in listed]


def with_ancestors(term: str) -> list[str]:
    """Give a facet's term and those of all that stands above it: "a=3/12" gives "a=3" and "a=3/12"."""
    name, _, value = term.partition("=")
    steps = value.split("/")
    return [f"{name}={'/'.join(steps[: n + 1])}" for n in range(len(steps))]


def micros(at: datetime) -> int:
    """Give a point in time as whole microseconds since 1970."""
    return (at - EPOCH) // timedelta(microseconds=1)


def from_micros(number: int) -> datetime:
    """Give the point in time that `micros` gave the number of."""
    return EPOCH + timedelta(microseconds=number)
