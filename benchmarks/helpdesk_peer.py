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


def measure(store: str, tickets: int, requests: int, timed: Callable) -> dict:
    """Give CPU, percentiles and statements of create, list and detail with so many tickets there."""
    python = _python()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=environment.CACHE)))
        server = None
        if store == "postgresql":
            folder.chmod(0o755)
            server = stores.Postgres(folder / "pg")
            server.start()
            stack.callback(server.stop)
        url = server.url if server else f"sqlite://{folder / 'helpdesk.sqlite3'}"
        env = {
            "HELPDESK_DATABASE": url,
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
        with _running(python, WSGI, env) as (port, web):
            meters = {"web": web.cpu_seconds} | ({"database": server.cpu_seconds} if server else {})
            visits = Visits(port, known)
            for n in range(15):
                visits.create(n)
                visits.list(n)
                visits.detail(n)
            pages = {
                name: timed(do, range(requests), meters)
                for name, do in (("create", visits.create), ("list", visits.list), ("detail", visits.detail))
            }
            memory = web.private_mib()
            if served.mail_sink().taken < requests:
                raise SystemExit("helpdesk told nobody of their ticket")
        queries = _queries(python, env, folder, known)
    return {"tickets": tickets, "pages": pages, "queries": queries, "memory": memory}


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
