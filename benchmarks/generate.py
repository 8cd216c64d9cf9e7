"""Fill a migrated database with cases whose every row the services would have written, words really sealed.

    python -m benchmarks.generate --store postgresql --cases 1000000

Rows come from recorded lives (lives.py), in chunks from two processes, by COPY (PostgreSQL) or executemany (SQLite).
Afterwards the log is built and signed, and the real checks are asked: acts, log, cases.
"""

import argparse
import json
import multiprocessing
import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from . import environment, stores, texts

CHUNK = 2_000
SEED = 20_261_123

_writer = None  # inherited by the processes forked after it was made
_columns: dict[str, list[str]] = {}
_connection = None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--store", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--no-verify", action="store_true", help="do not ask the checks afterwards")
    args = parser.parse_args()
    place = stores.directory(args.store, args.cases, args.seed)
    if stores.is_complete(place):
        print(json.dumps(stores.meta(place), indent=1))
        return
    stores.discard(place)
    place.mkdir(parents=True)
    server = stores.Postgres(place) if args.store == "postgresql" else None
    try:
        if server:
            server.start(is_loading=True)
        url = server.url if server else f"sqlite:///{place / 'bandeng.sqlite3'}"
        environment.start(url)
        facts = fill(url, place, args.cases, args.seed)
        if not args.no_verify:
            facts["verified"] = verify(datetime.fromisoformat(facts["until"]))
        facts["peak_memory_mib"] = environment.peak_memory()
        (place / "meta.json").write_text(json.dumps(facts, indent=1))
        print(json.dumps(facts, indent=1))
    finally:
        if server:
            server.stop()


def fill(url: str, place: Path, cases: int, seed: int) -> dict:
    """Migrate, build the county, record the lives, write the cases, sign the log."""
    from django.core.management import call_command
    from django.db import connection

    began = time.perf_counter()
    call_command("migrate", verbosity=0)
    county = _prepare(cases, seed, is_copy=url.startswith("postgres"))
    connection.close()
    took = {"prepare_s": round(time.perf_counter() - began, 1)}
    tables = [*_columns, "ledger_leaf"]
    is_copy = url.startswith("postgres")
    log = Log()
    with multiprocessing.get_context("fork").Pool(2, _start_process, [url]) as pool:
        chunks = [(first, first + CHUNK) for first in range(0, cases, CHUNK)]
        if is_copy:
            with stores.loading_postgres(url, tables):
                _write_leaves_postgres(url, _each(pool.imap(_copy_chunk, chunks), log, cases))
                took["rows_s"] = round(time.perf_counter() - began, 1)
        else:
            with stores.loading_sqlite(place / "bandeng.sqlite3", tables) as raw:
                _write_sqlite(raw, pool.imap(_give_chunk, chunks), log, cases)
                took["rows_s"] = round(time.perf_counter() - began, 1)
    took["indexed_s"] = round(time.perf_counter() - began, 1)
    log.sign(county.until)
    connection.close()
    took["all_s"] = round(time.perf_counter() - began, 1)
    return {"cases": cases, "acts": log.frontier.size, "seed": seed, "until": county.until.isoformat(), **took}


def _prepare(cases: int, seed: int, *, is_copy: bool):
    """Make the county, record the lives from the services, and the writer that all processes inherit."""
    global _writer
    from bandeng.ground.clocks import api as clocks
    from bandeng.ground.clocks.calendars import counter_at
    from bandeng.ground.policies import api as policies

    from . import county as counties
    from . import lives, rendering

    county, rng = counties.build(seed), random.Random(seed)
    known = lives.record_all(county, texts.message(rng), texts.answer(rng))
    day = timedelta(days=1)
    covered = datetime.combine(clocks.covers_until(), datetime.min.time(), UTC)
    until = min(datetime.now(UTC).replace(microsecond=0), covered - 35 * day)
    begins = datetime.combine(clocks.CalendarVersion.objects.latest("loaded_at").covers_from, datetime.min.time(), UTC)
    rendering.IDLE = policies.version_at("idle", until.date()).limit
    counter = counter_at(until)[1]
    since = max(begins + day, until - 730 * day)
    _writer = rendering.Writer(
        known, county, counter, total=cases, seed=seed, until=until, since=since, is_copy=is_copy
    )
    for life in known.values():
        _columns.update(life.columns)
    county.until = until
    return county


def _start_process(url: str) -> None:
    global _connection
    os.nice(5)
    if url.startswith("postgres"):
        import psycopg

        _connection = psycopg.connect(url.replace("postgres://", "postgresql://"))


