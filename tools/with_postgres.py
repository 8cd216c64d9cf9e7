#!/usr/bin/env python3
"""Run a command with BANDENG_DATABASE pointing at a PostgreSQL of its own, on a free port, gone afterwards.

    tools/with_postgres.py pytest tests

The server refuses to run as root, so root starts it as `postgres`; its data lie in a directory of /tmp.
"""

import glob
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path


def binaries() -> Path:
    """Find the newest installed PostgreSQL's programs."""
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"), key=lambda p: int(p.split("/")[4]))
    if found:
        return Path(found[-1]).parent
    if which := shutil.which("initdb"):
        return Path(which).parent
    sys.exit("PostgreSQL is not installed: `apt-get install postgresql`, or run `make test-sqlite`.")


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def main(command: list[str]) -> int:
    programs, port = binaries(), free_port()
    root = Path(tempfile.mkdtemp(prefix="bandeng-pg-"))
    as_user: list[str] = []
    if os.getuid() == 0:
        user = pwd.getpwnam("postgres")
        os.chown(root, user.pw_uid, user.pw_gid)
        as_user = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
    data = root / "data"
    subprocess.run(
        [*as_user, programs / "initdb", "-D", data, "-U", "bandeng", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"],
        check=True, stdout=subprocess.DEVNULL, cwd="/",
    )  # fmt: skip
    settings = {
        "port": port,
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": root,
        "fsync": "off",
    }
    settings |= {"max_connections": 60, "shared_buffers": "256MB", "log_min_messages": "fatal"}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    server = subprocess.Popen(
        [*as_user, programs / "postgres", "-D", data, *options], cwd="/", stderr=subprocess.DEVNULL
    )
    try:
        ready = [programs / "pg_isready", "-h", "127.0.0.1", "-p", str(port), "-q"]
        while subprocess.run(ready, check=False).returncode:
            if server.poll() is not None:
                sys.exit("PostgreSQL did not start.")
        url = f"postgres://bandeng@127.0.0.1:{port}/postgres"
        env = os.environ | {"BANDENG_DATABASE": url, "BANDENG_PG_BIN": str(programs)}
        return subprocess.run(command, env=env, check=False).returncode
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(30)
        shutil.rmtree(root, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
