"""An installation as a county runs it: a home on a small file system, a database, `serve`, `worker`; all killable."""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from random import Random

from tools.with_postgres import binaries, free_port

ROOT = Path(__file__).resolve().parent.parent
MEGABYTE = 1024 * 1024
STARTING = 60.0


class NotStarted(RuntimeError):
    """A process of the site did not come up in its time."""


def kill(pid: int) -> None:
    """End one process of ours at once; one that is gone is fine."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def kill_group(process: subprocess.Popen) -> None:
    """End a process of ours and everything in its group at once, and wait until all are gone, as systemd does."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(30)
    until = time.monotonic() + 30
    while _living(process.pid) and time.monotonic() < until:
        time.sleep(0.01)


def _living(group: int) -> bool:
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError):
            state, _parent, own_group = stat.read_text().rpartition(")")[2].split()[:3]
            if int(own_group) == group and state not in "ZX":
                return True
    return False


def children(pid: int) -> dict[int, str]:
    """Give the children of a process: pid → command line."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError):
            parts = stat.read_text().rpartition(")")[2].split()
            if int(parts[1]) == pid and parts[0] != "Z":
                line = (stat.parent / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                found[int(stat.parent.name)] = line
    return found


def _catches(pid: int, number: int) -> bool:
    """Tell whether a process has a handler for a signal."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("SigCgt:"):
                return bool(int(line.split()[1], 16) >> (number - 1) & 1)
    return True  # it is gone: nothing to wait for


class Home:
    """A directory on a file system of its own that can be filled to the last byte."""

    def __init__(self, megabytes: int):
        self.path = Path(tempfile.mkdtemp(prefix="bandeng-torture-"))
        self.kind = "tmpfs"
        mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0700", "bandeng-torture", str(self.path)]
        if subprocess.run(mount, check=False, stderr=subprocess.DEVNULL).returncode:
            self.kind = "none"  # no right to mount: disks are not filled then, and the report says so
        self._filler = self.path / "filler"

    @property
    def can_be_filled(self) -> bool:
        return self.kind == "tmpfs"

    def fill(self) -> None:
        """Take every free byte."""
        with contextlib.suppress(OSError), self._filler.open("ab", buffering=0) as file:
            while file.write(bytes(MEGABYTE)):
                pass
        with contextlib.suppress(OSError), self._filler.open("ab", buffering=0) as file:
            while file.write(bytes(512)):
                pass

    def empty(self) -> None:
        """Give the room back."""
        self._filler.unlink(missing_ok=True)

    def remove(self) -> None:
        if self.can_be_filled:
            subprocess.run(["umount", "-l", str(self.path)], check=False)
        shutil.rmtree(self.path, ignore_errors=True)


class Postgres:
    """A PostgreSQL of our own, with the safety a county's has."""

    def __init__(self) -> None:
        self.root, self.programs, self.port = (
            Path(tempfile.mkdtemp(prefix="bandeng-torture-pg-")),
            binaries(),
            free_port(),
        )
        self.as_user: list[str] = []
        if os.getuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(self.root, user.pw_uid, user.pw_gid)
            self.as_user = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
        self.process: subprocess.Popen | None = None
        command = [*self.as_user, self.programs / "initdb", "-D", self.root / "data", "-U", "bandeng", "-A", "trust",
                   "-E", "UTF8", "--locale=C.UTF-8"]  # fmt: skip
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/")

    @property
    def url(self) -> str:
        return f"postgres://bandeng@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Start it, and wait until it has recovered; after a kill its orphans may need a moment to go."""
        settings = {"port": self.port, "listen_addresses": "127.0.0.1", "unix_socket_directories": "",
                    "max_connections": 60, "log_min_messages": "fatal"}  # fmt: skip
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        command = [*self.as_user, self.programs / "postgres", "-D", self.root / "data", *options]
        until = time.monotonic() + STARTING
        while time.monotonic() < until:
            if self.process is None or self.process.poll() is not None:
                self.process = subprocess.Popen(command, cwd="/", stderr=subprocess.DEVNULL, start_new_session=True)
            if self.is_ready():
                return
            time.sleep(0.1)
        raise NotStarted("PostgreSQL did not come back.")

    def is_ready(self) -> bool:
        command = [self.programs / "pg_isready", "-h", "127.0.0.1", "-p", str(self.port), "-q"]
        return subprocess.run(command, check=False).returncode == 0

    def backends(self) -> list[int]:
        """List the processes that serve a client."""
        return [pid for pid, line in children(self.process.pid).items() if "bandeng postgres" in line]

    def remove(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(20)
            kill_group(self.process)
        shutil.rmtree(self.root, ignore_errors=True)


class Processes:
    """`bandeng serve --workers 2` and `bandeng worker`, each in a session of its own."""

    def __init__(self, home: Path, port: int, environment: dict[str, str]):
        self.port, self.env = port, environment
        self.log = (home.parent / f"{home.name}.log").open("ab")  # beside the home: it must grow while that is full
        self.web: subprocess.Popen | None = None
        self.worker: subprocess.Popen | None = None
        self.learner: subprocess.Popen | None = None

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "bandeng.config.cli", *words]

    def stop_worker(self) -> int:
        """Ask the worker to end, as a service manager does; give its exit code. It may finish starting first."""
        until = time.monotonic() + STARTING
        while not _catches(self.worker.pid, signal.SIGTERM) and time.monotonic() < until:
            time.sleep(0.05)
        self.worker.terminate()
        return self.worker.wait(60)

    def run(self, *words: str) -> subprocess.CompletedProcess:
        """Run a command of the installation to its end."""
        return subprocess.run(
            self.command(*words), env=self.env, check=False, capture_output=True, text=True, timeout=900, cwd=ROOT
        )

    def _start(self, *words: str) -> subprocess.Popen:
        return subprocess.Popen(
            self.command(*words), env=self.env, stdout=self.log, stderr=self.log, start_new_session=True, cwd=ROOT
        )

    def start_web(self) -> None:
        self.web = self._start("serve", "--workers", "2", "--port", str(self.port))

    def start_worker(self) -> None:
        self.worker = self._start("worker")

    def learning(self, seconds: float) -> int:
        """Start learning and let it go on for a while; give its process. One that ends earlier is begun again."""
        while True:
            started = self._start("learn", "--json")
            try:
                started.wait(seconds)
            except subprocess.TimeoutExpired:
                self.learner = started
                return started.pid
            seconds *= 0.7

    def web_workers(self) -> list[int]:
        """List granian's own processes that answer requests."""
        return [pid for pid, line in children(self.web.pid).items() if "resource_tracker" not in line]

    def one_web_worker(self, rng: Random) -> int | None:
        found = sorted(self.web_workers())
        return rng.choice(found) if found else None

    def remove(self) -> None:
        for process in (self.web, self.worker, self.learner):
            if process is not None:
                kill_group(process)
        self.log.close()
        Path(self.log.name).unlink(missing_ok=True)
