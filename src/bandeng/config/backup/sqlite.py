"""A copy of a SQLite database while it is written to."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from .snapshot import Facts, facts

PART = "database.sqlite3"


def dump(database: str, folder: Path) -> tuple[Facts, list[str]]:
    """Copy through the online backup API, all pages in one read transaction: in WAL mode nobody waits for it.

    Step by step instead, each write by somebody else would begin the copy anew. Gives facts and the names of parts.
    """
    copy = folder / PART
    with closing(sqlite3.connect(database, timeout=20)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target, pages=-1)
        target.execute("PRAGMA journal_mode=DELETE")  # one file, without a -wal beside it
        found = facts(target.cursor())
    return found, [PART]


def load(folder: Path, database: str) -> None:
    """Put the copy where the installation's database is to be; it must not be there yet."""
    target = Path(database)
    target.parent.mkdir(parents=True, exist_ok=True)
    with (folder / PART).open("rb") as source, target.open("xb") as out:
        shutil.copyfileobj(source, out, 1024 * 1024)


def is_empty(database: str) -> bool:
    """Tell whether nothing is in the way."""
    return not Path(database).exists()
