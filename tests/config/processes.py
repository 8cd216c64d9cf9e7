"""Real servers for tests: the installation's own commands, in processes of their own, ended with the test."""

import os
import socket
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src"


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment(home: Path, source: Path = SOURCE, **variables: str) -> dict[str, str]:
    """Give the environment of a process that belongs to this home and no other."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("BANDENG_", "DJANGO_", "LC_"))}
    own = {"PYTHONPATH": str(source), "BANDENG_HOME": str(home), "RUNTIME_DIRECTORY": str(home.parent)}
    return {**kept, **own, **variables}


def bandeng(*words: str, env: dict[str, str], is_checked: bool = True) -> subprocess.CompletedProcess:
    """Run one command of the installation to its end."""
    command = [sys.executable, "-m", "bandeng.config.cli", *words]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0 or not is_checked, done.stdout + done.stderr
    return done


@contextmanager
def running(command: list[str], *, log: Path, env: dict[str, str] | None = None, port: int = 0, seconds: float = 60):
    """Run a server until the block ends; wait until something answers on its port."""
    with log.open("ab") as out:
        process = subprocess.Popen(command, env=env, stdout=out, stderr=out, start_new_session=True)
    try:
        until = time.monotonic() + seconds
        while port:
            with closing(socket.socket()) as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert process.poll() is None and time.monotonic() < until, log.read_text()
            time.sleep(0.1)
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def serving(port: int, *, log: Path, env: dict[str, str], workers: int = 1):
    """Run `bandeng serve`."""
    command = [sys.executable, "-m", "bandeng.config.cli", "serve", "--port", str(port), "--workers", str(workers)]
    return running(command, log=log, env=env, port=port)
