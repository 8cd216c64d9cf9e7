"""The index as its readers see it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any, Self

from tantivy import Occur, Order, Query

from . import asking, explaining, likes, storage
from .documents import FIELDS, Document, Fetch, Filters, Hit, Likeness, Page, check_key, check_text
from .errors import InvalidQuery, SearchError
from .opened import Opened, ids_of, look
from .reading import TELLING, bigrams
from .writing import CURSOR, Writer, rebuild

# Somebody who turns pages beyond this wants a filter.
FARTHEST = 10_000
# Words of a typed query; more of them is a message, and `likes` is for those.
TYPED = 32


class Index:
    """Answers from what was committed last. Any number of processes may read; what one commits the others see at once.

    Every question raises IndexMissing or IndexBroken rather than answer from an index that is lost or damaged.
    """

    def __init__(self, root: Path | str):
        self._root = Path(root)
        self._lock = Lock()
        self._opened = look(self._root)

    @classmethod
    def open(cls, root: Path | str) -> Self:
        """Open an index and check every file of it. Raises IndexMissing, IndexBroken."""
        return cls(root)

    @classmethod
    def create(cls, root: Path | str, names: Iterable[str] = ()) -> Self:
        """Make an empty index that reads with the county's own names. Raises SearchError where there is one."""
        if (Path(root) / storage.POINTER).exists():
            raise SearchError(f"there is an index in {root}; rebuild() replaces it")
        rebuild(root, [], names=names)
        return cls(root)

    def writer(self) -> Writer:
        """Take the index for writing. Raises IndexBusy, and as every question does."""
        opened = self._look()
        return Writer(self._root, opened.folder, opened.reader)

    @property
    def names(self) -> tuple[str, ...]:
        """Give the names it reads with; others need a rebuild."""
        return self._look().reader.names

    @property
    def cursor(self) -> str | None:
        """Give what the last commit with a cursor left there."""
        opened = self._look()
        with storage.trusted():
            return next(iter(opened.stored([CURSOR], "cursor")), None)

    def __len__(self) -> int:
        opened = self._look()
        with storage.trusted():
            return opened.searcher.num_docs - len(opened.stored([CURSOR], "id"))

    def known(self, ids: Collection[str]) -> set[str]:
        """Give those of the ids that are in the index."""
        opened = self._look()
        with storage.trusted():
            return ids_of(opened, [check_key(key, "an id", InvalidQuery) for key in ids])

    def likes(
        self,
        message: str | Mapping[str, str] | Document,
        *,
        scopes: Collection[str] | None,
        filters: Filters | None = None,
        limit: int = 10,
        exclude: Collection[str] = (),
        fetch: Fetch | None = None,
        terms: int | None = TELLING,
        is_explained: bool = True,
    ) -> tuple[Hit, ...]:
        """Give the documents most like a message (its title and text), best first; a Document is not like itself.

        `scopes` None is for whom there are no limits. With `fetch`, which gives the texts of documents named, hits are
        explained, a short message is asked a second time with what its best hits share, and a document that `fetch`
        leaves out is not shown. `terms` is how many telling words are asked with; None is all.
        Explaining reads every text again; `is_explained` false spares it.
        """
        opened, fields = self._look(), _fields(message)
        exclude = {*exclude, message.id} if isinstance(message, Document) else set(exclude)
        _check_page(limit, 0)
        with storage.trusted():
            shut = asking.allowed(opened.schema, scopes, filters or Filters())
            shut += asking.without(opened.schema, [check_key(key, "an id", InvalidQuery) for key in exclude])
            weights = likes.weights_of(opened, fields, terms)
            hits = opened.hits(likes.best(opened, weights, shut, limit))
            if fetch is None or not hits:
                return tuple(hits)
            if sum(field == "words" for field, _ in weights) < likes.SHORT:
                texts = fetch([hit.id for hit in hits[: likes.FEEDBACK_HITS]])
                liked = [(hit.score, texts[hit.id]) for hit in hits[: likes.FEEDBACK_HITS] if hit.id in texts]
                weights = likes.fed_back(opened, weights, liked)
                hits = opened.hits(likes.best(opened, weights, shut, limit))
            texts = fetch([hit.id for hit in hits])
            hits = [hit for hit in hits if hit.id in texts]
            if not is_explained:
                return tuple(hits)
            why = partial(explaining.compare, opened.reader, opened.rarity, fields)
            return tuple(replace(hit, likeness=why(texts[hit.id])) for hit in hits)

    def search(
        self,
        query: str,
        *,
        scopes: Collection[str] | None,
        filters: Filters | None = None,
        limit: int = 20,
        offset: int = 0,
        newest_first: bool = False,
    ) -> Page:
        """Give a page of the documents that have all the words typed, best first; most of the words where none has all.

        A typed word is also found at the beginning of a longer one, and by its characters in a title. A blank query
        gives everything allowed, newest first; one of signs alone finds nothing.
        """
        check_text(query, "the query", InvalidQuery)
        _check_page(limit, offset)
        opened = self._look()
        with storage.trusted():
            shut = asking.allowed(opened.schema, scopes, filters or Filters())
            if not query.strip():
                return _page(opened, asking.everything(opened.schema) + shut, limit, offset, True, ())
            readings = [words[:TYPED] for words in opened.reader.readings(query)]
            words = tuple(dict.fromkeys(word for reading in readings for word in reading))
            for share in (1.0, 0.6, 0.0) if words else ():
                asked = asking.typed(opened.schema, readings, opened.longer, bigrams, share, shut)
                page = _page(opened, asked, limit, offset, newest_first, words)
                if page.total:
                    return replace(page, is_loose=share < 1)
            return Page((), 0, False, words)

    def explain(self, here: str | Mapping[str, str] | Document, there: str | Mapping[str, str] | Document) -> Likeness:
        """Say what two messages share and where they differ, by how telling their words are in this index."""
        opened = self._look()
        with storage.trusted():
            return explaining.compare(opened.reader, opened.rarity, _fields(here), _fields(there))

    def _look(self) -> Opened:
        with self._lock:
            self._opened = look(self._root, self._opened)
            return self._opened


def _page(
    opened: Opened,
    parts: Sequence[tuple[Occur, Query]],
    limit: int,
    offset: int,
    newest_first: bool,
    words: tuple[str, ...],
) -> Page:
    query = Query.boolean_query(list(parts))
    order: dict = {"order_by_field": "at", "order": Order.Desc} if newest_first else {}
    found: Any = opened.searcher.search(query, limit, count=True, offset=offset, **order)
    hits = [(0.0 if newest_first else score, address) for score, address in found.hits]
    return Page(tuple(opened.hits(hits)), found.count, False, words)


def _fields(message: str | Mapping[str, str] | Document) -> Mapping[str, str]:
    if isinstance(message, Document):
        message = message.fields
    fields = {"text": message} if isinstance(message, str) else message
    if not isinstance(fields, Mapping):
        raise InvalidQuery(f"a message is text or fields, not {type(message).__name__}")
    if strange := set(fields) - set(FIELDS):
        raise InvalidQuery(f"there is no field {min(strange)!r}; there are {', '.join(FIELDS)}")
    return {name: check_text(text, f"the message's {name}", InvalidQuery) for name, text in fields.items()}


def _check_page(limit: int, offset: int) -> None:
    if limit < 1 or offset < 0 or limit + offset > FARTHEST:
        raise InvalidQuery(f"limit is at least 1, offset at least 0, and both together at most {FARTHEST}")
