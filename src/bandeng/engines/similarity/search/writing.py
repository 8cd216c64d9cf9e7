"""Adding, replacing, deleting, committing; one writer at a time."""

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import tantivy

from . import storage
from .documents import FIELDS, Document, check_key, check_text, facet_terms, micros, with_ancestors
from .errors import IndexBroken, IndexBusy, IndexReplaced, InvalidDocument
from .reading import LONGEST_TEXT, Reader, bigrams

# What tantivy may hold before it writes a segment; half of it is enough for a day's messages.
HEAP = 64 << 20
# The row that keeps the cursor. A document's identifier has no NUL.
CURSOR = "\0cursor"


class Writer:
    """Writes to an index. Nothing is seen, or kept through a crash, before `commit`."""

    def __init__(self, root: Path, folder: Path, reader: Reader, *, is_fresh: bool = False):
        """Take a generation, whose files were checked, for writing. Raises IndexBusy, IndexBroken."""
        self._root, self._folder, self._reader = root, folder, reader
        with storage.trusted():
            self._writer = _take(tantivy.Index.open(str(self._folder)))
        self._is_fresh = is_fresh
        self._is_closed = False
        self._is_dirty = False  # something was given that is not committed
        self._seen: set[int] = set()

    def add(self, documents: Iterable[Document]) -> int:
        """Add documents, in place of those with the same id; give how many. Raises InvalidDocument before any is added.

        Of two with the same id the later one stays.
        """
        made = [(document.id, self._row(document)) for document in documents]
        self._is_dirty = True
        with storage.trusted():
            for key, row in made:
                if self._may_be_there(key):
                    self._writer.delete_documents_by_term("id", key)
                self._writer.add_document(row)
        return len(made)

    def delete(self, ids: Iterable[str]) -> None:
        """Delete documents by id; one that is not there is no error."""
        self._is_dirty = True
        with storage.trusted():
            for key in ids:
                self._writer.delete_documents_by_term("id", check_key(key, "an id", InvalidDocument))

    def commit(self, cursor: str | None = None) -> None:
        """Keep all since the last commit, with the place in the caller's stream up to which it goes, in one step.

        Raises IndexReplaced where the index was rebuilt meanwhile.
        """
        if not self._is_fresh and storage.current(self._root) != self._folder:
            raise IndexReplaced(f"{self._folder.name} no longer holds")
        with storage.trusted():
            if cursor is not None:
                row = tantivy.Document()
                row.add_text("id", CURSOR)
                row.add_text("cursor", check_text(cursor, "the cursor", InvalidDocument))
                row.add_integer("at", 0)
                row.add_unsigned("length", 0)
                self._writer.delete_documents_by_term("id", CURSOR)
                self._writer.add_document(row)
            self._writer.commit()
        self._is_dirty = False

    def close(self) -> None:
        """Drop what was not committed and let the index go, when merges under way have ended.

        To drop ends merges too: where every close did, there were two hundred segments after a week.
        """
        if self._is_closed:
            return
        self._is_closed = True
        try:
            with storage.trusted():
                if self._is_dirty:
                    self._writer.rollback()
                self._writer.wait_merging_threads()
        except IndexBroken:
            # a rebuild removed the folder: then there is nothing to roll back
            if (self._folder / "meta.json").exists():
                raise
        finally:
            if not self._is_fresh:
                storage.clear_up(self._root, self._folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _may_be_there(self, key: str) -> bool:
        """Say whether an id may be in the index; in a new one only those just added are, and deletions cost time."""
        if not self._is_fresh:
            return True
        mark = hash(key)
        if mark in self._seen:
            return True
        self._seen.add(mark)
        return False

    def _row(self, document: Document) -> tantivy.Document:
        check_key(document.id, "an id", InvalidDocument)
        where = f"document {document.id!r}"
        if strange := set(document.fields) - set(FIELDS):
            raise InvalidDocument(f"{where} has a field {min(strange)!r}; there are {', '.join(FIELDS)}")
        if not isinstance(document.at, datetime) or document.at.tzinfo is None:
            raise InvalidDocument(f"{where}: at is no point in time with a time zone")
        fields = {name: check_text(text, f"{where}: {name}", InvalidDocument) for name, text in document.fields.items()}
        texts = [fields.get(name, "")[:LONGEST_TEXT] for name in FIELDS]
        title, text, answer = map(self._reader.words, texts)
        row = tantivy.Document()
        row.add_text("id", document.id)
        row.add_text("words", " ".join(title + text))
        row.add_text("title", " ".join(bigrams(texts[0])))
        row.add_text("answer", " ".join(answer))
        row.add_text("parts", " ".join(self._reader.parts("\n".join(texts), {*title, *text, *answer})))
        for scope in [document.scopes] if isinstance(document.scopes, str) else document.scopes:
            row.add_text("scope", check_key(scope, f"{where}: a scope", InvalidDocument))
        for term in _facets(document):
            row.add_text("facet", term)
        row.add_integer("at", micros(document.at))
        # a plain int given to Document(...) kills tantivy's writer thread
        row.add_unsigned("length", len(title) + len(text))
        return row


def rebuild(
    root: Path | str,
    documents: Iterable[Document],
    *,
    names: Iterable[str] = (),
    cursor: str | None = None,
    progress: Callable[[int], None] | None = None,
) -> int:
    """Make an index from a stream beside the one there is, and switch to it; give how many documents were read.

    The one there is answers, and may be written to, until the switch. What was written to it meanwhile is not in the
    new one: `cursor` says up to where the stream went, and the caller goes on from there.
    Raises InvalidDocument, with nothing switched. `progress` is told of each thousand.
    """
    root = Path(root)
    folder = storage.begin(root, sorted(set(names)))
    with storage.trusted():
        tantivy.Index(storage.schema(), path=str(folder))
    number = 0
    with Writer(root, folder, Reader(storage.names_of(folder)), is_fresh=True) as writer:
        for batch in _batches(documents):
            number += writer.add(batch)
            if progress:
                progress(number)
        writer.commit(cursor)
    storage.verify(folder)
    storage.switch(root, folder)
    return number


def _batches(documents: Iterable[Document], size: int = 1000) -> Iterable[list[Document]]:
    batch: list[Document] = []
    for document in documents:
        batch.append(document)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def _facets(document: Document) -> list[str]:
    terms = (
        above
        for name, values in document.facets.items()
        for term in facet_terms(name, values, InvalidDocument)
        for above in with_ancestors(term)
    )
    return list(dict.fromkeys(terms))


def _take(index: tantivy.Index) -> tantivy.IndexWriter:
    try:
        return index.writer(HEAP, 1)
    except ValueError as error:
        if "LockBusy" in str(error):
            raise IndexBusy("another process writes to this index") from None
        raise IndexBroken(str(error)) from error
