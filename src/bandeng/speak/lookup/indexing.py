"""This host's index of cases, fed by the log: read the leaves after the cursor, read their cases again, commit both."""

import fcntl
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Self

from django.conf import settings

from bandeng.engines.similarity import search
from bandeng.ground.acts import api as acts
from bandeng.ground.core import api as core
from bandeng.ground.directory import api as directory
from bandeng.ground.ledger import api as ledger
from bandeng.speak.casework import api as cases

from .spelling import DATA, righted

FORMAT = 1  # of what is put into a document: whoever changes it counts on, and every case is read anew
STEP = 1000  # cases or leaves in one step; a second's work
FEW = 20_000  # an index of fewer is made anew where places and offices got other names
TITLE = 60
MASK = re.compile("〔[^〕]{1,6}〕?")


class Rebuilding(Exception):
    """Another process on this host is making the index anew."""


@dataclass(frozen=True)
class Cursor:
    """Where an index stands. It is kept in the same commit as the documents.

    leaf      so many leaves of the log were read
    reading   the last case read while all are read, "" at the beginning; None when all were
    is_whole  every case was read at least once
    log       the first leaf, by which a log is told from another one
    form      what documents were made of: rules of masking, spelling, trees of places and topics
    erased    cases without words read since it was made: their terms lie in its files until it is made anew
    """

    leaf: int
    reading: str | None
    is_whole: bool
    log: str
    form: str
    erased: int = 0

    @classmethod
    def read(cls, text: str | None) -> Self | None:
        """Read what a commit left; None for anything else."""
        try:
            return cls(**json.loads(text or ""))
        except (ValueError, TypeError):
            return None

    def __str__(self) -> str:
        return json.dumps(asdict(self))

    def belongs(self, log: str, size: int) -> bool:
        """Tell whether it is one of this log: another first leaf, or more leaves than there are, is another's."""
        return self.log == log and self.leaf <= size


_index: search.Index | None = None


def index() -> search.Index:
    """Give this process's view of the host's index. Raises search.IndexUnusable."""
    global _index
    if _index is None:
        _index = search.Index.open(settings.SEARCH_DIR)
    return _index


def forget() -> None:
    """Open the index anew next time, checking every file of it."""
    global _index
    _index = None


def names() -> list[str]:
    """List what the county calls its places, offices and topics: words that stay whole."""
    rows = [*directory.areas().values(), *directory.offices().values(), *directory.topics().values()]
    return sorted({name for row in rows for name in (row.label_zh, getattr(row, "short_zh", "")) if name})


def log_name() -> str:
    """Name the log by its first leaf; empty as long as there is none."""
    first = ledger.leaves(0, 1)
    return first[0].leaf_hash.hex()[:16] if first else ""


def log_size() -> int:
    """Count the leaves of the log."""
    head = ledger.head()
    return head.size if head else 0


def form() -> str:
    """Digest what documents are made of beside the cases themselves."""
    places = [area.path for area in directory.areas().values()]
    topics = [_codes(directory.topic_chain(topic)) for topic in directory.topics()]
    made_of = [FORMAT, core.MASKING_VERSION, places, topics, DATA.read_text()]
    return hashlib.blake2s(json.dumps(made_of).encode(), digest_size=8).hexdigest()


def _codes(chain: Sequence[directory.Area | directory.Topic]) -> list[str]:
    return [row.code for row in chain]


def row_mark(key: object, version: int) -> str:
    """Give the mark by which `bandeng check` sees whether the index has a case in its latest version."""
    return hashlib.blake2s(f"{key}:{version}".encode(), digest_size=6).hexdigest()


def documents(keys: Iterable) -> list[search.Document]:
    """Make the documents of cases: masked words, who may see them, what filters go by."""
    offices = directory.offices()
    return [
        search.Document(
            str(case.key),
            {**asking(case.said), "answer": plain(case.answered)},
            scopes=[str(key) for key in case.offices],
            at=case.registered_at,
            facets={
                "place": _codes(directory.area_chain(case.area)),
                "topic": _codes(directory.topic_chain(case.topic)),
                "office": [offices[case.holder].code] if case.holder in offices else [],
                "status": [case.status],
                "row": [row_mark(case.key, case.version)],
            },
        )
        for case in cases.masked_cases(list(keys))
    ]


def plain(text: str) -> str:
    """Give a text in one spelling, without the marks that stand for what is masked: nobody looks for them."""
    return righted(MASK.sub(" ", text)).text


