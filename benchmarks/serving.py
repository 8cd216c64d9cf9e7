"""What pages cost over HTTP: CPU of web, database and worker, queries, percentiles; beside django-helpdesk.

    python -m benchmarks.serving --store sqlite --cases 10000 --peer

The load comes from this process, whose CPU is not counted. Work is done one request after another, so that a
percentile is a page's own time and not a queue's; `under_import` asks for pages while a file is imported. Statements
are counted in a run of their own, which is not timed.
"""

import argparse
import csv
import json
import os
import random
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import contextmanager, nullcontext
from pathlib import Path
from uuid import uuid4

from . import environment, helpdesk_peer, served, stores, texts
from .generate import SEED

ACTS = ("dispatch", "accept", "draft", "approve", "serve")
LOOP = ("create", *ACTS, "look-up")
CITY = "create, a city's messages"  # generated ones are each like hundreds of others: the worst that can come in
RHYTHM = 16  # seconds: each of the worker's tasks that a new case asks for comes once in these
PEER_TICKETS = 10_000
RESTING = 0.05  # seconds of CPU in one second


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--store", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--requests", type=int, default=200, help="how many of each")
    parser.add_argument("--peer", action="store_true", help="measure django-helpdesk in the same run")
    parser.add_argument("--place", type=Path, help="a filled directory of another schema or seed")
    args = parser.parse_args()
    place = (args.place or stores.directory(args.store, args.cases, SEED)).resolve()
    if not stores.is_complete(place):
        raise SystemExit(f"Fill it first: python -m benchmarks.generate --store {args.store} --cases {args.cases}")
    peers = helpdesk_peer.running(args.store, PEER_TICKETS) if args.peer else nullcontext((None, None))
    with database(args.store, place) as (url, server, home), peers as (peer, count):
        environment.start(url, home)
        result = Site(url, server, peer).facts(args.requests)
        result["generated"] = stores.meta(place)
        if peer:
            told = {"tickets": PEER_TICKETS, "pages": peer.pages(), "queries": count(), "memory": peer.memory()}
            if served.mail_sink().taken < told["pages"]["create"]["requests"]:
                raise SystemExit("helpdesk told nobody of their ticket")
            result["helpdesk"] = told
            result["ratios"] = ratios(result)
    keep(args, result)


def keep(args: argparse.Namespace, result: dict) -> None:
    """Write what there is, and show it."""
    environment.RESULTS.mkdir(exist_ok=True)
    target = environment.RESULTS / f"serving-{args.store}-{args.cases}.json"
    target.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n")
    print(json.dumps({k: v for k, v in result.items() if k != "generated"}, indent=1))


@contextmanager
def database(store: str, place: Path):
    """Give (url, server or None, home) of a copy of a filled database, with index and models as in one in use.

    Never itself, however large: cases that earlier runs left, all of one place and alike, are what new ones are held
    against.
    """
    subprocess.run([sys.executable, "-m", "benchmarks.ready", place], check=True, stdout=subprocess.DEVNULL)
    with tempfile.TemporaryDirectory(dir=environment.CACHE) as folder:
        copy = Path(folder) / "copy"
        subprocess.run(["cp", "-a", place, copy], check=True)  # noqa: S607 - a system program
        os.sync()  # else it is written out while something is measured
        if store == "postgresql":
            Path(folder).chmod(0o755)  # the server is another user
            with stores.running(copy) as server:
                yield server.url, server, copy / "home"
        else:
            yield f"sqlite:///{copy / 'bandeng.sqlite3'}", None, copy / "home"


def timed(do: Callable, inputs: Iterable, meters: dict[str, Callable[[], float]]) -> dict:
    """Do something for each input; give CPU milliseconds of each meter and percentiles of the time, for one."""
    inputs = list(inputs)
    before, took = {name: read() for name, read in meters.items()}, []
    for given in inputs:
        began = time.perf_counter()
        do(given)
        took.append((time.perf_counter() - began) * 1000)
    spent = {f"{name}_ms": round((read() - before[name]) * 1000 / len(inputs), 2) for name, read in meters.items()}
    return {
        "requests": len(inputs),
        **spent,
        "cpu_ms": round(sum(spent.values()), 2),
        "p50_ms": round(statistics.median(took), 2),
        "p95_ms": round(statistics.quantiles(took, n=20)[18], 2),
    }


