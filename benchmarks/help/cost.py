"""What help costs over HTTP: while a clerk types, beside a case, beside a draft; and what a web process holds.

Twice: on the imported messages (6,000 cases) with words of such messages, and on generated cases, as many as are
filled, with words like theirs. One request after another; the server is the one of `bandeng serve` with one process.
The load's CPU is not counted.
"""

import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import environment, measuring, served, stores, texts
from benchmarks.generate import SEED
from benchmarks.serving import database, timed

REQUESTS = 200
MEMORY = 1_000
DRAFT = 1_000
SIZES = (("postgresql", 1_000_000), ("sqlite", 100_000))
BESIDE = {"X-Requested-With": "beside"}


def imported() -> dict:
    """Measure on the county that `finding` left."""
    home = environment.CACHE / "help-finding"
    if not (home / "bandeng.sqlite3").is_file():
        raise SystemExit("Fill it first: python -m benchmarks.help finding")
    environment.start(f"sqlite:///{home / 'bandeng.sqlite3'}", home)
    from bandeng.config.cli.evaluate import files

    from . import county, stream

    said = [f"{row['title'].strip()}\n{row['text'].strip()}" for row in stream.messages()]
    replies = [row["reply"].strip() for row in files.read(county.DATA / "replied.xlsx", ("reply",))]
    people = {"receptionist": f"receptionist.{county.RECEPTION}", "dispatcher": f"dispatcher.{county.RECEPTION}"}
    rng = random.Random(SEED)
    return _measure(rng, people, lambda: rng.choice(said), lambda: rng.choice(replies), {})


def generated() -> dict:
    """Measure on generated cases: a million on PostgreSQL where they are filled, else 100,000 on SQLite."""
    filled = [(store, number) for store, number in SIZES if stores.is_complete(stores.directory(store, number, SEED))]
    if not filled:
        raise SystemExit(f"Fill it first: python -m benchmarks.generate --store sqlite --cases {SIZES[-1][1]}")
    store, number = filled[0]
    with database(store, stores.directory(store, number, SEED).resolve()) as (url, server, home):
        environment.start(url, home)
        people = {"receptionist": "receptionist.hall-00", "dispatcher": "dispatcher.hall-00"}
        rng = random.Random(SEED)
        meters = {"database": server.cpu_seconds} if server else {}
        found = _measure(rng, people, lambda: texts.message(rng), lambda: "\n".join(texts.answer(rng).values()), meters)
        return {"machine": measuring.machine(), "store": store, **found}  # while its server runs


def _measure(
    rng: random.Random,
    people: dict[str, str],
    said: Callable[[], str],
    reply: Callable[[], str],
    meters: dict[str, Callable[[], float]],
) -> dict:
    from datetime import UTC, datetime

    from bandeng.config.cli.static import collect
    from bandeng.ground.directory import api as directory
    from bandeng.speak.casework import api as cases

    collect()
    result: dict = {"cases_there": cases.Case.objects.count(), "requests": REQUESTS, "prepared": _prepared()}
    who = directory.permissions_of(directory.Staff.objects.get(username=people["dispatcher"]), datetime.now(UTC))
    codes = list(cases.visible(who).order_by("-pk").values_list("code", flat=True)[:5_000])
    result["cases_in_scope"] = cases.visible(who).count()
    cookies = {name: _signed_in(username) for name, username in people.items()}
    with _running() as (web, port):
        visits = _Visits(port, cookies, rng, codes, said, reply)
        for name in visits.pages:  # a process of some minutes: models, index and templates are loaded
            for _ in range(10):
                visits.ask(name)
        result["pages"] = {
            name: timed(lambda _n, name=name: visits.ask(name), range(REQUESTS), {"web": web.cpu_seconds, **meters})
            for name in visits.pages
        }
        for n in range(MEMORY):
            visits.ask(list(visits.pages)[n % len(visits.pages)])
        result["memory"] = web.private_mib()
        result["cpu_of_one"] = {name: visits.own_cpu(name, web) for name in visits.pages}
    return result


