"""Which column is what: alias files per source, and the columns that label a person and are never taken in."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

CALLER = ("caller_name", "caller_phone", "caller_account")  # who somebody is: kept in `residents`, never in the open

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Aliases:
    """One kind of source: for each field its column names in order of preference, and how coded values are written."""

    kind: str
    label_zh: str
    label_en: str
    columns: Mapping[str, tuple[str, ...]]
    values: Mapping[str, Mapping[str, str]]  # field → written value (loose) → our word

    def names(self) -> list[str]:
        """List all column names, for finding the header row."""
        return [name for names in self.columns.values() for name in names]


@dataclass(frozen=True)
class Refused:
    """A column that is not taken in, and why."""

    header: str
    reason_zh: str
    reason_en: str


@dataclass(frozen=True)
class Match:
    """What became of the columns of one sheet: each header is in exactly one of the three."""

    mapped: dict[str, list[int]]  # field → column positions, in order of preference
    refused: dict[int, Refused]
    unmapped: list[int]


def loose(text: object) -> str:
    """Bring a name to the form in which names are compared: no spaces, one width, lower case."""
    return "".join(unicodedata.normalize("NFKC", str(text)).split()).lower()


def load(kind: str) -> Aliases:
    """Give the alias file of one kind of source; raise KeyError if there is none."""
    return load_all()[kind]


@cache
def load_all() -> dict[str, Aliases]:
    """Read every alias file, by kind."""
    found = [read(path) for path in sorted((_HERE / "aliases").glob("*.toml"))]
    return {aliases.kind: aliases for aliases in found}


def read(path: Path) -> Aliases:
    """Read one alias file, shipped or a county's own; raise ValueError or KeyError where it is none."""
    data = tomllib.loads(path.read_text("utf-8"))
    values = {
        field: {loose(written): word for word, ways in words.items() for written in ways}
        for field, words in data.get("values", {}).items()
    }
    columns = {field: tuple(names) for field, names in data["columns"].items()}
    return Aliases(data["kind"], data["label_zh"], data["label_en"], columns, values)


def known_names() -> list[str]:
    """List the column names of all sources."""
    return [name for aliases in load_all().values() for name in aliases.names()]


def detect(headers: Sequence[str]) -> Aliases | None:
    """Find the source that explains most columns; None where no source finds the words and two more columns."""

    def fields(aliases: Aliases) -> int:
        mapped = match(headers, aliases).mapped
        return len(mapped) if "content" in mapped else 0

    best = max(load_all().values(), key=fields)
    return best if fields(best) >= 3 else None


def match(headers: Sequence[str], aliases: Aliases) -> Match:
    """Sort the headers into mapped, refused and unmapped; refusal comes first."""
    refused = {at: Refused(header, *reason) for at, header in enumerate(headers) if (reason := why_refused(header))}
    places: dict[str, int] = {}
    for at, header in enumerate(headers):
        if at not in refused:
            places.setdefault(loose(header), at)
    mapped: dict[str, list[int]] = {}
    for field, names in aliases.columns.items():
        if positions := [places[loose(name)] for name in names if loose(name) in places]:
            mapped[field] = list(dict.fromkeys(positions))
    used = {at for positions in mapped.values() for at in positions}
    return Match(mapped, refused, [at for at in range(len(headers)) if at not in used and at not in refused])


@cache
def _patterns() -> list[tuple[re.Pattern[str], str, str]]:
    data = tomllib.loads((_HERE / "refused.toml").read_text("utf-8"))
    return [(re.compile(rule["pattern"]), rule["reason_zh"], rule["reason_en"]) for rule in data["refused"]]


def why_refused(name: str) -> tuple[str, str] | None:
    """Tell why a column or tag of this name labels a person (Chinese, English), or None."""
    compared = loose(name)
    for pattern, reason_zh, reason_en in _patterns():
        if pattern.search(compared):
            return reason_zh, reason_en
    return None


def split_tags(text: str) -> Iterable[str]:
    """Cut a cell of tags at the marks people put between them."""
    return (tag for piece in re.split(r"[,\uff0c、;\uff1b|/\n]+", text) if (tag := piece.strip()))
