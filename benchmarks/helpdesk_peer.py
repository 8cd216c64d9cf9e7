"""django-helpdesk, made, filled and asked in the same run, on the same server and the same kind of store."""

import json
import os
import subprocess
import sys
import tempfile
from base64 import b64encode
from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import fmean

from . import environment, served, stores

HERE = Path(__file__).resolve().parent / "peers" / "helpdesk"
PLACE = environment.CACHE / "peers" / "helpdesk"
SETTINGS = "benchmarks.peers.helpdesk.settings"
WSGI = "benchmarks.peers.helpdesk.application:application"


def _python() -> Path:
    """Make the peer's environment where it is not there yet."""
    python = PLACE / "bin" / "python"
    wanted = (HERE / "requirements.txt").read_text()
    made = PLACE / "requirements.txt"
    if not python.exists() or not made.exists() or made.read_text() != wanted:
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(PLACE)], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "-q", "-r", HERE / "requirements.txt"], check=True)
        made.write_text(wanted)
    return python


class Peer:
    """The help desk at work: asked for a page in turns with ours, since a machine's minutes differ."""

    def __init__(self, visits: "Visits", meters: dict[str, Callable[[], float]], memory: Callable[[], dict]):
        self.visits, self.meters, self.memory = visits, meters, memory
        self.found: dict[str, list[dict]] = {}

    def measure(self, page: str, requests: int, timed: Callable) -> None:
        """Ask so often for a page: create, list or detail."""
        self.found.setdefault(page, []).append(timed(getattr(self.visits, page), range(requests), self.meters))

    def pages(self) -> dict[str, dict]:
        """Give for each page the mean of the turns; each had as many requests."""
        return {
            page: {key: round(fmean(turn[key] for turn in turns), 2) for key in turns[0]}
            | {"requests": sum(turn["requests"] for turn in turns)}
            for page, turns in self.found.items()
        }


@contextmanager
def running(store: str, tickets: int):
    """Give the help desk with so many tickets, and a function that counts its statements once it is not asked more."""
    python = _python()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=environment.CACHE)))
        server = None
        if store == "postgresql":
            folder.chmod(0o755)
            server = stack.enter_context(stores.running(folder / "pg"))
        env = {
            "HELPDESK_DATABASE": server.url if server else f"sqlite://{folder / 'helpdesk.sqlite3'}",
            "HELPDESK_FILES": str(folder),
            "HELPDESK_SMTP_PORT": str(served.mail_sink().port),
            "DJANGO_SETTINGS_MODULE": SETTINGS,
        }
        paths = {"PYTHONPATH": str(environment.HERE.parent)}
        done = subprocess.run(
            [python, "-m", "benchmarks.peers.helpdesk.prepare", str(tickets)],
            env={**os.environ, **env, **paths}, cwd=environment.HERE.parent,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise SystemExit(done.stderr[-2000:])
        known = json.loads(done.stdout.splitlines()[-1])
        port, web = stack.enter_context(_running(python, WSGI, env))
        visits = Visits(port, known)
        for n in range(15):
            visits.create(n)
            visits.list(n)
            visits.detail(n)
        meters = {"web": web.cpu_seconds} | ({"database": server.cpu_seconds} if server else {})
        yield Peer(visits, meters, web.private_mib), lambda: _queries(python, env, folder, known)


@contextmanager
def _running(python: Path, application: str, env: dict):
    port = served.free_port()
    web = served.Process(served.granian(python, port, application), env)
    try:
        served.wait_until_up(port)
        yield port, web
    finally:
        web.stop()


def _queries(python: Path, env: dict, folder: Path, known: dict) -> dict:
    log, found = folder / "counted", {}
    with _running(python, "benchmarks.counted:application", {**env, "COUNTED_TO": str(log)}) as (port, _web):
        visits = Visits(port, known)
        for name, do in (("create", visits.create), ("list", visits.list), ("detail", visits.detail)):
            do(0)
            log.unlink(missing_ok=True)
            do(1)
            lines = [json.loads(line) for line in log.read_text().splitlines()]
            found[name] = {key: sum(line[key] for line in lines) for key in ("statements", "control")}
    return found


class Visits:
    """A member of staff: hands a ticket in, looks at the list with its rows, looks at a ticket."""

    # What the list's own script asks for: the open tickets, newest first, as many as our page of a queue shows.
    QUERY = b64encode(
        json.dumps(
            {
                "filtering": {"status__in": [1, 2]}, "filtering_null": {}, "sorting": "created", "sortreverse": False,
                "search_string": "",
            }
        ).encode()
    ).decode()  # fmt: skip
    ROWS = "draw=1&start=0&length=50&search[value]=&search[regex]=false&order[0][column]=0&order[0][dir]=asc" + "".join(
        f"&columns[{n}][data]={n}" for n in range(10)
    )

    def __init__(self, port: int, known: dict):
        self.known = known
        self.clerk = served.Visitor(port, {"sessionid": known["session"]})
        self.clerk.get("/tickets/submit/")

    def create(self, n: int) -> None:
        self.clerk.post(
            "/tickets/submit/", queue=self.known["queue"], title=f"Water does not come {n}", priority=3, assigned_to="",
            body="There has been no water in the upper lane since Monday. " * 6, submitter_email=f"new{n}@example.org",
        )  # fmt: skip

    def list(self, _n: int) -> None:
        self.clerk.get("/tickets/")
        _status, _location, content = self.clerk.get(f"/datatables_ticket_list/{self.QUERY}?{self.ROWS}")
        if len(json.loads(content)["data"]) != 50:
            raise SystemExit("helpdesk's list did not give 50 rows")

    def detail(self, n: int) -> None:
        ids = self.known["open"]
        self.clerk.get(f"/tickets/{ids[n % len(ids)]}/")
