"""What else a county could search with: SQLite FTS5, LIKE, and PostgreSQL's full text where BANDENG_DATABASE names one.

Each holds the same messages with their scopes. FTS5 and PostgreSQL get words cut by the same tokeniser, joined by
blanks; they are asked for any of the twelve most telling words (a third of
what the engine asks with), ranked. LIKE is asked for the single most telling word, unranked:
it cannot do more, and it reads every row.
"""

import os
import sqlite3
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from pathlib import Path

from bandeng.engines.language import Tokeniser

from .search_corpus import Corpus


def available(cache: Path, corpus: Corpus, size: int) -> Iterator["Peer"]:
    """Fill and give each peer that can be had here, one after the other."""
    for kind in (Fts5, Like, PostgreSQL):
        if kind is PostgreSQL and not os.environ.get("BANDENG_DATABASE", "").startswith("postgres"):
            continue
        peer = kind(cache)
        began = time.perf_counter()
        peer.fill(_rows(corpus, size, cut=kind is not Like))
        peer.took = round(time.perf_counter() - began, 1)
        yield peer
        peer.close()


def _rows(corpus: Corpus, size: int, *, cut: bool) -> Iterator[tuple[int, str, str]]:
    words = Tokeniser().words
    for number, document in enumerate(corpus.documents(size)):
        text = f"{document.fields['title']}，{document.fields['text']}"
        yield number, next(iter(document.scopes)), " ".join(words(text)) if cut else text


class Peer(ABC):
    """A store that is filled once and asked for numbers of messages."""

    name: str
    terms: int
    questions = 40
    took: float = 0.0

    @abstractmethod
    def fill(self, rows: Iterator[tuple[int, str, str]]) -> None:
        """Take all messages in: number, scope, words."""

    @abstractmethod
    def ask(self, words: Sequence[str], scopes: Sequence[str]) -> list:
        """Give the numbers of messages that have the words, within scopes."""

    @abstractmethod
    def megabytes(self) -> float:
        """Give what it takes on disk."""

    @abstractmethod
    def close(self) -> None:
        """Let go of it."""


class Fts5(Peer):
    """SQLite's full text, without the texts."""

    name, terms = "SQLite FTS5", 12

    def __init__(self, cache: Path):
        self._path = cache / "search-fts5.sqlite3"
        self._path.unlink(missing_ok=True)
        self._db = sqlite3.connect(self._path)

    def fill(self, rows: Iterator[tuple[int, str, str]]) -> None:
        self._db.execute("CREATE VIRTUAL TABLE words USING fts5(text, content='')")
        self._db.execute("CREATE TABLE owner (id INTEGER PRIMARY KEY, scope TEXT)")
        for number, scope, text in rows:
            self._db.execute("INSERT INTO words (rowid, text) VALUES (?, ?)", (number, text))
            self._db.execute("INSERT INTO owner VALUES (?, ?)", (number, scope))
        self._db.commit()

    def ask(self, words: Sequence[str], scopes: Sequence[str]) -> list:
        marks = ",".join("?" * len(scopes))
        asked = " OR ".join(f'"{word}"' for word in words[: self.terms])
        query = (
            "SELECT id FROM words JOIN owner ON id = words.rowid"
            f" WHERE words MATCH ? AND scope IN ({marks}) ORDER BY rank LIMIT 10"
        )
        return self._db.execute(query, [asked, *scopes]).fetchall()

    def megabytes(self) -> float:
        return round(self._path.stat().st_size / 1e6, 1)

    def close(self) -> None:
        self._db.close()
        self._path.unlink()


class Like(Peer):
    """A table of texts and LIKE."""

    name, terms, questions = "LIKE", 1, 10

    def __init__(self, cache: Path):
        self._path = cache / "search-like.sqlite3"
        self._path.unlink(missing_ok=True)
        self._db = sqlite3.connect(self._path)

    def fill(self, rows: Iterator[tuple[int, str, str]]) -> None:
        self._db.execute("CREATE TABLE messages (id INTEGER PRIMARY KEY, scope TEXT, text TEXT)")
        self._db.executemany("INSERT INTO messages VALUES (?, ?, ?)", rows)
        self._db.commit()

    def ask(self, words: Sequence[str], scopes: Sequence[str]) -> list:
        marks = ",".join("?" * len(scopes))
        query = f"SELECT id FROM messages WHERE scope IN ({marks}) AND text LIKE ? ORDER BY id DESC LIMIT 10"
        return self._db.execute(query, [*scopes, f"%{words[0]}%"]).fetchall()

    def megabytes(self) -> float:
        return round(self._path.stat().st_size / 1e6, 1)

    def close(self) -> None:
        self._db.close()
        self._path.unlink()


class PostgreSQL(Peer):
    """tsvector with a GIN index, ts_rank."""

    name, terms = "PostgreSQL full text", 12

    def __init__(self, cache: Path):
        import psycopg

        self._db = psycopg.connect(os.environ["BANDENG_DATABASE"], autocommit=True)

    def fill(self, rows: Iterator[tuple[int, str, str]]) -> None:
        self._db.execute("DROP TABLE IF EXISTS search_peer")
        self._db.execute("CREATE TABLE search_peer (id bigint PRIMARY KEY, scope text, words tsvector)")
        self._db.execute("CREATE TEMP TABLE given (id bigint, scope text, text text)")
        with self._db.cursor().copy("COPY given FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        self._db.execute("INSERT INTO search_peer SELECT id, scope, to_tsvector('simple', text) FROM given")
        self._db.execute("CREATE INDEX ON search_peer USING gin (words)")
        self._db.execute("CREATE INDEX ON search_peer (scope)")
        self._db.execute("ANALYZE search_peer")

    def ask(self, words: Sequence[str], scopes: Sequence[str]) -> list:
        asked = " | ".join(f"'{word}'" for word in words[: self.terms])
        query = (
            "SELECT id FROM search_peer, to_tsquery('simple', %s) asked WHERE words @@ asked AND scope = ANY(%s)"
            " ORDER BY ts_rank(words, asked) DESC LIMIT 10"
        )
        return self._db.execute(query, [asked, list(scopes)]).fetchall()

    def megabytes(self) -> float:
        size = self._db.execute("SELECT pg_total_relation_size('search_peer')").fetchone()
        return round(size[0] / 1e6, 1)

    def close(self) -> None:
        self._db.execute("DROP TABLE search_peer")
        self._db.close()
