"""What the steps of try_units_site.py work with: commands, units, control groups, a browser, files to attach."""

import contextlib
import http.client
import io
import os
import re
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.config.visitor import Visitor

APP = Path("/srv/bandeng/app")
HOST = "bandeng.example.gov.cn"
WEB, WORKER = "bandeng-web", "bandeng-worker"
UNITS = (WEB, WORKER)


class Broken(AssertionError):
    """Something does not hold."""


def must(holds: object, what: str) -> None:
    if not holds:
        raise Broken(what)


def run(*words: str, is_checked: bool = True, **more) -> str:
    done = subprocess.run(words, capture_output=True, text=True, check=False, **more)
    must(done.returncode == 0 or not is_checked, f"{' '.join(words)[:200]}: {done.stdout[-1500:]}{done.stderr[-1500:]}")
    return done.stdout


def until(holds: Callable[[], object], what: str, seconds: float = 60) -> float:
    """Wait until something holds; give how long it took."""
    begun = time.monotonic()
    while not holds():
        must(time.monotonic() - begun < seconds, f"not within {seconds} s: {what}")
        time.sleep(0.1)
    return time.monotonic() - begun


def show(unit: str, name: str) -> str:
    return run("systemctl", "show", "--value", "-p", name, unit).strip()


def pid(unit: str) -> int:
    return int(show(unit, "MainPID"))


def group(unit: str, controller: str) -> Path:
    return Path("/sys/fs/cgroup") / controller / show(unit, "ControlGroup").lstrip("/")


def processes(unit: str) -> list[int]:
    with contextlib.suppress(OSError):
        for controller in ("systemd", ""):
            listed = group(unit, controller) / "cgroup.procs"
            if show(unit, "ControlGroup") and listed.exists():
                return [int(line) for line in listed.read_text().split()]
    return []


def query(sql: str) -> str:
    return run("runuser", "-u", "postgres", "--", "psql", "-At", "-d", "bandeng", "-c", sql, cwd="/").strip()


@dataclass
class Person(Visitor):
    """A browser that comes through nginx, under the county's name."""

    @property
    def base(self) -> str:
        return f"https://{HOST}"

    def line(self):
        return http.client.HTTPSConnection(HOST, 443, timeout=60, context=self.context)


def person() -> Person:
    return Person(443, ssl.create_default_context(cafile="/etc/ssl/bandeng/fullchain.pem"))


def ask(path: str) -> int:
    """Ask the web process itself, as those who keep it running do."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:8000{path}", timeout=10) as answer:
            return answer.status
    except urllib.error.HTTPError as refused:
        return refused.code
    except OSError:
        return 0


def ready() -> bool:
    return ask("/readyz") == 200


def probe(unit: str, command: str, name: str = "try-probe") -> str:
    """Run a command once under a unit's own lines; give what it said."""
    text = Path(f"/etc/systemd/system/{unit}.service").read_text()
    text = re.sub(r"^ExecStart=.*", f"ExecStart={command}\nStandardOutput=truncate:/run/{name}", text, flags=re.M)
    text = re.sub(r"^(Restart|RestartSec|RuntimeDirectory|RuntimeDirectoryMode|Wants)=.*\n", "", text, flags=re.M)
    Path(f"/run/systemd/system/{name}.service").write_text(text.replace("[Service]", "[Service]\nType=oneshot"))
    run("systemctl", "daemon-reload")
    run("systemctl", "start", name)
    return Path(f"/run/{name}").read_text()


def noise(side: int) -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.frombytes("RGB", (side, side), os.urandom(side * side * 3)).save(out, "PNG", compress_level=0)
    return out.getvalue()


def pdf() -> bytes:
    """Write a PDF of one page by hand."""
    parts = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
             b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>"]  # fmt: skip
    out, at = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        at.append(len(out))
        out += b"%d 0 obj%s endobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in at)
    end = b"trailer<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(out)
    return out + b"xref\n0 4\n0000000000 65535 f \n" + table + end


def private(process: int) -> int:
    with contextlib.suppress(OSError):
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
        return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) // 1024
    return 0


def most(unit: str) -> int:
    """Give the most memory its control group held, page cache included, in MiB; 0 where the kernel does not count."""
    for name in ("memory/{}/memory.max_usage_in_bytes", "{}/memory.peak"):
        file = Path("/sys/fs/cgroup") / name.format(show(unit, "ControlGroup").lstrip("/"))
        if file.exists():
            return int(file.read_text()) >> 20
    return 0