def _prepared() -> dict:
    """Make index and models, where they are not there, by the product's commands; give the seconds they took."""
    from bandeng.speak.lookup import api as lookup
    from bandeng.speak.suggestions.models import LearnedModel

    took = {}
    for command, is_there in (
        ("reindex", lookup.standing().is_usable),
        ("learn", LearnedModel.objects.filter(subject="office").exists()),
    ):
        if not is_there:
            began = time.perf_counter()
            subprocess.run([sys.executable, "-m", "bandeng.config.cli", command], check=True, capture_output=True)
            took[f"{command}_s"] = round(time.perf_counter() - began, 1)
    took["model_mb"] = {
        row.subject: round(len(row.content) / 1e6, 1) for row in LearnedModel.objects.filter(is_in_use=True)
    }
    took["examples"] = {row.subject: row.examples for row in LearnedModel.objects.filter(is_in_use=True)}
    return took


def _signed_in(username: str) -> dict[str, str]:
    from django.conf import settings
    from django.test import Client

    from bandeng.ground.directory import api as directory

    client = Client(HTTP_HOST="localhost")
    client.force_login(
        directory.Staff.objects.get(username=username), backend="django.contrib.auth.backends.ModelBackend"
    )
    return {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}


@contextmanager
def _running() -> Iterator[tuple[served.Process, int]]:
    from bandeng.config.cli.serve import SERVER_ENVIRONMENT

    port = served.free_port()
    web = served.Process(served.bandeng_web(port), {"BANDENG_HOSTS": "localhost,127.0.0.1", **SERVER_ENVIRONMENT})
    try:
        served.wait_until_up(port)
        yield web, port
    finally:
        web.stop()


class _Visits:
    """The requests by what they are for."""

    def __init__(self, port: int, cookies: dict, rng: random.Random, codes: list[str], said: Callable, reply: Callable):
        self.rng, self.codes, self.said, self.reply = rng, codes, said, reply
        self.clerk = served.Visitor(port, cookies["receptionist"])
        self.page = served.Visitor(port, cookies["dispatcher"])
        self.piece = served.Visitor(port, cookies["dispatcher"], BESIDE)
        for visitor in (self.clerk, self.page, self.piece):
            visitor.get("/desk/account/")  # its form brings the token that every POST needs
        self.pages: dict[str, Callable[[], object]] = {
            "while typing": self.typing,
            "case page": lambda: self.page.get(f"/desk/cases/{self.code()}/"),
            "likes beside a case": lambda: self.piece.get(f"/desk/cases/{self.code()}/likes/"),
            "writing, 1,000 characters": self.words,
        }

    def ask(self, name: str) -> None:
        self.pages[name]()

    def own_cpu(self, name: str, web: served.Process) -> dict[str, float]:
        """Give the CPU time of single requests, which others on the machine do not lengthen; read to a nanosecond."""

        def spent() -> int:
            threads = (path for pid in web.family() for path in Path(f"/proc/{pid}/task").glob("*/schedstat"))
            return sum(int(path.read_text().split()[0]) for path in threads)

        took = []
        for _ in range(REQUESTS):
            before = spent()
            self.ask(name)
            took.append((spent() - before) / 1e6)
        return {"p50_ms": round(statistics.median(took), 1), "p95_ms": round(statistics.quantiles(took, n=20)[18], 1)}

    def code(self) -> str:
        return self.rng.choice(self.codes)

    def typing(self) -> None:
        """Send what stands in the form after some more characters."""
        words = self.said()
        typed = words[: self.rng.randint(min(12, len(words)), len(words))]
        self.clerk.post("/desk/suggestions/typing/", expect=(200,), words=typed)

    def words(self) -> None:
        text = ""
        while len(text) < DRAFT:
            text += self.reply() + "\n"
        self.piece.post(f"/desk/cases/{self.code()}/draft/words/", expect=(200,), opinion=text[:DRAFT])


def main() -> dict:
    """Measure on what was imported; `generated` is a part of its own."""
    return imported()