def asking(said: str) -> dict[str, str]:
    """Give masked words as they ask for their likes: with a title, as a document has one."""
    return {"title": _title(said), "text": plain(said)}


def _title(said: str) -> str:
    """Give the first sentence: its characters are kept pair by pair, so that names no dictionary has are found."""
    first = MASK.sub(" ", said).strip()[:TITLE]
    for sign in "\n。！？!?；;":
        first = first.split(sign)[0]
    return plain(first)


def feed(*, limit: int = STEP) -> int:
    """Bring this host's index up to the log, one step of at most `limit` leaves or cases; give how many were read.

    While an index is being filled it gives `limit`: there is more to do, and numbers alone are found until it is done.

    Whatever kills it, the next step goes on from the last commit. An index that is lost, broken or of another log is
    begun anew. While another process of this host writes, nothing is done.
    """
    if not log_name():
        return 0  # nothing was ever done here
    try:
        at = Cursor.read(index().cursor)
        if at is None or not at.belongs(log_name(), log_size()):
            return _begin() and limit
        if is_small() and list(index().names) != names():
            return _begin() and limit
        return _step(at, limit)
    except search.IndexBusy:
        return 0
    except search.IndexReplaced:
        return 1
    except search.IndexUnusable:
        forget()
        try:
            index()
        except search.IndexUnusable:
            return _begin() and limit
        raise  # every file is sound: the disk was full, or away for a moment; what is there is not thrown away


def _begin() -> int:
    """Put an empty index in place of what is there; the next steps fill it, and pages say that it is being made."""
    try:
        with alone():
            begun = Cursor(log_size(), "", False, log_name(), form())
            search.rebuild(settings.SEARCH_DIR, [], names=names(), cursor=str(begun))
    except Rebuilding:
        return 0
    return 1


def _step(at: Cursor, limit: int) -> int:
    if at.form != (now := form()):
        at = replace(at, reading="", form=now)
    if at.reading is None and not ledger.leaves(at.leaf, 1):
        return 0
    with index().writer() as writer:
        # whoever wrote before us may have gone further
        held = Cursor.read(index().cursor) or at
        if held.form == at.form:
            at = held
        keys, after, read = _next(at, limit)
        made = documents(keys)
        if at.reading is None:
            after = replace(after, erased=at.erased + sum(not any(each.fields.values()) for each in made))
        writer.add(made)
        writer.commit(cursor=str(after))
    return limit if at.reading is not None else max(1, read)


def _next(at: Cursor, limit: int) -> tuple[list, Cursor, int]:
    """Give the cases to be read next, where that leads, and how many cases or leaves that is."""
    if at.reading is not None:
        keys = cases.case_keys(after=at.reading, limit=limit)
        if keys:
            return keys, replace(at, reading=str(keys[-1])), len(keys)
        return [], replace(at, reading=None, is_whole=True), 0
    leaves = ledger.leaves(at.leaf, limit)
    touched = acts.subjects([leaf.entry_id for leaf in leaves], "case")
    return sorted(touched), replace(at, leaf=at.leaf + len(leaves)), len(leaves)


@contextmanager
def alone() -> Iterator[None]:
    """Be the only process of this host that makes the index anew. Raises Rebuilding. The kernel lets go of the dead."""
    place = Path(settings.SEARCH_DIR).with_name("search.lock")
    with place.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Rebuilding from None
        yield


def reindex(*, progress: Callable[[int], None] | None = None) -> int:
    """Make the index anew beside the one there is and switch to it; give how many cases are in it.

    Pages search the old one until the switch, and the worker goes on feeding it. What is done meanwhile stands in the
    log after the cursor, and is read next. Raises Rebuilding.
    """
    with alone():
        begun = Cursor(log_size(), None, True, log_name(), form())
        done = search.rebuild(settings.SEARCH_DIR, _everything(), names=names(), cursor=str(begun), progress=progress)
    forget()
    return done


def holds_erased_words() -> bool:
    """Tell whether terms of words that were erased may still lie in the files; nobody finds them."""
    try:
        at = Cursor.read(index().cursor)
    except search.IndexUnusable:
        return False
    return at is not None and at.is_whole and at.erased > 0


def is_small() -> bool:
    """Tell whether it is made anew within seconds. Raises search.IndexUnusable."""
    return len(index()) < FEW


def _everything() -> Iterator[search.Document]:
    last = ""
    while keys := cases.case_keys(after=last, limit=STEP):
        yield from documents(keys)
        last = str(keys[-1])
