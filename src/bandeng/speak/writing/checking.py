"""Reads a draft as one text and says, part by part, what could be plainer and what is missing."""

from collections.abc import Mapping
from dataclasses import dataclass

from bandeng.engines import language
from bandeng.speak.casework import api as cases

PARTS = ("opinion", "facts", "basis", "where_to_go", "remedy")  # in the order in which the resident reads them
BETWEEN = "\n\n"
MISSING = "missing"


@dataclass(frozen=True)
class Note:
    """One finding. `part` is where the sentence stands; `said` is to become `plainer` where one press can do that."""

    rule: str
    family: str
    part: str
    sentence: str
    said: str
    why: str
    plainer: str
    replacement: str | None


@dataclass(frozen=True)
class Checked:
    """What to look at: parts the law asks for that are empty, what the whole does not tell, and plainer words."""

    needed: tuple[str, ...]
    missing: tuple[Note, ...]
    words: tuple[Note, ...]

    @property
    def is_clean(self) -> bool:
        return not (self.needed or self.missing or self.words)


def check(case: cases.Case, parts: Mapping[str, str], *, message: str | None) -> Checked:
    """Check the parts of a draft; `message` is what the resident said, where it may be read."""
    written = [(part, parts.get(part, "")) for part in PARTS if parts.get(part, "").strip()]
    kind, result = parts.get("kind") or "answer", parts.get("result") or "answered"
    there = {part for part, _text in written}
    needed = tuple(part for part in cases.required_parts(case, kind, result) if part not in there)
    if not written:
        return Checked(needed, (), ())
    whole, starts = "", {}
    for part, text in written:
        starts[part] = len(whole)
        whole += text + BETWEEN
    notes = [_note(found, whole, starts) for found in language.findings(whole, message=message, kind="reply")]
    return Checked(
        needed,
        tuple(note for note in notes if note.family == MISSING),
        tuple(note for note in notes if note.family != MISSING),
    )


def _note(found: "language.Finding", whole: str, starts: dict[str, int]) -> Note:
    part = next((part for part, start in reversed(starts.items()) if found.start >= start), next(iter(starts)))
    return Note(
        found.rule,
        found.family,
        part,
        found.sentence,
        whole[found.start : found.end],
        found.why,
        found.plainer,
        found.replacement,
    )
