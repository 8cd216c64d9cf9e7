"""Who is killed, in which order, and how each comes back."""

import os
import time
from collections import Counter
from dataclasses import asdict, dataclass
from random import Random

from .browser import Site
from .installation import STARTING, NotStarted, Postgres, Processes, kill, kill_group

IN_FLIGHT = 4
INTO_LEARNING = (0.5, 4.0)  # seconds of learning before it is killed: loading, reading, learning, writing
WEB_PROCESS, WEB, WORKER, POSTMASTER, BACKEND = "web process", "web, all of it", "worker", "postmaster", "backend"
LEARNING = "learning"


class TooQuiet(AssertionError):
    """Fewer than four requests were on their way: a kill then would show nothing."""


@dataclass
class Kill:
    """One kill: whom, and how many requests were on their way at that moment."""

    what: str
    in_flight: int = 0
    cut: int = 0  # requests that got no whole answer between this kill and the end of its check
    back_after: float = 0.0


def plan(count: int, store: str, rng: Random) -> list[str]:
    """Lay out the kills: on PostgreSQL a quarter are of the database itself; web and worker share the rest."""
    own = -(-count // 4) if store == "postgresql" else 0
    kills = [(POSTMASTER, POSTMASTER, BACKEND)[n % 3] for n in range(own)]
    kills += [(WEB_PROCESS, WORKER, WEB, LEARNING)[n % 4] for n in range(count - own)]
    rng.shuffle(kills)
    return kills


class Killer:
    """Waits for enough requests to be on their way, kills, and brings back what does not come back by itself."""

    def __init__(self, site: Site, processes: Processes, postgres: Postgres | None, rng: Random):
        self.site, self.processes, self.postgres, self.rng = site, processes, postgres, rng
        self.too_late = 0  # learning that had ended when it was to be killed
        self.restarts: Counter = Counter()  # of what ended by itself and was started by the service manager

    def strike(self, what: str) -> Kill:
        """Kill once; return when the site is whole again."""
        target = self._target(what)
        in_flight = self._wait_for_traffic(what, target)
        done, began, cut = Kill(what, in_flight), time.monotonic(), self.site.cut
        self._bring_back(what)
        done.back_after = round(time.monotonic() - began, 2)
        done.cut = self.site.cut - cut
        return done

    def _target(self, what: str) -> int | None:
        if what == LEARNING:
            return self.processes.learning(self.rng.uniform(*INTO_LEARNING))
        if what == WEB_PROCESS:
            return self.processes.one_web_worker(self.rng)
        return self.rng.choice(self.postgres.backends()) if what == BACKEND else None

    def _wait_for_traffic(self, what: str, target: int | None) -> int:
        """Kill at the first moment with enough requests on their way; the count is read and held while it happens."""
        until = time.monotonic() + 30
        while time.monotonic() < until:
            with self.site.lock:
                if (count := self.site.in_flight) >= IN_FLIGHT:
                    self._kill(what, target)
                    return count
            time.sleep(0.002)
        raise TooQuiet(f"never {IN_FLIGHT} requests in flight before killing {what}")

    def _kill(self, what: str, target: int | None) -> None:
        if target is not None:
            kill(target)
        elif what == WEB:
            os.killpg(self.processes.web.pid, 9)
        elif what == WORKER:
            os.killpg(self.processes.worker.pid, 9)
        else:
            kill(self.postgres.process.pid)

    def _bring_back(self, what: str) -> None:
        if what == WEB:
            kill_group(self.processes.web)
            self.processes.start_web()
        elif what == WORKER:
            kill_group(self.processes.worker)
            self.processes.start_worker()
        elif what == LEARNING:
            kill_group(self.processes.learner)
            self.too_late += self.processes.learner.returncode == 0
        elif what == POSTMASTER:
            self.postgres.process.wait(30)
            self.postgres.start()
        self.wait_until_whole()

    def wait_until_whole(self) -> None:
        """Wait until both web processes are there, the database takes connections, and a page comes with 200."""
        answered, until = self.site.answers[200], time.monotonic() + STARTING
        while time.monotonic() < until:
            self._restart_what_ended()
            is_up = len(self.processes.web_workers()) >= 2 and (self.postgres is None or self.postgres.is_ready())
            if is_up and self.site.answers[200] > answered + 10:
                return
            time.sleep(0.05)
        raise NotStarted("the site did not come back")

    def _restart_what_ended(self) -> None:
        """Do as `Restart=always` does. Granian ends by itself when one of its processes dies twice within 5.5 s."""
        for name, start in (("web", self.processes.start_web), ("worker", self.processes.start_worker)):
            process = getattr(self.processes, name)
            if process.poll() is not None:
                kill_group(process)
                self.restarts[name] += 1
                start()


def summary(kills: list[Kill]) -> list[dict]:
    """Give the kills as plain data."""
    return [asdict(each) for each in kills]