def _copy_chunk(span: tuple[int, int]):
    """Write one chunk over this process's own connection; give its leaves."""
    chunk = _writer.chunk(*span)
    with _connection.transaction(), _connection.cursor() as cursor:
        for table, lines in chunk.rows.items():
            with cursor.copy(f"COPY {table} ({_list(table)}) FROM STDIN") as copy:
                copy.write("\n".join(lines) + "\n")
    chunk.rows = {}
    return chunk


def _give_chunk(span: tuple[int, int]):
    """Give one chunk to the one process that may write to SQLite."""
    return _writer.chunk(*span)


def _list(table: str) -> str:
    return ", ".join(f'"{column}"' for column in _columns[table])


def _each(chunks, log: "Log", cases: int) -> Iterator[tuple[int, str]]:
    """Append the chunks' leaves to the log in order; give (index, act's id)."""
    done, began = 0, time.perf_counter()
    for chunk in chunks:
        for id_, leaf in chunk.leaves:
            yield log.append(leaf), id_
        done += chunk.cases
        if done % (CHUNK * 25) == 0 or done == cases:
            print(f"{done:,} cases, {done / (time.perf_counter() - began):,.0f} a second", flush=True)


def _write_leaves_postgres(url: str, leaves: Iterator[tuple[int, str]]) -> None:
    import psycopg

    with (
        closing(psycopg.connect(url.replace("postgres://", "postgresql://"))) as connection,
        connection.transaction(),
        connection.cursor().copy("COPY ledger_leaf (leaf_index, entry_id) FROM STDIN") as copy,
    ):
        for index, id_ in leaves:
            copy.write(f"{index}\t{id_}\n")


def _write_sqlite(raw, chunks, log: "Log", cases: int) -> None:
    def insert(table: str, columns: str, width: int, rows) -> None:
        raw.executemany(f"INSERT INTO {table} ({columns}) VALUES ({','.join('?' * width)})", rows)

    raw.execute("BEGIN")

    def written():
        for chunk in chunks:
            for table, rows in chunk.rows.items():
                insert(table, _list(table), len(_columns[table]), rows)
            yield chunk

    for pair in _each(written(), log, cases):
        raw.execute("INSERT INTO ledger_leaf (leaf_index, entry_id) VALUES (?, ?)", pair)
    raw.execute("COMMIT")


class Log:
    """The tree over all leaves, as the sequencer would have left it: every eighth level kept, one signed head."""

    def __init__(self):
        from bandeng.engines import merkle

        self.frontier, self.nodes = merkle.Frontier(), []

    def append(self, leaf: bytes) -> int:
        self.nodes += [node for node in self.frontier.append(leaf) if node[0] % 8 == 0]
        return self.frontier.size - 1

    def sign(self, at: datetime) -> None:
        from django.conf import settings

        from bandeng.engines import merkle
        from bandeng.ground.ledger.models import LedgerHead, LedgerNode

        if not self.frontier.size:
            return  # a log signs no head before its first leaf
        nodes = [LedgerNode(level=level, index=index, hash=hash_) for level, index, hash_ in self.nodes]
        LedgerNode.objects.bulk_create(nodes, batch_size=2_000)
        head = merkle.Checkpoint(settings.LOG_ORIGIN, self.frontier.size, self.frontier.root())
        note = head.sign(settings.KEYRING.signing("ledger"))
        LedgerHead.objects.create(size=head.size, root=head.root, note=note, signed_at=at)


def verify(now: datetime) -> dict:
    """Ask the real checks: every act's leaf, the whole log, every check of `bandeng check`; a sample is opened."""
    from bandeng.config.checks import CHECKS
    from bandeng.ground.acts import api as acts
    from bandeng.ground.ledger import api as ledger
    from bandeng.speak.casework import api as cases

    took, wrong = {}, []

    def timed(name: str, findings: Callable) -> None:
        began = time.process_time()
        wrong.extend(f"{name}: {finding}" for finding in findings())
        took[f"{name}_cpu_s"] = round(time.process_time() - began, 2)

    timed("acts.verify", lambda: (broken for broken in acts.verify() if broken))
    timed("ledger.rebuild_check", ledger.rebuild_check)
    for check in CHECKS:
        timed(check.name, lambda check=check: (f for f in check.run(now) if not f.is_warning))
    for case in cases.Case.objects.select_related("seal_key").order_by("code")[:200]:
        if not texts.SHORTEST - 20 <= len(case.statement()) <= texts.LONGEST:
            wrong.append(f"{case.code}: {len(case.statement())} characters")
        for reply in case.replies.all():
            reply.parts()
    if wrong:
        raise SystemExit(f"{len(wrong)} findings, e.g.\n" + "\n".join(map(str, wrong[:10])))
    return took


if __name__ == "__main__":
    main()
