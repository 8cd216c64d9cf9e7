"""How this host's index stands to the log and the database."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bandeng.engines.similarity import search
from bandeng.ground.acts import api as acts
from bandeng.ground.ledger import api as ledger
from bandeng.speak.casework import api as cases

from . import indexing

CHUNK = 1000


@dataclass(frozen=True)
class Standing:
    """Whether the index can be asked, whether every case was read, and how many leaves were not read yet."""

    is_usable: bool
    is_whole: bool = False
    behind: int = 0
    has_all_names: bool = True


def standing() -> Standing:
    """Look how the index of this host stands."""
    try:
        there = indexing.index()
        at = indexing.Cursor.read(there.cursor)
        is_named = list(there.names) == indexing.names()
    except search.IndexUnusable:
        indexing.forget()
        return Standing(False)
    size = indexing.log_size()
    if at is None or not at.belongs(indexing.log_name(), size):
        return Standing(False)
    return Standing(True, at.is_whole, size - at.leaf, is_named)


def differences() -> Iterator[uuid.UUID | int]:
    """Give the cases that the index has not in their latest version, and at the end how many it has too many.

    What has an act that the index has not read yet is late, and no difference. Raises search.IndexUnusable.
    """
    there, last, number = indexing.index(), "", 0
    while keys := cases.case_keys(after=last, limit=CHUNK):
        last, number = str(keys[-1]), number + len(keys)
        if wrong := _lacking(there, keys):
            # Once more: somebody may have been at work between our two looks. The cursor is read before the second one,
            # so that what it had not reached then is late, also where it is read by now.
            at = indexing.Cursor.read(there.cursor)
            again = _lacking(there, sorted(wrong))
            yield from sorted(again - _late(at, again))
    if (more := len(there) - cases.Case.objects.count()) > 0:
        yield more


def _lacking(there: search.Index, keys: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    """Give the cases whose latest version is not in the index."""
    versions = dict(cases.Case.objects.filter(pk__in=keys).values_list("pk", "version"))
    marks = [indexing.row_mark(key, version) for key, version in versions.items()]
    page = there.search("", scopes=None, filters=search.Filters({"row": marks}), limit=2 * CHUNK)
    return set(versions) - {uuid.UUID(hit.id) for hit in page.hits}


def _late(at: indexing.Cursor | None, keys: set[uuid.UUID]) -> set[uuid.UUID]:
    """Give those of the cases whose newest act an index that stood there cannot have read."""
    newest = {key: acts.history("case", key)[-1].pk for key in keys}
    places = ledger.leaf_places(newest.values())
    return {key for key, act in newest.items() if at is None or places.get(act, at.leaf) >= at.leaf}