class Site:
    """Bandeng as `bandeng serve` and `bandeng worker` run it, on a filled database."""

    def __init__(self, url: str, server: "stores.Postgres | None", peer: "helpdesk_peer.Peer | None" = None):
        self.url, self.server, self.peer = url, server, peer
        self.rng = random.Random(7)
        if server:
            server.leave_out_this_connection()
        self.port = served.free_port()

    def facts(self, requests: int) -> dict:
        """Measure every page; give the result."""
        from bandeng.config.cli.static import collect
        from bandeng.speak.casework import api as cases

        from . import measuring

        collect()
        result = {"machine": measuring.machine(), "cases_there": cases.Case.objects.count(), "requests": requests}
        self.people = People()
        with self.running():
            self.catch_up()
            result["idle"] = self.rest = self.idle()
            result["pages"] = self.pages(requests)
            result["memory"] = self.memory(1_000)
        result["queries"] = self.queries()
        result["loop_cpu_ms"] = round(sum(result["pages"][name]["cpu_ms"] for name in LOOP), 1)
        if not self.server:
            result["under_import"] = self.under_import()
        return result

    @contextmanager
    def running(self, application: str = "", **env: str):
        """Run web and worker on the database; `application`: one that counts, in the place of the product's own."""
        from bandeng.config.cli.serve import SERVER_ENVIRONMENT

        env = {
            "BANDENG_DATABASE": self.url, "BANDENG_HOSTS": "localhost,127.0.0.1",
            "BANDENG_SMS_URL": served.message_sink(), **env,
        }  # fmt: skip
        python = served.bandeng_python()
        serve = served.granian(python, self.port, application) if application else served.bandeng_web(self.port)
        self.web = served.Process(serve, env | SERVER_ENVIRONMENT)
        self.worker = served.Process([python, "-m", "bandeng.config.cli", "worker"], env)
        try:
            served.wait_until_up(self.port)
            yield
        finally:
            self.web.stop()
            self.worker.stop()

    @property
    def meters(self) -> dict[str, Callable[[], float]]:
        found = {"web": self.web.cpu_seconds, "worker": self.worker.cpu_seconds}
        return found | ({"database": self.server.cpu_seconds} if self.server else {})

    def catch_up(self) -> None:
        """Wait until the worker has nothing left to do for what was written; messages are held for 30 seconds.

        What it does every few seconds (search, matters, suggestions) has no list to look at: it has had its turn when
        the process rested for longer than the longest of these rhythms.
        """
        from bandeng.ground.ledger.models import LedgerPending
        from bandeng.ground.messaging.models import OutboxMessage

        until, rested = time.monotonic() + 600, 0
        while time.monotonic() < until:
            before = self.worker.cpu_seconds()
            time.sleep(1)
            waiting = OutboxMessage.objects.filter(channel="sms", state__in=("held", "queued", "sending"))
            is_resting = self.worker.cpu_seconds() - before < RESTING
            rested = rested + 1 if is_resting and not LedgerPending.objects.exists() and not waiting.exists() else 0
            if rested > RHYTHM:
                return
        raise SystemExit("The worker does not catch up.")

    def idle(self, seconds: float = RHYTHM, times: int = 5) -> dict:
        """Give what the site costs with nobody there, in milliseconds of CPU a second.

        The middle of some stretches: a database that tidies up in one of them must not pass for one at rest.
        """
        found: dict[str, list[float]] = {name: [] for name in self.meters}
        for _stretch in range(times):
            before = {name: read() for name, read in self.meters.items()}
            time.sleep(seconds)
            for name, read in self.meters.items():
                found[name].append((read() - before[name]) * 1000 / seconds)
        return {name: round(statistics.median(costs), 1) for name, costs in found.items()}

    def pages(self, requests: int) -> dict:
        """Lead `requests` cases through the whole loop, and look at pages on the way."""
        visits = Visits(self.port, self.people, self.rng)
        found: dict[str, dict] = {}

        def measure(name: str, do: Callable, inputs: Iterable) -> None:
            found[name] = timed(do, inputs, self.meters)

        def beside(page: str) -> None:  # half of it before ours, half after
            if self.peer:
                self.peer.measure(page, requests // 2, timed)

        for warm in range(15):  # a process of some minutes: templates, tables and plans are known
            visits.create(warm)
            visits.queue("handler")
            visits.case(visits.made[-1])
        visits.made.clear()
        self.catch_up()  # what the worker does for these is not for those that are measured
        beside("create")
        began, at = self.read(), time.monotonic()
        measure("create", visits.create, range(requests))
        self.settle(found["create"], began, at, requests)
        beside("create")
        if said := city_messages(requests):
            began, at = self.read(), time.monotonic()
            measure(CITY, lambda words: visits.register(words, *texts.identity(self.rng)), said)
            self.settle(found[CITY], began, at, len(said))
        beside("list")
        measure("queue, an office", lambda _n: visits.queue("handler"), range(requests))
        beside("list")
        measure("queue, all open", lambda _n: visits.queue("everywhere", "?tab=scope"), range(requests))
        codes = list(visits.made)
        beside("detail")
        measure("case page", visits.case, codes)
        beside("detail")
        for name in ACTS:
            began, at = self.read(), time.monotonic()
            measure(name, lambda code, name=name: visits.act(code, name), codes)
            self.settle(found[name], began, at, requests)
        secrets = visits.secrets(codes)
        measure("look-up", visits.look_up, secrets)
        return found

    def read(self) -> dict[str, float]:
        """Give the CPU seconds of each meter so far."""
        return {name: read() for name, read in self.meters.items()}

    def spent(self, before: dict[str, float], at: float) -> dict[str, float]:
        """Wait until the worker rests; give CPU seconds of each meter since `before`, idling since `at` taken off."""
        self.catch_up()
        seconds = time.monotonic() - at
        return {
            name: max(now - before[name] - self.rest[name] / 1000 * seconds, 0) for name, now in self.read().items()
        }

    def settle(self, cost: dict, before: dict[str, float], at: float, number: int) -> None:
        """Add to an act's cost what the worker (and the database under it) did for it afterwards, idling taken off."""
        each = {name: seconds * 1000 / number for name, seconds in self.spent(before, at).items()}
        cost |= {f"{name}_ms": round(ms, 2) for name, ms in each.items()}
        cost["cpu_ms"] = round(sum(each.values()), 2)

    def memory(self, requests: int) -> dict[str, float]:
        """Give the private memory of the web's one worker process after so many further requests."""
        visits = Visits(self.port, self.people, self.rng)
        for n in range(requests // 4):
            visits.create(n)
            visits.queue("handler")
            visits.case(visits.made[-1])
            visits.queue("everywhere", "?tab=scope")
        return self.web.private_mib()

    def queries(self) -> dict:
        """Count the statements of each page, on a process that has seen one before."""
        with tempfile.TemporaryDirectory() as folder:
            log = Path(folder) / "counted"
            with self.running("benchmarks.counted:application", COUNTED_TO=str(log)):
                visits, found = Visits(self.port, self.people, self.rng), {}

                def count(name: str, do: Callable) -> None:
                    do()
                    log.unlink(missing_ok=True)
                    do()
                    lines = [json.loads(line) for line in log.read_text().splitlines()]
                    found[name] = {key: sum(line[key] for line in lines) for key in ("statements", "control")}

                count("create", lambda: visits.create(0))
                count("queue, an office", lambda: visits.queue("handler"))
                count("queue, all open", lambda: visits.queue("everywhere", "?tab=scope"))
                count("case page", lambda: visits.case(visits.made[-1]))
                codes = list(visits.made[-2:])
                for name in ACTS:
                    waiting = list(codes)
                    count(name, lambda waiting=waiting, name=name: visits.act(waiting.pop(), name))
                secrets = visits.secrets(codes)
                count("look-up", lambda: visits.look_up(secrets[0]))
        return found

    def under_import(self, rows: int = 10_000) -> dict:
        """Ask for pages while a file is imported beside the site; give the pages' percentiles, the import's time."""
        with tempfile.TemporaryDirectory() as folder, self.running():
            file = Path(folder) / "messages.csv"
            write_board(file, rows, self.rng)
            visits = Visits(self.port, self.people, self.rng)
            visits.create(0)
            began = time.monotonic()
            command = [
                served.bandeng_python(),
                "-m",
                "bandeng.config.cli",
                "import",
                "cases",
                str(file),
                "--source",
                "bench",
            ]
            running = served.Process(command, {"BANDENG_DATABASE": self.url})
            took: dict[str, list[float]] = {"create": [], "queue": [], "case page": []}
            while running.popen.poll() is None:
                for name, do in (
                    ("create", lambda: visits.create(1)),
                    ("queue", lambda: visits.queue("handler")),
                    ("case page", lambda: visits.case(visits.made[-1])),
                ):
                    at = time.perf_counter()
                    do()
                    took[name].append((time.perf_counter() - at) * 1000)
                    time.sleep(0.05)
            if running.popen.returncode:
                raise SystemExit("The import failed.")
            every = [t for times in took.values() for t in times]
            return {
                "rows": rows,
                "import_s": round(time.monotonic() - began, 1),
                "requests": len(every),
                "p95_ms": round(statistics.quantiles(every, n=20)[18], 1),
                **{f"{n} p95_ms": round(statistics.quantiles(t, n=20)[18], 1) for n, t in took.items()},
                "longest_ms": round(max(every), 1),
            }


def city_messages(number: int) -> list[str]:
    """Give real messages as they came, where they are here; another stretch each time, as earlier runs' stay."""
    from .help import county, stream

    if not (county.DATA / "stream.xlsx").is_file():
        return []
    rows = stream.messages()
    start = secrets.randbelow(len(rows) - number)
    return [f"{row['title'].strip()}\n{row['text'].strip()}" for row in rows[start : start + number]]


def write_board(file: Path, rows: int, rng: random.Random) -> None:
    """Write a message board's export, as a county would get it."""
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(("留言编号", "留言主题", "留言详情", "留言时间"))
        for n in range(rows):
            text = texts.message(rng)
            writer.writerow((n + 1, text[:20], text, f"2026/{n % 10 + 1}/{n % 27 + 1} {n % 24}:{n % 60:02}"))


class People:
    """Who is signed in: cookies by what they are for."""

    def __init__(self):
        from django.conf import settings
        from django.test import Client
        from django_otp import DEVICE_ID_SESSION_KEY
        from django_otp.plugins.otp_totp.models import TOTPDevice

        from bandeng.ground.directory import api as directory

        offices = {office.code: office for office in directory.offices().values()}
        self.to = str(offices["dept-00"].pk)
        self.area = next(a.label_zh for a in directory.areas().values() if a.parent_id == offices["hall-00"].area_id)
        everywhere = self._dispatcher_everywhere(directory)
        self.cookies: dict[str, dict[str, str]] = {}
        for name, username in {
            "receptionist": "receptionist.hall-00", "dispatcher": "dispatcher.hall-00", "handler": "handler.dept-00",
            "approver": "approver.dept-00", "everywhere": everywhere,
        }.items():  # fmt: skip
            person, client = directory.Staff.objects.get(username=username), Client(HTTP_HOST="localhost")
            client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
            if name == "approver":  # the one role here that a code is asked of
                device, _ = TOTPDevice.objects.get_or_create(user=person, name="bench", confirmed=True)
                session = client.session
                session[DEVICE_ID_SESSION_KEY] = device.persistent_id
                session.save()
            self.cookies[name] = {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}

    @staticmethod
    def _dispatcher_everywhere(directory) -> str:
        """Post one person as dispatcher at every office that dispatches: who sees all that is open."""
        from datetime import date

        name = "dispatcher.everywhere"
        person, is_new = directory.Staff.objects.get_or_create(
            username=name, defaults={"display_zh": "某某", "is_password_temporary": False, "password": "!"}
        )
        if is_new:
            role = directory.Role.objects.get(code="dispatcher")
            directory.Posting.objects.bulk_create(
                directory.Posting(staff=person, role=role, office=office, from_on=date(2020, 1, 1))
                for office in directory.offices().values()
                if office.is_dispatching
            )
        return name


class Visits:
    """The pages as people open them, one kept connection for each person."""

    VERSION = {name: number for number, name in enumerate(ACTS, start=1)}

    def __init__(self, port: int, people: People, rng: random.Random):
        self.port, self.people, self.rng = port, people, rng
        self.made: list[str] = []
        self.by = {name: served.Visitor(port, cookies) for name, cookies in people.cookies.items()}
        for visitor in self.by.values():
            visitor.get("/desk/account/")  # its form brings the token that every POST needs
        self.resident = served.Visitor(port)
        self.resident.get("/find/")

    def create(self, _n: int) -> None:
        self.made.append(self.register(texts.message(self.rng), *texts.identity(self.rng)))

    def register(self, words: str, name: str, phone: str) -> str:
        """Register a message; give the case's number."""
        key = uuid4().hex  # not of the seed: an earlier run left its cases here
        _status, location, _body = self.by["receptionist"].post(
            "/desk/intake/", key=key, words=words, channel="counter", procedure="general",
            area=self.people.area, name=name, phone=phone,
        )  # fmt: skip
        self.by["receptionist"].cookies.pop("messages", None)
        return location.split("/")[-3]

    def queue(self, who: str, tab: str = "") -> None:
        self.by[who].get(f"/desk/queue/{tab}")

    def case(self, code: str) -> None:
        self.by["dispatcher"].get(f"/desk/cases/{code}/")

    def act(self, code: str, name: str) -> None:
        who = {"dispatch": "dispatcher", "approve": "approver"}.get(name, "handler")
        fields = {
            "dispatch": {"to": self.people.to},
            "draft": {"kind": "answer", "result": "answered", **texts.answer(self.rng)},
            "serve": {"method": "phone"},
        }.get(name, {})
        self.by[who].post(f"/desk/cases/{code}/{name}/", version=self.VERSION[name], **fields)
        self.by[who].cookies.pop("messages", None)  # shown, and taken away, by the page that a browser opens next

    def secrets(self, codes: Iterable[str]) -> list[tuple[str, str]]:
        from bandeng.speak.casework import api as cases

        return [(case.code, case.secret()) for case in cases.Case.objects.filter(code__in=list(codes))]

    def look_up(self, receipt: tuple[str, str]) -> None:
        """Type what stands on the receipt, and read the page it leads to."""
        _status, location, _body = self.resident.post("/find/", code=receipt[0], secret=receipt[1])
        self.resident.get(location)


def ratios(result: dict) -> dict:
    """Hold Bandeng's pages against the peer's, CPU and statements."""
    pairs = {"create": "create", "queue, an office": "list", "case page": "detail"}
    cost, peer = result["pages"], result["helpdesk"]["pages"]
    queries, peer_queries = result["queries"], result["helpdesk"]["queries"]
    return {
        ours: {
            "cpu": round(cost[ours]["cpu_ms"] / peer[theirs]["cpu_ms"], 2),
            "statements": round(queries[ours]["statements"] / peer_queries[theirs]["statements"], 2),
        }
        for ours, theirs in pairs.items()
    }


if __name__ == "__main__":
    main()
