"""The register of erasures: a file beside the database, so that an older backup cannot bring erased words back.

One line an erasure: open JSON (ids and a time, no words), a tab, and an HMAC over the last line's HMAC and this JSON.
A line changed, taken out of the middle or put elsewhere breaks the chain. Lines are only ever appended, under a lock of
the file, and synced; half a line that a power cut left at the end was never written, and the next append cuts it off.
"""

import fcntl
import hashlib
import hmac
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings

DOMAIN = b"bandeng/erasure/v1\x00"


class BrokenRegister(ValueError):
    """The register was altered, or belongs to other keys."""


@dataclass(frozen=True)
class Erasure:
    """One erasure. `act` is the id of the act that decided it, `seal_key` that of the key destroyed."""

    act: str
    subject: str
    seal_key: str
    at: str
    ground: str


def path() -> Path:
    """Give the register's place in the installation."""
    return Path(settings.HOME) / "erasures.log"


def read(file: Path) -> list[Erasure]:
    """Give the erasures of a register, oldest first; none where there is no file. Raises BrokenRegister."""
    content = file.read_bytes() if file.exists() else b""
    return _parsed(content, file.name)[0]


def append(file: Path, erasures: Iterable[Erasure]) -> int:
    """Add those that are not in it yet; give how many. Several processes may do so at once. Raises BrokenRegister."""
    file.parent.mkdir(parents=True, exist_ok=True)
    fd = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(fd, "r+b") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        known, mac, end = _parsed(stream.read(), file.name)
        there = {erasure.act for erasure in known}
        fresh = [erasure for erasure in erasures if erasure.act not in there]
        stream.seek(end)
        stream.truncate()
        for erasure in fresh:
            body = json.dumps(asdict(erasure), sort_keys=True).encode()
            mac = _mac(mac, body)
            stream.write(body + b"\t" + mac.encode() + b"\n")
        stream.flush()
        os.fsync(stream.fileno())
    return len(fresh)


def _mac(before: str, body: bytes) -> str:
    key = settings.KEYRING.secret("backups")
    return hmac.new(key, DOMAIN + before.encode() + b"\x00" + body, hashlib.sha256).hexdigest()


def _parsed(content: bytes, name: str) -> tuple[list[Erasure], str, int]:
    """Give the erasures, the last line's HMAC, and where whole lines end."""
    end = content.rfind(b"\n") + 1
    erasures, mac = [], ""
    for number, line in enumerate(content[:end].splitlines(), 1):
        body, _tab, told = line.partition(b"\t")
        mac = _mac(mac, body)
        if not hmac.compare_digest(mac.encode(), told):
            raise BrokenRegister(f"{name}, line {number}: changed after it was written, or written with other keys.")
        erasures.append(Erasure(**json.loads(body)))
    return erasures, mac, end
