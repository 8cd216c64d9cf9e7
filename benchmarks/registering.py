"""What an act costs with so many cases already there, beside the naive ways in the same run.

    python -m benchmarks.registering --store sqlite --cases 10000

The naive ways: a plain Django insert of the same row without history, ledger or seals; and, on PostgreSQL with eight
writers, the same registration with a number taken from a counter row inside its transaction.
"""

import argparse
import itertools
import json
import multiprocessing
import random
import shutil
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest import mock

from . import environment, stores, texts
from .generate import SEED

WRITERS = 8


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--store", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--acts", type=int, default=200, help="how many of each act")
    parser.add_argument("--place", type=Path, help="a filled directory of another schema or seed")
    args = parser.parse_args()
    place = (args.place or stores.directory(args.store, args.cases, SEED)).resolve()
    if not stores.is_complete(place):
        raise SystemExit(f"Fill it first: python -m benchmarks.generate --store {args.store} --cases {args.cases}")
    server = stores.Postgres(place) if args.store == "postgresql" else None
    copy = environment.CACHE / "registering.sqlite3"
    try:
        if server:
            server.start()
        else:
            shutil.copyfile(place / "bandeng.sqlite3", copy)
        environment.start(server.url if server else f"sqlite:///{copy}")
        result = run(args.acts, server)
        result["generated"] = stores.meta(place)
        environment.RESULTS.mkdir(exist_ok=True)
        target = environment.RESULTS / f"registering-{args.store}-{args.cases}.json"
        target.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n")
        print(json.dumps({k: v for k, v in result.items() if k != "generated"}, indent=1))
    finally:
        if server:
            server.stop()
        for file in copy.parent.glob("registering.sqlite3*"):
            file.unlink()


def run(acts: int, server: "stores.Postgres | None") -> dict:
    """Measure every act on the database that Django points at."""
    from bandeng.speak.casework import api as cases

    from . import measuring

    cpu = server.cpu_seconds if server else (lambda: 0.0)
    people = People()
    result: dict = {"machine": measuring.machine(), "cases_there": cases.Case.objects.count(), "costs": {}}
    costs = result["costs"]
    plain = PlainRows(people)
    costs["plain insert"], _none = measuring.each(plain.insert, range(acts + 1), cpu)
    costs["register, one"], made = measuring.each(lambda _n: people.register(1)[0], range(acts + 1), cpu)
    costs["register, a hundred"], _none = measuring.each(lambda _n: people.register(100), range(11), cpu, per=100)
    keys = [done.case.pk for done in made]
    for name, step in STEPS.items():
        costs[name], _none = measuring.each(lambda key, step=step: step(people, key), keys, cpu)
    costs["sequence"] = sequencing(cpu)
    base = costs["plain insert"]
    for cost in costs.values():
        cost["cpu_ratio"] = round(_cpu(cost) / _cpu(base), 2)
    if server:
        result["writers"] = at_once(people)
    return result


def _cpu(cost: dict) -> float:
    return cost["python_ms"] + cost["database_ms"]


