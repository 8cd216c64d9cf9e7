"""One state of an index that is looked at: what was verified, and the few things asked of tantivy."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tantivy
from tantivy import DocAddress, Query

from . import asking, storage
from .documents import Hit, from_micros
from .reading import Reader, rarity
from .writing import CURSOR

# Words whose frequency is kept until the next commit: some 5 MB at most.
REMEMBERED = 1 << 15

Found = list[tuple[float, DocAddress]]


@dataclass(slots=True)
class Opened:
    """An index as of its last commit when it was looked at; `stamps` change with the next one."""

    folder: Path
    index: tantivy.Index
    reader: Reader
    stamps: tuple
    files: set[str]
    searcher: tantivy.Searcher = field(init=False)
    _frequencies: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.searcher = self.index.searcher()

    @property
    def schema(self) -> tantivy.Schema:
        return self.index.schema

    def frequency(self, word: str) -> int:
        """Count the messages with a word; those deleted count until their segment is merged."""
        if word not in self._frequencies:
            if len(self._frequencies) >= REMEMBERED:
                self._frequencies.clear()
            self._frequencies[word] = self.searcher.doc_freq("words", word)
        return self._frequencies[word]

    def rarity(self, word: str) -> float:
        """Give the idf of a word among messages."""
        return rarity(self.frequency(word), self.searcher.num_docs)

    def longer(self, word: str) -> list[str]:
        """Give some words of the index that begin with one of two characters or more."""
        if len(word) < 2:
            return []
        found = self.searcher.terms_with_prefix("words", word, limit=asking.LONGER)
        return [each for each, _ in found if each != word]

    def best(self, query: Query, limit: int, offset: int = 0) -> Found:
        """Give the best by score."""
        return self.searcher.search(query, limit, count=False, offset=offset).hits

    def hits(self, found: Found) -> list[Hit]:
        """Give hits with their ids and times."""
        addresses = [address for _, address in found]
        times: list[Any] = self.searcher.fast_field_values("at", addresses)
        ids: list[Any] = [self.searcher.doc(address).get_first("id") for address in addresses]
        return [Hit(key, score, from_micros(at)) for (score, _), key, at in zip(found, ids, times, strict=True)]

    def stored(self, ids: Sequence[str], name: str) -> list[Any]:
        """Give what is stored in one field of the documents named."""
        query = Query.term_set_query(self.schema, "id", list(ids))
        return [self.searcher.doc(address).get_first(name) for _, address in self.best(query, max(1, len(ids)))]


def look(root: Path, before: Opened | None = None) -> Opened:
    """Open what holds now, or give back what was opened `before` where nothing was committed since.

    Only files that `before` did not check are checked. Raises IndexMissing, IndexBroken.
    """
    folder = storage.current(root)
    stamps = (storage.stamp(root / storage.POINTER), storage.stamp(folder / "meta.json"))
    if before and before.folder == folder:
        if before.stamps == stamps:
            return before
        files = storage.verify(folder, before.files)
        with storage.trusted():
            before.index.reload()
            return Opened(folder, before.index, before.reader, stamps, files)
    reader = Reader(storage.names_of(folder))
    files = storage.verify(folder)
    with storage.trusted():
        index = tantivy.Index.open(str(folder))
        index.config_reader("manual")
        index.reload()
        return Opened(folder, index, reader, stamps, files)


def ids_of(opened: Opened, ids: Collection[str]) -> set[str]:
    """Give those of the ids that are in the index."""
    return set(opened.stored(sorted(ids), "id")) - {CURSOR}
