"""A site as a county runs it, its processes and what they cost; and somebody who asks it for pages."""

import http.client
import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from functools import cache
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from urllib.parse import urlencode, urlsplit

from tools.with_postgres import free_port

from .environment import HERE

ROOT = HERE.parent
TICK = os.sysconf("SC_CLK_TCK")


def bandeng_web(port: int) -> list[str]:
    """Give the command that `bandeng serve` becomes, with one process that answers."""
    from bandeng.config.cli.serve import server

    return [bandeng_python(), *server("127.0.0.1", port, 1)[1:]]


def granian(python: Path | str, port: int, application: str) -> list[str]:
    """Give the command that serves any application as `bandeng serve` does: the same server for every peer."""
    return [
        str(python), "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
        "--workers", "1", "--blocking-threads", "4", "--no-ws", "--log-level", "error", application,
    ]  # fmt: skip


class Process:
    """A server process with its children: started, measured, ended."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str]):
        paths = {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
        self.popen = subprocess.Popen(command, env={**os.environ, **paths, **env}, cwd=ROOT)

    def family(self) -> list[int]:
        """List the process and all below it."""
        parents: dict[int, list[int]] = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                parent = int(stat.read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
            parents.setdefault(parent, []).append(int(stat.parent.name))
        found = [self.popen.pid]
        for pid in found:
            found += parents.get(pid, [])
        return found

    def cpu_seconds(self) -> float:
        """Give the CPU time of the family, ended children included."""
        total = 0
        for pid in self.family():
            try:
                fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            total += sum(map(int, fields[11:15]))
        return total / TICK

    def private_mib(self) -> dict[str, float]:
        """Give the private memory of the family's largest process, MiB, how much of it are pages of mapped files, and
        what the whole family takes, what its processes share among them counted once.

        Pages of mapped files are unchanged ones of programs and of the search index that no other process maps at the
        moment: they lie in the kernel's cache of files, which takes them back without writing where memory is wanted.
        """
        found, family = [], 0.0
        for pid in self.family():
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
            mib = {name.rstrip(":"): int(kib) / 1024 for name, kib, *_unit in map(str.split, rollup)}
            clean, dirty = mib["Private_Clean"], mib["Private_Dirty"]
            found.append({"web_private_mib": round(clean + dirty, 1), "of_which_mapped_files": round(clean, 1)})
            family += mib["Pss"]
        return {**max(found, key=lambda each: each["web_private_mib"]), "web_family_mib": round(family, 1)}

    def stop(self) -> None:
        if self.popen.poll() is None:
            self.popen.terminate()
            try:
                self.popen.wait(20)
            except subprocess.TimeoutExpired:
                self.popen.kill()


def wait_until_up(port: int, path: str = "/", seconds: float = 60) -> None:
    """Wait until a server answers."""
    until = time.monotonic() + seconds
    while True:
        try:
            connection = http.client.HTTPConnection("localhost", port, timeout=10)
            connection.request("GET", path)
            if connection.getresponse().status < 500:
                return
        except OSError:
            pass
        if time.monotonic() > until:
            raise SystemExit(f"No answer on port {port}.")
        time.sleep(0.1)


class Visitor:
    """Somebody with a cookie jar and one kept connection."""

    def __init__(self, port: int, cookies: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None):
        self.headers = dict(headers or {})
        self.connection = http.client.HTTPConnection("localhost", port, timeout=60)
        self.cookies = dict(cookies or {})
        self.used_at = time.monotonic()

    def ask(self, method: str, path: str, fields: Mapping | None = None, expect: Sequence[int] = (200,)):
        """Send one request; give (status, location, body). Raises where the status is not expected."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), **self.headers}
        body = None
        if fields is not None:
            body = urlencode({**fields, "csrfmiddlewaretoken": self.cookies.get("csrftoken", "")})
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        if time.monotonic() - self.used_at > 5:  # a server closes connections that rest, as a browser knows
            self.connection.close()
        self.used_at = time.monotonic()
        self.connection.request(method, path, body, headers)
        response = self.connection.getresponse()
        content = response.read()
        for header in response.headers.get_all("Set-Cookie", ()):
            for name, morsel in SimpleCookie(header).items():
                self.cookies[name] = morsel.value
        if response.status not in expect:
            raise SystemExit(f"{method} {path}: {response.status}\n{content.decode(errors='replace')[:3000]}")
        return response.status, urlsplit(response.headers.get("Location", "")).path, content

    def get(self, path: str, expect: Sequence[int] = (200,)):
        return self.ask("GET", path, None, expect)

    def post(self, path: str, expect: Sequence[int] = (302,), **fields):
        return self.ask("POST", path, fields, expect)


def bandeng_python() -> str:
    return sys.executable


class _Taken(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_args) -> None:
        pass


@cache
def message_sink() -> str:
    """Take short messages in a thread of this process, as a provider would; give its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Taken)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}/"


class _Letter(StreamRequestHandler):
    """As much of SMTP as a sender needs."""

    def handle(self) -> None:
        self.wfile.write(b"220 localhost\r\n")
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                while self.rfile.readline() not in (b".\r\n", b""):
                    pass
                self.server.taken += 1
            self.wfile.write(b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n")


class MailSink(ThreadingTCPServer):
    """Takes mail in a thread of this process and counts it."""

    daemon_threads, taken = True, 0

    @property
    def port(self) -> int:
        return self.server_address[1]


@cache
def mail_sink() -> MailSink:
    """Give the one server that takes mail."""
    server = MailSink(("127.0.0.1", 0), _Letter)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


__all__ = [
    "Process", "Visitor", "bandeng_python", "bandeng_web", "free_port", "granian", "mail_sink", "message_sink",
    "wait_until_up",
]  # fmt: skip
