"""A dump of a PostgreSQL database while it is written to: pg_dump where it is installed, COPY where it is not.

Either way one REPEATABLE READ transaction stands for the whole: what is read of the log's head and of files beside the
dump is of the very same moment (pg_export_snapshot).
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from .manifest import PIECE
from .snapshot import Facts, facts

PART = "database.pgdump"
TABLES = "tables"
KEPT = {"django_migrations"}  # made by `migrate` on the new database
TIMEOUT = 6 * 3600


class CannotDump(RuntimeError):
    """pg_dump or pg_restore failed; the message is its first line."""


def connect(settings: dict[str, Any], **more: Any) -> psycopg.Connection:
    """Open a connection of one's own to the database of Django's settings."""
    return psycopg.connect(
        dbname=settings["NAME"],
        user=settings["USER"] or None,
        password=settings["PASSWORD"] or None,
        host=settings["HOST"] or None,
        port=settings["PORT"] or None,
        **more,
    )


def dump(settings: dict[str, Any], folder: Path, *, with_copy: bool = False) -> tuple[Facts, list[str], str]:
    """Dump into `folder`; give facts, names of parts, and the form (pg_dump or copy)."""
    program = None if with_copy else tool("pg_dump")
    with connect(settings) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        with connection.cursor() as cursor:
            found = facts(cursor)
            if program is None:
                return found, list(_copy_out(cursor, folder)), "copy"
            cursor.execute("SELECT pg_export_snapshot()")
            (snapshot,) = cursor.fetchone()
            options = ["-Fc", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={folder / PART}"]
            _run(program, options, settings)
    return found, [PART], "pg_dump"


def load(settings: dict[str, Any], folder: Path, form: str) -> None:
    """Fill a database from a dump: an empty one from pg_dump's, a freshly migrated one from COPY's."""
    if form == "pg_dump":
        program = tool("pg_restore")
        if program is None:
            raise CannotDump("pg_restore is not installed. Install PostgreSQL's client programs.")
        _run(program, ["--no-owner", "--no-privileges", "--single-transaction", str(folder / PART)], settings)
        return
    with connect(settings) as connection, connection.cursor() as cursor:
        # Django's foreign keys are deferred to the commit, so the order of tables does not matter.
        present = _tables(cursor)
        for table in present:  # what migrations brought; the log's tables are empty, and refuse a DELETE even so
            if cursor.execute(sql.SQL("SELECT 1 FROM {} LIMIT 1").format(sql.Identifier(table))).fetchone():
                cursor.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
        for table in present:
            _copy_in(cursor, table, folder / TABLES / f"{table}.copy")


def is_empty(settings: dict[str, Any]) -> bool:
    """Tell whether the database has no table yet."""
    with connect(settings) as connection, connection.cursor() as cursor:
        return not _tables(cursor, kept=set())


def tool(name: str) -> str | None:
    """Find one of PostgreSQL's programs: the newest installed, as one may dump older servers and not newer ones."""
    versions = [p for p in Path("/usr/lib/postgresql").glob(f"*/bin/{name}") if p.parts[-3].isdigit()]
    newest = max(versions, key=lambda p: int(p.parts[-3]), default=None)
    return str(newest) if newest else shutil.which(name)


def _run(program: str, options: list[str], settings: dict[str, Any]) -> None:
    place = {"-h": settings["HOST"], "-p": settings["PORT"], "-U": settings["USER"], "-d": settings["NAME"]}
    where = [part for flag, value in place.items() if value for part in (flag, str(value))]
    environment = os.environ | ({"PGPASSWORD": settings["PASSWORD"]} if settings["PASSWORD"] else {})
    done = subprocess.run(  # noqa: S603 - PostgreSQL's own program, no shell
        [program, "--no-password", *where, *options],
        env=environment,
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    if done.returncode:
        # The first line names the problem; later ones may quote rows.
        raise CannotDump((done.stderr.strip().splitlines() or [Path(program).name])[0][:200])


def _tables(cursor: psycopg.Cursor, kept: set[str] = KEPT) -> list[str]:
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename")
    return [name for (name,) in cursor.fetchall() if name not in kept]


def _columns(cursor: psycopg.Cursor, table: str) -> list[str]:
    cursor.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = %s"
        " ORDER BY column_name",
        [table],
    )
    return [name for (name,) in cursor.fetchall()]


def _statement(text: str, cursor: psycopg.Cursor, table: str) -> sql.Composed:
    columns = sql.SQL(", ").join(map(sql.Identifier, _columns(cursor, table)))
    return sql.SQL(text).format(sql.Identifier(table), columns)


def _copy_out(cursor: psycopg.Cursor, folder: Path) -> Iterator[str]:
    (folder / TABLES).mkdir()
    for table in _tables(cursor):
        name = f"{TABLES}/{table}.copy"
        with (folder / name).open("wb") as out:
            with cursor.copy(_statement("COPY {} ({}) TO STDOUT", cursor, table)) as copy:
                for piece in copy:
                    out.write(piece)
            out.flush()
            os.fsync(out.fileno())
        yield name


def _copy_in(cursor: psycopg.Cursor, table: str, file: Path) -> None:
    with file.open("rb") as source, cursor.copy(_statement("COPY {} ({}) FROM STDIN", cursor, table)) as copy:
        while piece := source.read(PIECE):
            copy.write(piece)
    for column in _columns(cursor, table):
        cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [f'"{table}"', column])
        (sequence,) = cursor.fetchone()
        if sequence:
            highest = sql.SQL("SELECT setval({}, COALESCE(MAX({}), 1), MAX({}) IS NOT NULL) FROM {}")
            name = sql.Identifier(column)
            cursor.execute(highest.format(sql.Literal(sequence), name, name, sql.Identifier(table)))
