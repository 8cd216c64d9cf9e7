"""Upgrading without closing: the last release's web runs on while this version migrates, and nothing is lost.

Needs the history (a clone that is not shallow) to have the last release's program.
"""

import json
import os
import subprocess
import tarfile
import threading
import uuid
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from tests.config import processes
from tests.config.visitor import WORDS, Visitor
from tools import upgrades

ROOT = Path(__file__).resolve().parents[2]
COUNTY = ROOT / "src" / "bandeng" / "config" / "demo" / "county"
TABLES = ("areas", "offices")
COMMIT = [*upgrades.released()["releases"].values()][-1]
FIRST, OWN = "wheat-lantern-river", "copper-meadow-kettle"


def git(*words: str, **more) -> subprocess.CompletedProcess:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, check=False, **more)


pytestmark = pytest.mark.skipif(
    git("cat-file", "-e", f"{COMMIT}^{{commit}}").returncode != 0,
    reason="the last release is not in this clone's history (shallow?): git fetch --unshallow",
)


def test_what_was_released_is_not_written_anew():
    """A county has run these files; a change in one of them reaches nobody."""
    changed = git("diff", "--name-only", "--diff-filter=MDR", COMMIT, "--", "src/**/migrations/0*.py").stdout.decode()
    assert changed == ""


def test_the_list_names_the_newest_migrations_of_the_release():
    files = git("ls-tree", "-r", "--name-only", COMMIT, "src").stdout.decode().splitlines()
    newest = {}
    for path in sorted(map(Path, files)):
        if path.parent.name == "migrations" and path.name[0].isdigit():
            newest[path.parent.parent.name] = path.stem
    assert {label: name for label, name in upgrades.released()["migrations"].items() if name} == newest


@pytest.fixture(scope="module")
def old_source(tmp_path_factory) -> Path:
    """The last release's program."""
    tree = tmp_path_factory.mktemp("old")
    packed = tree / "old.tar"
    assert git("archive", "-o", str(packed), COMMIT, "src").returncode == 0
    with tarfile.open(packed) as archive:
        archive.extractall(tree, filter="data")
    (tree / "build").symlink_to((ROOT / "build").resolve())
    return tree / "src"


@pytest.fixture
def database(tmp_path):
    """A database of its own, on the store that the tests run on."""
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        yield f"sqlite:///{tmp_path}/county.sqlite3"
        return
    import psycopg

    url, name = os.environ["BANDENG_DATABASE"], f"upgrade_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(url, autocommit=True) as line:
        line.execute(f'CREATE DATABASE "{name}"')
    yield url.rpartition("/")[0] + f"/{name}"
    with psycopg.connect(url, autocommit=True) as line:
        line.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def talking(port: int):
    """Residents who go on speaking to one server until the block ends; gives their receipts. Each failure is raised."""
    receipts, problems, stop = [], [], threading.Event()

    def speak() -> None:
        while not stop.is_set():
            try:
                visitor = Visitor(port)
                receipts.append(visitor.speak())
                code, secret = receipts[-1]
                assert WORDS in visitor.get(f"/r/{code}/{secret}").text
            except Exception as error:  # raised again below, in the test's own thread
                problems.append(error)
                return

    people = [threading.Thread(target=speak, daemon=True) for _ in range(2)]
    for person in people:
        person.start()
    try:
        yield receipts
    finally:
        stop.set()
        for person in people:
            person.join(60)
    assert not problems, problems


def until(receipts: list, more: int) -> None:
    """Wait until so many more have spoken."""
    enough, waiting = len(receipts) + more, threading.Event()
    for _ in range(600):
        if len(receipts) >= enough:
            return
        waiting.wait(0.1)
    pytest.fail("nobody gets through any more")


def found_in(port: int, receipts: list[tuple[str, str]]) -> list[str]:
    """Open every matter by its receipt; give the codes of those that are not whole."""
    return [code for code, secret in receipts if WORDS not in Visitor(port).get(f"/r/{code}/{secret}").text]


def clerk(port: int, password: str) -> Visitor:
    visitor = Visitor(port)
    visitor.sign_in("zhaolei", password)
    return visitor


def settle(env: dict) -> None:
    """Set a county up as one does: migrate, import, a first clerk."""
    processes.bandeng("migrate", env=env)
    for table in TABLES:
        processes.bandeng("import", table, str(COUNTY / f"{table}.csv"), env=env)
    whose = ["--username", "zhaolei", "--name", "赵磊", "--role", "receptionist", "--office", "qzzx"]
    processes.bandeng("createuser", *whose, "--password", FIRST, env=env)


def test_the_last_release_runs_on_while_this_one_migrates_and_nothing_is_lost(tmp_path, old_source, database):
    shared = {"BANDENG_DATABASE": database, "BANDENG_LOG_ORIGIN": "upgrade.example/log", "BANDENG_DEBUG": "0"}
    old = processes.environment(tmp_path / "home", old_source, **shared)
    new = processes.environment(tmp_path / "home", **shared)
    old_port, new_port = processes.free_port(), processes.free_port()
    settle(old)
    with processes.serving(old_port, log=tmp_path / "old.log", env=old), talking(old_port) as receipts:
        person = clerk(old_port, FIRST)
        person.post("/desk/account/password/", {"old": FIRST, "new": OWN, "again": OWN})
        until(receipts, 3)
        processes.bandeng("migrate", env=new)
        until(receipts, 3)
        assert found_in(old_port, list(receipts)) == []
        assert person.get("/desk/queue/").status == 200
        with processes.serving(new_port, log=tmp_path / "new.log", env=new), talking(new_port) as later:
            until(receipts, 2)
            until(later, 2)
            assert found_in(new_port, list(receipts)) == found_in(old_port, list(later)) == []
            assert clerk(new_port, OWN).get("/desk/queue/").status == 200
    processes.bandeng("worker", "--once", env=new)
    with processes.serving(new_port, log=tmp_path / "new.log", env=new):
        assert found_in(new_port, receipts + later) == []
    checked = json.loads(processes.bandeng("check", "--json", env=new).stdout)
    assert {finding["code"] for finding in checked["findings"]} <= {"calendar-ends"}
    verified = json.loads(processes.bandeng("verify", "--json", env=new).stdout)
    assert verified["is_intact"], verified
    assert "Traceback" not in (tmp_path / "old.log").read_text() + (tmp_path / "new.log").read_text()
