"""What a snapshot of the database says of itself, by plain SQL that runs in the snapshot itself."""

from dataclasses import dataclass
from typing import Any, Protocol

from bandeng.ground.core import api as core
from bandeng.ground.files import api as files
from bandeng.ground.residents import api as residents


class Cursor(Protocol):
    """What of a database cursor is used here: Python's DB-API."""

    def execute(self, sql: str) -> Any: ...
    def fetchall(self) -> list[tuple]: ...


@dataclass(frozen=True)
class Facts:
    """Head of the log, migrations, numbers of the keys in use, and every file a row names."""

    ledger_size: int
    ledger_root: str
    migrations: list[str]
    numbered_keys: list[str]
    paths: list[str]


def facts(cursor: Cursor) -> Facts:
    """Read them all in the cursor's own transaction."""

    def rows(sql: str) -> list[tuple]:
        cursor.execute(sql)
        return cursor.fetchall()

    heads = rows("SELECT size, root FROM ledger_head ORDER BY size DESC LIMIT 1")
    size, root = heads[0] if heads else (0, b"")
    seal_keys, people = core.SealKey._meta.db_table, residents.Resident._meta.db_table
    words = rows(f"SELECT DISTINCT wrapped_with FROM {seal_keys} WHERE wrapped IS NOT NULL ORDER BY 1")  # noqa: S608
    identity = rows(f"SELECT DISTINCT sealed_with FROM {people} ORDER BY 1")  # noqa: S608 - our own table names
    paths = rows(f"SELECT path FROM {files.StoredFile._meta.db_table} WHERE path <> '' ORDER BY path")  # noqa: S608
    applied = rows("SELECT app, name FROM django_migrations ORDER BY app, name")
    return Facts(
        ledger_size=size,
        ledger_root=bytes(root).hex(),
        migrations=[f"{app}.{name}" for app, name in applied],
        numbered_keys=[f"words-{n}.key" for (n,) in words] + [f"identity-{n}.key" for (n,) in identity],
        paths=[path for (path,) in paths],
    )
