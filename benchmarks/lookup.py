"""What search costs with so many cases there, beside LIKE and the store's own full text in the same run.

    python -m benchmarks.lookup --store sqlite --cases 100000

Questions are two or three words of a case somebody may see, a third of them with a place. All of them are asked of the
product (`lookup.find`: index, database's last word, snippets), fewer of the peers, which are slower: LIKE as search was
before, and FTS5 or tsvector over the same words, cut by the same tokeniser. Peers give ids in scope, ours whole lines.
"""

import argparse
import json
import random
import statistics
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from . import environment, stores
from .generate import SEED
from .ready import index
from .serving import database

ROLES = ("dispatcher", "handler")
LIMIT = 200


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--store", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--questions", type=int, default=400)
    parser.add_argument("--of-peers", type=int, default=20, help="how many questions the peers are asked")
    parser.add_argument("--place", type=Path, help="a filled directory of another schema or seed")
    args = parser.parse_args()
    place = (args.place or stores.directory(args.store, args.cases, SEED)).resolve()
    if not stores.is_complete(place):
        raise SystemExit(f"Fill it first: python -m benchmarks.generate --store {args.store} --cases {args.cases}")
    with database(args.store, place) as (url, _server, home):
        environment.start(url, home)
        result = run(args.questions, args.of_peers, home) | {"generated": stores.meta(place)}
    environment.RESULTS.mkdir(exist_ok=True)
    target = environment.RESULTS / f"lookup-{args.store}-{args.cases}.json"
    target.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n")
    print(json.dumps(result, indent=1, ensure_ascii=False))


class Told(dict):
    """A result that is told as it grows."""

    def __setitem__(self, name, value) -> None:
        super().__setitem__(name, value)
        print(name, value, flush=True)


def run(number: int, of_peers: int, home: Path) -> dict:
    """Ask the index, made where there is none; gives what it took."""
    from bandeng.engines.language import Tokeniser
    from bandeng.speak.casework import api as cases
    from bandeng.speak.lookup import api as lookup
    from bandeng.speak.lookup import indexing

    from . import measuring

    there = cases.Case.objects.count()
    result: dict = Told({"machine": measuring.machine(), "cases_there": there, "reindex": index(home)})
    result["fed"] = fed()
    began = time.perf_counter()
    wrong = list(lookup.differences())
    result["check"] = {"seconds": round(time.perf_counter() - began, 1), "differences": len(wrong)}
    cut = Tokeniser(indexing.names()).words
    asked = questions(number, cut)
    result["found_itself"] = round(statistics.mean(was_found(*each) for each in asked[:100]), 3)
    result["lookup.find"] = timed(lambda who, question, _key: lookup.find(who, question), asked)
    result["lookup.find, misspelt"] = timed(lambda who, question, _key: lookup.find(who, question), misspelt(asked))
    few = asked[:of_peers]
    result["lookup.find, the peers' questions"] = timed(lambda who, question, _key: lookup.find(who, question), few)
    result["LIKE"] = timed(lambda who, question, _key: like(who, question), few)
    name, peer = full_text(cut)
    result[name] = timed(lambda who, question, _key: peer(who, question), few)
    base = result["lookup.find, the peers' questions"]["p95_ms"]
    result["ratios"] = {each: round(result[each]["p95_ms"] / base, 1) for each in ("LIKE", name)}
    return result


def fed() -> dict:
    """Register a case, sequence it, feed it: give the milliseconds of a step and until it is found."""
    from bandeng.ground.ledger import api as ledger
    from bandeng.speak.lookup import api as lookup

    from .registering import People

    people, steps = People(), []
    while lookup.feed():
        pass
    for _ in range(12):
        people.register(1)
        while ledger.sequence(now=people.now):
            pass
        began = time.perf_counter()
        while lookup.feed():
            pass
        steps.append((time.perf_counter() - began) * 1000)
    return percentiles(steps)


def questions(number: int, cut: Callable[[str], list[str]]) -> list[tuple]:
    """Make questions out of cases that the asking person may see: (permissions, Asked, the case's key)."""
    from bandeng.ground.directory import api as directory
    from bandeng.speak.casework import api as cases
    from bandeng.speak.lookup import api as lookup

    rng, now, made = random.Random(SEED), datetime.now(UTC), []
    people = [
        directory.permissions_of(person, now)
        for role in ROLES
        for person in directory.Staff.objects.filter(username__startswith=f"{role}.").order_by("username")[:12]
    ]
    areas = directory.areas()
    seen = {id(who): list(cases.visible(who).order_by("pk").values_list("pk", flat=True)[:2000]) for who in people}
    people = [who for who in people if seen[id(who)]]
    while len(made) < number:
        who = rng.choice(people)
        case = cases.Case.objects.get(pk=rng.choice(seen[id(who)]))
        words = sorted({word for word in cut(case.words_masked) if len(word) > 1})
        if len(words) < 3:
            continue
        place = (areas[case.area_id].code,) if case.area_id in areas and rng.random() < 1 / 3 else ()
        text = " ".join(rng.sample(words, rng.choice((2, 3))))
        made.append((who, lookup.Asked(text, places=place), case.pk))
    return made