class People:
    """The generated county's offices and hands, with one office in charge of everything that is dispatched here."""

    def __init__(self, seed: int = 1):
        from bandeng.ground.directory import api as directory
        from bandeng.speak.casework import api as cases

        self.rng, self.now = random.Random(seed), datetime.now(UTC)
        offices = {office.code: office for office in directory.offices().values()}
        self.first, self.to = offices["hall-00"], offices["dept-00"]
        self.area = next(a.pk for a in directory.areas().values() if a.parent_id == self.first.area_id)
        self.topic = next(t.pk for t in directory.topics().values() if t.level == 2)
        self.hands = {}
        for role, office in (
            ("receptionist", self.first),
            ("dispatcher", self.first),
            ("handler", self.to),
            ("approver", self.to),
        ):
            person = directory.Staff.objects.get(username=f"{role}.{office.code}")
            self.hands[role] = cases.hand.staff(directory.permissions_of(person, self.now))

    def registration(self):
        from bandeng.ground.residents import api as residents
        from bandeng.speak.casework import api as cases

        name, phone = texts.identity(self.rng)
        return cases.Registration(
            texts.message(self.rng),
            "counter",
            self.first.pk,
            area=self.area,
            topic=self.topic,
            identity=residents.Identity(name=name, phone=phone),
        )

    def register(self, number: int) -> list:
        from bandeng.speak.casework import api as cases

        items = [self.registration() for _ in range(number)]
        return cases.register_many(items, by=self.hands["receptionist"], now=self.tick())

    def tick(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now


def _dispatch(people: People, key):
    from bandeng.speak.casework import api as cases

    return cases.dispatch(key, to=people.to.pk, by=people.hands["dispatcher"], now=people.tick())


def _accept(people: People, key):
    from bandeng.speak.casework import api as cases

    return cases.accept(key, by=people.hands["handler"], now=people.tick())


def _draft(people: People, key):
    from bandeng.speak.casework import api as cases

    text = cases.ReplyText(**texts.answer(people.rng))
    return cases.draft_reply(key, text, by=people.hands["handler"], now=people.tick())


def _approve(people: People, key):
    from bandeng.speak.casework import api as cases

    return cases.approve(key, by=people.hands["approver"], now=people.tick())


def _serve(people: People, key):
    from bandeng.speak.casework import api as cases

    return cases.serve(key, method="phone", by=people.hands["handler"], now=people.tick())


STEPS: dict[str, Callable] = {
    "dispatch": _dispatch,
    "accept": _accept,
    "draft a reply": _draft,
    "approve": _approve,
    "serve": _serve,
}


class PlainRows:
    """The naive way: one table, words as they are, one INSERT; no date, history, ledger, seals or messages."""

    def __init__(self, people: People):
        from django.db import connection, models

        from bandeng.speak.casework import api as cases

        self.people = people
        if "PlainCase" not in globals():
            copied = {}
            for column in cases.Case._meta.concrete_fields:
                if column.primary_key or column.name in {"words", "words_masked", "seal_key"}:
                    continue
                copied[column.name] = (
                    models.UUIDField(null=True, db_index=True) if column.is_relation else column.clone()
                )
            meta = type("Meta", (), {"app_label": "casework", "db_table": "benchmark_plain"})
            copied |= {"id": models.BigAutoField(primary_key=True), "words": models.TextField(), "Meta": meta}
            globals()["PlainCase"] = type("PlainCase", (models.Model,), {**copied, "__module__": __name__})
        self.model = globals()["PlainCase"]
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS benchmark_plain")
        with connection.schema_editor() as editor:
            editor.create_model(self.model)

    def insert(self, _number: int):
        from bandeng.ground.core import api as core

        people, now = self.people, self.people.tick()
        office = people.first.pk
        return self.model.objects.create(
            code=core.new_code(), procedure="general", status="registered", channel="counter", identity_mode="shown",
            area=people.area, topic=people.topic, first_receiver=office, dispatch_office=office, holder=office,
            words=texts.message(people.rng), received_at=now, registered_at=now, registered_by="staff:somebody",
            due_at=now, idle_at=now,
        )  # fmt: skip


def sequencing(database_cpu: Callable[[], float]) -> dict:
    """Give every waiting entry its leaf; what the worker pays for each act afterwards."""
    from bandeng.ground.ledger import api as ledger

    from . import measuring

    own, database, began, done = measuring.own_cpu(), database_cpu(), time.perf_counter(), 0
    now = datetime.now(UTC)
    while given := ledger.sequence(now=now + timedelta(milliseconds=done)):
        done += given
    own, database = measuring.own_cpu() - own, database_cpu() - database
    each = (time.perf_counter() - began) * 1000 / max(done, 1)
    return {
        "acts": done,
        "python_ms": round(own * 1000 / max(done, 1), 3),
        "database_ms": round(database * 1000 / max(done, 1), 3),
        "p50_ms": round(each, 3),
    }


def at_once(people: People, seconds: float = 6.0) -> dict:
    """Let eight writers register one case after another: as it is, and with a counter row in every transaction."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS benchmark_counter")
        cursor.execute("CREATE TABLE benchmark_counter (number bigint)")
        cursor.execute("INSERT INTO benchmark_counter VALUES (0)")
    connection.close()
    fork, rates = multiprocessing.get_context("fork"), {}
    for name, is_counted, is_bare in (
        ("no number in the act, registering", False, False),
        ("counter row in the act, registering", True, False),
        ("no number in the act, the bare act", False, True),
        ("counter row in the act, the bare act", True, True),
    ):
        with fork.Pool(WRITERS) as pool:
            given = [(n, seconds, is_counted, is_bare) for n in range(WRITERS)]
            rates[name] = round(sum(pool.starmap(_write, given)) / seconds, 1)
    return {"writers": WRITERS, "seconds": seconds, "acts_a_second": rates}


def _write(number: int, seconds: float, is_counted: bool, is_bare: bool) -> int:
    """Write acts for some seconds, in a process of its own; gives how many."""
    from django.db import connection, transaction

    from bandeng.ground.acts import api as acts
    from bandeng.ground.acts.services import emitting
    from bandeng.ground.core import api as core

    people, append = People(seed=number), emitting.ledger.append

    def counted(entries, *, now):
        with connection.cursor() as cursor:
            cursor.execute("SELECT number FROM benchmark_counter FOR UPDATE")
            cursor.execute("UPDATE benchmark_counter SET number = %s", [cursor.fetchone()[0] + len(entries)])
        append(entries, now=now)

    def bare() -> None:
        draft = acts.Draft("case.alerted", "case", core.new_id(), acts.system("benchmark"), payload={})
        with transaction.atomic():
            acts.emit(draft, now=people.tick())

    do = bare if is_bare else lambda: people.register(1)
    with mock.patch.object(emitting.ledger, "append", counted if is_counted else append):
        do()
        until = time.monotonic() + seconds
        for done in itertools.count():
            if time.monotonic() > until:
                return done
            do()
    return 0


if __name__ == "__main__":
    main()
