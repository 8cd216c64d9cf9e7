"""What was said before and is like a message, in somebody's scope, with what is shared and what is not."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bandeng.engines.similarity import search
from bandeng.ground.directory import api as directory
from bandeng.speak.casework import api as cases

from . import indexing
from .finding import Piece, marked

LIMIT = 5
NAMED = 5  # words of each kind that are shown
LEAST = 0.15


@dataclass(frozen=True)
class Like:
    """A case like a message: its masked words with the shared ones marked; what only one of both has."""

    case: cases.Case
    said: tuple[Piece, ...]
    shared: tuple[str, ...]
    only_here: tuple[str, ...]
    only_there: tuple[str, ...]


def like(
    permissions: directory.Permissions, words: str, *, but_not: Collection[uuid.UUID] = (), limit: int = LIMIT
) -> tuple[Like, ...] | None:
    """Give the cases most like some masked words, best first; None where this host's index cannot be asked.

    The index proposes within somebody's scope; the database says what of it may be seen now.
    """
    seen: dict[str, cases.MaskedCase] = {}
    rows: dict[uuid.UUID, cases.Case] = {}

    def fetch(ids: Sequence[str]) -> dict[str, dict[str, str]]:
        missing = [uuid.UUID(id_) for id_ in ids if id_ not in seen]
        found = cases.visible(permissions).defer("words").exclude(words_masked="").in_bulk(missing)
        rows.update(found)
        seen.update({str(text.key): text for text in cases.masked_cases(list(found))})
        return {id_: {"text": seen[id_].said, "answer": seen[id_].answered} for id_ in ids if id_ in seen}

    scopes = [str(key) for key in cases.scope(permissions)]
    try:
        hits = indexing.index().likes(
            indexing.asking(words), scopes=scopes, limit=limit, exclude={str(key) for key in but_not}, fetch=fetch
        )
    except search.IndexUnusable:
        indexing.forget()
        return None
    return tuple(
        _like(rows[uuid.UUID(hit.id)], seen[hit.id].said, hit.likeness)
        for hit in hits
        if hit.likeness and _share(hit.likeness) >= LEAST
    )


def _share(likeness: search.Likeness) -> float:
    """Give how much of what the message tells is told there too, by weight: next to nothing is no likeness."""
    shared = sum(term.weight for term in likeness.shared)
    whole = shared + sum(term.weight for term in likeness.here)
    return shared / whole if whole else 0.0


def _like(case: cases.Case, said: str, likeness: search.Likeness) -> Like:
    shared = tuple(term.word for term in likeness.shared)[:NAMED]
    here = (*likeness.places_here, *likeness.numbers_here, *(term.word for term in likeness.here))
    there = (*likeness.places_there, *likeness.numbers_there, *(term.word for term in likeness.there))
    return Like(
        case,
        marked(said, shared),
        shared,
        tuple(dict.fromkeys(here))[:NAMED],
        tuple(dict.fromkeys(there))[:NAMED],
    )
