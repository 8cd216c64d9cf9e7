"""Databases of the benchmarks, kept in `.cache`: one file or one PostgreSQL data directory for each size and schema."""

import hashlib
import json
import os
import pwd
import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from tools.with_postgres import binaries, free_port

from .environment import CACHE, HERE

SOURCE = HERE.parent / "src" / "bandeng"


def schema_digest() -> str:
    """Name the schema: every migration and shipped table, and the generator's own files."""
    files = [*SOURCE.rglob("migrations/*.py"), *SOURCE.rglob("shipped/*.toml")]
    files += [HERE / f"{name}.py" for name in ("county", "generate", "lives", "rendering", "texts")]
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:10]


def directory(store: str, cases: int, seed: int) -> Path:
    """Give the cache directory of a database."""
    return CACHE / f"{store}-{cases}-{seed}-{schema_digest()}"


def is_complete(place: Path) -> bool:
    """Tell whether a database was filled to the end."""
    return (place / "meta.json").exists()


def meta(place: Path) -> dict:
    """Read what is known of a database."""
    return json.loads((place / "meta.json").read_text())


class Postgres:
    """A PostgreSQL server of our own on a free port, on a data directory that stays."""

    def __init__(self, place: Path):
        self.place, self.programs, self.port = place, binaries(), free_port()
        self.as_user: list[str] = []
        self.process: subprocess.Popen | None = None
        self.not_counted: int | None = None

    @property
    def url(self) -> str:
        return f"postgres://bandeng@/postgres?host={quote(str(self.place))}&port={self.port}"

    def start(self, *, is_loading: bool = False) -> None:
        """Start the server: as an installation would run it, or without safety while it is being filled."""
        self.place.mkdir(parents=True, exist_ok=True)
        if os.getuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(self.place, user.pw_uid, user.pw_gid)
            self.as_user = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
        data = self.place / "data"
        if not (data / "PG_VERSION").exists():
            subprocess.run(
                [*self.as_user, self.programs / "initdb", "-D", data, "-U", "bandeng", "-A", "trust", "-E", "UTF8",
                 "--locale=C.UTF-8"], check=True, stdout=subprocess.DEVNULL, cwd="/",
            )  # fmt: skip
        (data / "postmaster.pid").unlink(missing_ok=True)
        # Over a socket of the file system, as docs/how-to/run-in-production.md has it for one machine.
        settings = {"port": self.port, "listen_addresses": "", "unix_socket_directories": self.place, "jit": "off",
                    "shared_buffers": "1GB", "max_wal_size": "8GB", "log_min_messages": "fatal"}  # fmt: skip
        if is_loading:
            settings |= {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "wal_level": "minimal",
                         "max_wal_senders": "0", "maintenance_work_mem": "1GB", "autovacuum": "off"}  # fmt: skip
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        self.process = subprocess.Popen(
            [*self.as_user, self.programs / "postgres", "-D", data, *options], cwd="/", stderr=subprocess.DEVNULL
        )
        ready = [self.programs / "pg_isready", "-h", self.place, "-p", str(self.port), "-q"]
        while subprocess.run(ready, check=False).returncode:
            if self.process.poll() is not None:
                raise SystemExit("PostgreSQL did not start.")
            time.sleep(0.1)

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(120)

    def leave_out_this_connection(self) -> None:
        """Count no longer what the measuring process itself asks: whether the worker rests, every second."""
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            self.not_counted = cursor.fetchone()[0]

    def cpu_seconds(self) -> float:
        """Give the CPU time of the server and its children, ended ones included."""
        ticks = os.sysconf("SC_CLK_TCK")
        total = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(stat.parent.name) == self.process.pid:
                total += sum(map(int, fields[11:15]))  # own, and that of ended children
            elif int(fields[1]) == self.process.pid and int(stat.parent.name) != self.not_counted:
                total += sum(map(int, fields[11:13]))
        return total / ticks


@contextmanager
def running(place: Path) -> Iterator[Postgres]:
    """Run a server on a filled directory."""
    server = Postgres(place)
    server.start()
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def loading_postgres(url: str, tables: list[str]) -> Iterator[None]:
    """Take indexes and constraints off, and put them back over all rows: what breaks one is found then."""
    import psycopg

    with psycopg.connect(url.replace("postgres://", "postgresql://"), autocommit=True) as connection:
        constraints = connection.execute(
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE contype IN ('f', 'u') AND conrelid::regclass::text = ANY(%s) ORDER BY contype DESC",
            [tables],
        ).fetchall()
        for table, name, _definition in reversed(constraints):
            connection.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        indexes = connection.execute(
            "SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i"
            " WHERE NOT indisprimary AND i.indrelid::regclass::text = ANY(%s)",
            [tables],
        ).fetchall()
        for name, _definition in indexes:
            connection.execute(f"DROP INDEX {name}")
        yield
        for _name, definition in indexes:
            connection.execute(definition)
        for table, name, definition in constraints:
            connection.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
        connection.execute("VACUUM (FREEZE, ANALYZE)")


@contextmanager
def loading_sqlite(path: Path, tables: list[str]) -> Iterator[sqlite3.Connection]:
    """Give a connection without safety; take indexes and triggers off, and put them back."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in (
        "journal_mode=OFF",
        "synchronous=OFF",
        "cache_size=-400000",
        "temp_store=MEMORY",
        "foreign_keys=OFF",
    ):
        connection.execute(f"PRAGMA {pragma}")
    marks = ",".join("?" * len(tables))
    made = connection.execute(
        f"SELECT type, name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL"
        f" AND tbl_name IN ({marks})",
        tables,
    ).fetchall()
    for kind, name, _sql in made:
        connection.execute(f'DROP {kind} "{name}"')
    yield connection
    for _kind, _name, sql in made:
        connection.execute(sql)
    if broken := connection.execute("PRAGMA foreign_key_check").fetchall():
        raise SystemExit(f"{len(broken)} rows refer to nothing: {broken[:3]}")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.close()


def discard(place: Path) -> None:
    """Remove what was left half done."""
    shutil.rmtree(place, ignore_errors=True)
