"""How the web pages are served."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from tests.config import processes

LOADED = """
import json, os, threading
from bandeng.config import wsgi
from django.db import connections
open_ones = [each.alias for each in connections.all() if each.connection is not None]
print(json.dumps([open_ones, threading.active_count(), len(os.listdir("/proc/self/task"))]))
"""

FORKED = """
import os, secrets
from bandeng.ground.core import ids
ids.new_id(), secrets.token_hex()  # what makes them is warm before the fork, which is the worst that can be
for _ in range(2):
    if not os.fork():
        os.write(1, "".join(f"{ids.new_id()} {secrets.token_hex(8)}\\n" for _ in range(50)).encode())
        os._exit(0)
    os.wait()
"""


@pytest.fixture
def migrated(tmp_path):
    env = processes.environment(tmp_path / "home")
    processes.bandeng("migrate", env=env)
    return env


def answers(port: int) -> int:
    """Give the status of the first page, as soon as somebody listens."""
    until = time.monotonic() + 20
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=20) as answer:
                return answer.status
        except OSError:
            if time.monotonic() > until:
                raise


def children(pid: int) -> set[int]:
    return set(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))


def output(script: str, env: dict[str, str]) -> str:
    done = subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, text=True, check=True)
    return done.stdout


def test_the_server_gives_memory_back_that_a_request_needed_for_a_moment(tmp_path, migrated):
    port = processes.free_port()
    with processes.serving(port, log=tmp_path / "log", env=migrated) as server:
        variables = Path(f"/proc/{server.pid}/environ").read_bytes().decode().split("\0")
        assert {"MALLOC_ARENA_MAX=1", f"MALLOC_MMAP_THRESHOLD_={256 * 1024}"} <= set(variables)


def test_loading_opens_no_connection_and_starts_no_thread_that_a_fork_would_take_along(migrated):
    told = json.loads(output(LOADED, {**migrated, "OPENBLAS_NUM_THREADS": "1"}))
    assert told == [[], 1, 1]


def test_forked_processes_make_ids_and_secrets_of_their_own(migrated):
    lines = output(FORKED, migrated).split()
    assert len(lines) == 200
    assert len(set(lines)) == 200


def test_most_of_what_is_loaded_is_in_memory_once_for_all_processes(tmp_path, migrated):
    port = processes.free_port()
    with processes.serving(port, log=tmp_path / "log", env=migrated, workers=2) as server:
        assert answers(port) == 200
        for pid in children(server.pid):
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
            kib = {name.rstrip(":"): int(size) for name, size, *_unit in map(str.split, lines)}
            assert kib["Shared_Dirty"] > kib["Private_Dirty"]


def test_a_process_that_died_is_replaced_by_the_same_release_while_another_is_being_installed(tmp_path, migrated):
    source = shutil.copytree(processes.SOURCE, tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    env = {**migrated, "PYTHONPATH": str(source), "PYTHONDONTWRITEBYTECODE": "1"}
    port = processes.free_port()
    with processes.serving(port, log=tmp_path / "log", env=env) as server:
        assert answers(port) == 200
        (source / "bandeng" / "config" / "wsgi.py").write_text("half a fi")
        before = children(server.pid)
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        assert answers(port) == 200
        assert not children(server.pid) & before
