"""One store's run: `python -m torture.store sqlite 12 --seed 3 --out FILE`. Django is set up for this one database."""

import argparse
import json
import os
import platform
import threading
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from random import Random

from tools.with_postgres import free_port

from . import heads, judging, kills
from .browser import Browser, Site
from .clients import Resident, Team, World
from .installation import Home, Postgres, Processes
from .journal import ASKED, CUT, TOLD, Journal
from .providers import Provider, sms, smtp

RESIDENTS = 7
UNLEARNING = {kills.LEARNING, kills.WORKER}  # kills that end learning: the worker's own child dies with it
BETWEEN = (0.8, 2.0)  # seconds of work between two kills
FULL_SECONDS = 5.0
# Pauses of the outbox grow to six hours: the last messages go out under a clock that runs ahead.
FOUL = 3  # of these steps with providers as bad as before
AHEAD = [timedelta(minutes=m) for m in (0, 4, 8, 20, 60, 240, 700, 1200, 1700, 2200)]


class Run:
    """Everything of one store, from an empty directory to the verdict."""

    def __init__(self, store: str, count: int, seed: int):
        self.store, self.seed, self.rng = store, seed, Random(f"{store}-{seed}")
        self.plan = kills.plan(count, store, self.rng)
        self.beside = max(4, count // 10)  # kills between two looks of `check` and `verify` beside the running site
        self.home = Home(512 if count < 50 else 3072)
        self.postgres = Postgres() if store == "postgresql" else None
        self.sms, self.mail = Provider("sms", sms, seed), Provider("email", smtp, seed + 1)
        port = free_port()
        self.site = Site(port)
        url = self.postgres.url if self.postgres else f"sqlite:///{self.home.path}/bandeng.sqlite3"
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "bandeng.config.settings",
            "BANDENG_HOME": str(self.home.path),
            "BANDENG_KEYS": str(self.home.path / "keys"),
            "BANDENG_DATABASE": url,
            "BANDENG_BASE_URL": f"http://127.0.0.1:{port}",
            "BANDENG_LOG_ORIGIN": "torture.example/log",
            "BANDENG_SMS_URL": f"http://127.0.0.1:{self.sms.port}/send",
            "BANDENG_SMTP_URL": f"smtp://127.0.0.1:{self.mail.port}",
        }
        self.processes = Processes(self.home.path, port, dict(os.environ))
        self.journal = Journal(self.home.path.parent / f"{self.home.path.name}.journal")
        self.faults: list[str] = []
        self.kills: list[kills.Kill] = []
        self.full: dict = {}
        self.timings: dict[str, float] = {}

    def go(self) -> dict:
        """Set up, torture, judge; give the result."""
        began = time.monotonic()
        self._set_up()
        self.timings["set up"] = time.monotonic() - began
        watch, threads = heads.Watch(self.site), self._people()
        watching = watch.start()
        self._strike_all()
        self.timings["killed until"] = time.monotonic() - began
        self._drain(threads)
        self._catch_up()
        browser = Browser(self.site, threading.Event())
        watch.look(browser)
        watch.stop.set()
        watching.join(10)
        self._judge(watch, browser)
        self.timings["all"] = time.monotonic() - began
        return self._result(watch)

    def _set_up(self) -> None:
        from .county import bring, queue_messages

        if self.postgres:
            self.postgres.start()
        self._command("migrate")
        import django

        django.setup()
        from bandeng.ground.core import clock

        self.world = World(self.site, self.journal, bring(now=clock.now()))
        queue_messages(5 * len(self.plan), 6.0 * len(self.plan), self.seed, now=clock.now())
        self.processes.start_web()
        self.processes.start_worker()

    def _command(self, *words: str) -> dict | str:
        done = self.processes.run(*words)
        if done.returncode not in (0, 1):
            raise RuntimeError(f"bandeng {' '.join(words)}: {done.returncode}\n{done.stderr[-2000:]}")
        return json.loads(done.stdout) if "--json" in words else done.stdout

    def _people(self) -> list[threading.Thread]:
        world = self.world
        import queue

        world.to_handle += [queue.SimpleQueue() for _team in world.teams]
        teams = [Team(world, number, self.seed) for number in range(len(world.teams))]
        for team in teams:
            team.sign_in()
        threads = [world.client(team.live, f"team {team.number}") for team in teams]
        residents = [Resident(world, "r", number, self.seed) for number in range(RESIDENTS)]
        return threads + [world.client(r.live, f"resident {r.number}") for r in residents]

    def _strike_all(self) -> None:
        killer = kills.Killer(self.site, self.processes, self.postgres, self.rng)
        self.restarts, self.killer = killer.restarts, killer
        killer.wait_until_whole()
        seen = 0
        for number, what in enumerate(self.plan):
            if number == len(self.plan) // 2 and self.home.can_be_filled:
                self._fill_the_disk()
            time.sleep(self.rng.uniform(*BETWEEN))
            learned = self._learned() if what in UNLEARNING else {}
            self.kills.append(killer.strike(what))
            if what in UNLEARNING:
                spoilt = judging.unlearned(learned, self._learned())
                self.faults += [f"after kill {number + 1} ({what}): {each}" for each in spoilt]
            seen = self._still_there(seen, f"after kill {number + 1} ({what})")
            print(f"{self.store}: {number + 1}/{len(self.plan)} {what}: {self.kills[-1].in_flight} in flight,"
                  f" back after {self.kills[-1].back_after} s, {seen} promises kept so far", flush=True)  # fmt: skip
            if number % self.beside == self.beside - 1:
                self._look_beside(f"after kill {number + 1}")
            if self.faults or self.world.failures:
                break

    def _learned(self) -> dict:
        """Give the models in use, on a connection of its own: the last one may have been killed."""
        from django.db import connections

        from . import facts

        connections["default"].close()
        found = facts.learned()
        connections["default"].close()
        return found

    def _look_beside(self, when: str) -> None:
        """Ask `check` and `verify` while the site is at work: they must not cry wolf. Few are dead letters by now."""
        checked, verified = self._command("check", "--json"), self._command("verify", "--json")
        errors = [f for f in checked["findings"] if not f["is_warning"] and f["code"] != "outbox-dead"]
        self.faults += [f"{when}: check: {f['code']} {f['subject']} {f['message']}" for f in errors]
        self.faults += [f"{when}: verify: {f['kind']} {f['key']} {f['what']}" for f in verified["broken"]]

    def _still_there(self, seen: int, when: str) -> int:
        """Look for everything acknowledged since the last look; give how many promises there are by now."""
        from django.db import connections

        from . import facts

        told = [promise for event, promise in self.journal.events() if event == TOLD]
        connections["default"].close()
        fresh = told[seen:]
        here = facts.read(facts.codes_of(fresh)) if fresh else judging.Facts()
        connections["default"].close()
        self.faults += [f"{when}: {each}" for each in judging.losses(fresh, [], here)]
        return len(told)

    def _fill_the_disk(self) -> None:
        """Leave no byte for a while: pages say so, nothing acknowledged goes, and it works again when there is room."""
        clear, taken = self.site.clear_pages, self._told()
        self.home.fill()
        time.sleep(FULL_SECONDS)
        during = self.site.clear_pages - clear
        self.home.empty()
        began, before = time.monotonic(), self._told()
        while self._told() < before + 5 and time.monotonic() < began + 60:
            time.sleep(0.1)
        if self._told() < before + 5:
            self.faults.append("full disk: the site did not come back when there was room")
        if not during:
            self.faults.append("full disk: nobody saw a page that says so")
        self.full = {"file system": self.home.kind, "seconds": FULL_SECONDS, "clear pages": during,
                     "acknowledged meanwhile": before - taken,
                     "acknowledged again after s": round(time.monotonic() - began, 2)}  # fmt: skip

    def _told(self) -> int:
        return sum(1 for event, _promise in self.journal.events() if event == TOLD)

    def _drain(self, threads: list[threading.Thread]) -> None:
        """Let everybody finish what they are at, so that nothing stays unknown."""
        self.world.finish.set()
        for thread in threads:
            thread.join(60)
        self.world.stop.set()
        self.faults += [f"{thread.name} does not come to an end" for thread in threads if thread.is_alive()]

    def _catch_up(self) -> None:
        """Let the worker do what waits, then all that waits for later; providers stay bad for the first tries."""
        from bandeng.config import worker
        from bandeng.ground.core import clock

        for provider in (self.sms, self.mail):
            provider.be_quick()
        if (code := self.processes.stop_worker()) not in {0, 1}:  # 1: a task was resting after a failure
            self.faults.append(f"the worker ended with {code} when asked to")
        self._command("worker", "--once")
        before, made = self._learned(), self._command("learn", "--json")
        self.learned = after = self._learned()
        self.faults += judging.unlearned(before, after)
        new = [(model["subject"], model["number"]) for model in made]
        self.faults += [f"{subject} was learned and is not in use" for subject, n in new if (subject, n) not in after]
        wanted = {"messaging.deliver", "files.clean", "ledger.sequence"}
        tasks = [task for task in worker.tasks() if task.name in wanted]
        for number, ahead in enumerate(AHEAD):
            if number == FOUL:
                self.sms.be_fair()
                self.mail.be_fair()
            later = worker.Clock()
            later.now = lambda ahead=ahead: clock.now() + ahead
            if worker.run(tasks, threading.Event(), once=True, clock=later):
                self.faults.append(f"the worker failed while catching up, {ahead} ahead")
        self._command("worker", "--once")  # what was sent stands in the log by now: more than an index may lack

    def _judge(self, watch: heads.Watch, browser: Browser) -> None:
        from . import facts

        events = list(self.journal.events())
        self.promises = {name: [p for event, p in events if event == name] for name in (ASKED, TOLD, CUT)}
        self.facts = facts.read()
        self.faults += judging.losses(self.promises[TOLD], self.promises[ASKED], self.facts)
        checked, verified = self._command("check", "--json"), self._command("verify", "--json")
        errors = [f for f in checked["findings"] if not f["is_warning"]]
        alarms = [f["message"] for f in errors if f["code"] == "outbox-dead"]
        self.faults += [f"check: {f['code']} {f['subject']}" for f in errors if f["code"] != "outbox-dead"]
        # After the worker had its say the index is whole and up to the log, whatever was killed while it was fed.
        self.faults += [f"check: {f['code']}" for f in checked["findings"] if f["code"].startswith("search-")]
        self.faults += [f"verify: {f['kind']} {f['key']} {f['what']}" for f in verified["broken"]]
        self.outbox = facts.outbox(alarms)
        self.faults += judging.message_faults(self.sms.deliveries + self.mail.deliveries, self.outbox)
        seen = watch.heads()
        leaves = heads.leaves(browser, seen[-1][0])
        self.faults += judging.forks(seen, leaves) + heads.unsigned(watch.notes, browser)
        self.faults += heads.false_receipts(self.world.receipts, browser)
        self.faults += self.world.failures
        self.faults += [f"no clear page: {what}, {n} times" for what, n in Counter(self.site.unclear).items()]
        self.verified = verified["checked"]

    def _result(self, watch: heads.Watch) -> dict:
        told = Counter(p.kind for p in self.promises[TOLD])
        taken = Counter(d.key for d in self.sms.deliveries + self.mail.deliveries if d.was_taken)
        return {
            "store": self.store,
            "seed": self.seed,
            "machine": {"cores": os.cpu_count(), "load": os.getloadavg()[0], "python": platform.python_version()},
            "planned": len(self.plan),
            "kills": kills.summary(self.kills),
            "acknowledged": dict(told),
            "ended and restarted": dict(self.restarts),
            "learning": {"models in use": len(self.learned), "had ended before its kill": self.killer.too_late},
            "attempts cut off": len(self.promises[CUT]),
            "answers": {str(k): v for k, v in sorted(self.site.answers.items())},
            "full disk": self.full or {"file system": self.home.kind},
            "messages": dict(Counter(row.state for row in self.outbox)),
            "taken more than once": sum(1 for n in taken.values() if n > 1),
            "moods": {"sms": dict(self.sms.moods), "smtp": dict(self.mail.moods)},
            "heads": len(watch.notes),
            "receipts": len(self.world.receipts),
            "verified": self.verified,
            "refused files": sum(n for (kind, _c, _x), n in self.facts.things.items() if kind == "refused"),
            "seconds": {name: round(value, 1) for name, value in self.timings.items()},
            "faults": self.faults,
        }

    def clean_up(self) -> None:
        """End and remove everything, whatever happened."""
        from django.db import connections

        if hasattr(self, "world"):
            self.world.finish.set()
            self.world.stop.set()
            connections.close_all()
        self.processes.remove()
        self.sms.close()
        self.mail.close()
        if self.postgres:
            self.postgres.remove()
        self.journal.close()
        self.journal.path.unlink(missing_ok=True)
        self.home.remove()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("store", choices=["sqlite", "postgresql"])
    parser.add_argument("kills", type=int)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    run = Run(args.store, args.kills, args.seed)
    try:
        result = run.go()
    finally:
        if os.environ.get("TORTURE_LOG"):
            Path(os.environ["TORTURE_LOG"]).write_bytes(Path(run.processes.log.name).read_bytes())
        run.clean_up()
    args.out.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n")
    for fault in result["faults"]:
        print(f"{args.store}: {fault}")
    return 1 if result["faults"] or len(result["kills"]) < args.kills else 0


if __name__ == "__main__":
    raise SystemExit(main())