def misspelt(asked: Sequence[tuple]) -> list[tuple]:
    """Put a name that is written as it sounds before the words: the costliest question, asked twice."""
    from dataclasses import replace

    return [(who, replace(question, words=f"帐户 低宝 {question.words}"), key) for who, question, key in asked[:100]]


def was_found(who, question, key) -> bool:
    """Tell whether the case that the words are from is among what was found; a sanity check, not relevance."""
    from bandeng.speak.lookup import api as lookup

    found, page = lookup.find(who, question), 1
    keys = {each.case.pk for each in found.found}
    while page * 20 < found.count:
        page += 1
        keys |= {each.case.pk for each in lookup.find(who, _turned(question, page)).found}
    return key in keys or found.is_more


def _turned(question, page: int):
    from dataclasses import replace

    return replace(question, page=page)


def percentiles(took: list[float]) -> dict:
    """Give median and 95th percentile in milliseconds."""
    cuts = statistics.quantiles(took, n=20)
    return {"asked": len(took), "p50_ms": round(statistics.median(took), 2), "p95_ms": round(cuts[18], 2)}


def timed(ask: Callable, asked: Sequence[tuple]) -> dict:
    """Ask all; the first one warms up."""
    ask(*asked[0])
    took = []
    for each in asked:
        began = time.perf_counter()
        ask(*each)
        took.append((time.perf_counter() - began) * 1000)
    return percentiles(took)


def narrowed(who, question):
    """Give the cases in scope, at the place asked for: what every peer has to keep to."""
    from bandeng.ground.directory import api as directory
    from bandeng.speak.casework import api as cases

    rows = cases.visible(who)
    if question.places:
        paths = [directory.area(code).path for code in question.places]
        rows = rows.filter(area__in=[a.pk for a in directory.areas().values() if a.path.startswith(tuple(paths))])
    return rows


def like(who, question) -> list:
    """Ask as search did before there was an index: every word anywhere in the masked words, newest first."""
    rows = narrowed(who, question)
    for word in question.words.split():
        rows = rows.filter(words_masked__icontains=word)
    return list(rows.order_by("-registered_at").values_list("pk", flat=True)[:LIMIT])


def full_text(cut: Callable[[str], list[str]]) -> tuple[str, Callable]:
    """Make the store's own full text over the same words, and give its name and a function that asks it."""
    from django.db import connection, transaction

    from bandeng.speak.casework import api as cases

    is_sqlite = connection.vendor == "sqlite"
    texts = cases.Case.objects.order_by("pk").values_list("pk", "words_masked")
    rows = ((key.hex if is_sqlite else key, " ".join(cut(words))) for key, words in texts.iterator(2000))
    with transaction.atomic(), connection.cursor() as cursor:
        if is_sqlite:
            cursor.execute("CREATE VIRTUAL TABLE bench_fts USING fts5(key UNINDEXED, words, tokenize='unicode61')")
            cursor.executemany("INSERT INTO bench_fts VALUES (%s, %s)", rows)
            match, order = "bench_fts MATCH %s", "rank"
        else:
            cursor.execute("DROP TABLE IF EXISTS bench_fts")
            cursor.execute("CREATE TABLE bench_fts (key uuid PRIMARY KEY, words tsvector)")
            while portion := list(islice(rows, 2000)):  # rows come over the same connection: not while it sends
                cursor.executemany("INSERT INTO bench_fts VALUES (%s, to_tsvector('simple', %s))", portion)
            cursor.execute("CREATE INDEX ON bench_fts USING gin (words)")
            cursor.execute("ANALYZE bench_fts")
            match = "words @@ to_tsquery('simple', %s)"
            order = "ts_rank(words, to_tsquery('simple', %s)) DESC"

    def ask(who, question) -> list:
        words = question.words.split()
        typed = " AND ".join(f'"{word}"' for word in words) if is_sqlite else " & ".join(f"'{word}'" for word in words)
        inner, params = narrowed(who, question).values("pk").order_by().query.sql_with_params()
        sql = f"SELECT key FROM bench_fts WHERE {match} AND key IN ({inner}) ORDER BY {order} LIMIT {LIMIT}"
        with connection.cursor() as cursor:
            cursor.execute(sql, [typed, *params, *([] if is_sqlite else [typed])])
            return cursor.fetchall()

    return ("SQLite FTS5" if is_sqlite else "PostgreSQL tsvector"), ask


if __name__ == "__main__":
    main()
