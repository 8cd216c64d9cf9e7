"""Where a canary might come out, each as bytes under a name: tables, files, log, exports, messages, backups."""

import io
import json
import logging
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import tantivy
from django.conf import settings
from django.db import connection

from bandeng.config import cli
from bandeng.ground.core import logging as ours
from bandeng.ground.ledger import api as ledger

Sinks = dict[str, bytes]


def as_bytes(value: object) -> bytes:
    if isinstance(value, memoryview | bytes):
        return bytes(value)
    return value.encode(errors="surrogatepass") if isinstance(value, str) else json.dumps(value, default=str).encode()


def columns() -> Sinks:
    """Give every column of every table."""
    found: Sinks = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for name, value in zip(names, row, strict=True):
                    if value is not None:
                        found[f"{table}.{name}"] = found.get(f"{table}.{name}", b"") + as_bytes(value) + b"\n"
    return found


def raw_database() -> Sinks:
    """Give the database as it lies on the disk: SQLite's file with free pages and log; of PostgreSQL a dump."""
    place = connection.settings_dict
    if connection.vendor == "sqlite":
        file = Path(place["NAME"])
        return {
            f"disk:{path.name.replace(file.name, 'database')}": path.read_bytes()
            for path in file.parent.glob(f"{file.name}*")
        }
    url = f"postgres://{place['USER']}@{place['HOST']}:{place['PORT']}/{place['NAME']}"
    done = subprocess.run(["pg_dump", "--inserts", url], capture_output=True, timeout=60, check=True)
    return {"disk:database": done.stdout}


def search_terms() -> Sinks:
    """Give every term of the search index, whose files keep them packed."""
    root = Path(settings.SEARCH_DIR)
    found = tantivy.Index.open(str(root / (root / "current").read_text()))
    fields = ("words", "title", "answer", "facet", "scope", "id", "cursor")
    terms = [term for field in fields for term, _n in found.searcher().terms_with_prefix(field, "", limit=1_000_000)]
    assert len(terms) > 20, terms
    return {"search:terms": "\n".join(terms).encode()}


def directory(name: str, place: Path) -> Sinks:
    """Give every file below a directory: its content, and the names."""
    paths = [path for path in sorted(place.rglob("*")) if path.is_file()]
    found = {f"{name}:{path.relative_to(place)}": unpacked(path) for path in paths}
    return found | {f"{name}:names": "\n".join(map(str, paths)).encode()}


def unpacked(path: Path) -> bytes:
    """Read a file; of a packed dump what is in it."""
    content = path.read_bytes()
    if not content.startswith(b"PGDMP"):
        return content
    return subprocess.run(["pg_restore", "-f", "-", str(path)], capture_output=True, timeout=60, check=True).stdout


def published() -> Sinks:
    """Give what the public log publishes."""
    latest = ledger.head()
    tile = f"tile/0/000.p/{latest.size}" if latest.size < 256 else "tile/0/000"
    return {"ledger:checkpoint": ledger.checkpoint_file(), "ledger:tile": ledger.tile_file(tile)}


def commands(capsys, tmp_path: Path) -> Sinks:
    """Give what the commands print of an installation, and a backup."""
    found: Sinks = {}
    for words in (
        ["check", "--json"],
        ["check"],
        ["verify", "--json"],
        ["verify"],
        ["backup", "--to", str(tmp_path / "backup"), "--json"],
    ):
        capsys.readouterr()
        cli.main(words)
        told = capsys.readouterr()
        found[f"command:{' '.join(words[:2])}"] = (told.out + told.err).encode()
    return found | directory("backup", tmp_path / "backup")


@contextmanager
def console() -> Iterator[io.StringIO]:
    """Collect what the site's own console handler writes, from every logger, as low as it lets through."""
    stream, made = io.StringIO(), logging.config.DictConfigurator(ours.configuration(is_developing=False))
    handler = logging.StreamHandler(stream)
    handler.addFilter(made.configure_filter(made.config["filters"]["masking"]))
    handler.setFormatter(made.configure_formatter(made.config["formatters"]["line"]))
    loggers = [logging.getLogger(name) for name in ("", "django", "django.server", "axes")]
    before = [(logger.level, logger.propagate) for logger in loggers]
    loggers[0].addHandler(handler)
    loggers[0].setLevel(logging.INFO)
    for logger in loggers[1:]:
        logger.propagate = True
    try:
        yield stream
    finally:
        loggers[0].removeHandler(handler)
        for logger, (level, propagate) in zip(loggers, before, strict=True):
            logger.setLevel(level)
            logger.propagate = propagate


def home() -> Path:
    return Path(settings.HOME)
