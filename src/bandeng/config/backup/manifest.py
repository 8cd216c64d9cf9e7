"""What a backup consists of, with the SHA-256 of each part and an HMAC over all of it. Imports no framework.

manifest.json   what is there, when it was taken, which keys belong to it (names and fingerprints, never keys)
manifest.mac    HMAC-SHA-256 of manifest.json under the key `backups.key`
"""

import hashlib
import hmac
import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path

FORMAT = 1
NAME, MAC = "manifest.json", "manifest.mac"
MAC_KEY = "backups.key"
DOMAIN = b"bandeng/manifest/v1\x00"
PIECE = 1024 * 1024


class BadBackup(ValueError):
    """What lies there is no backup, or not as it was taken; the message says which part."""


@dataclass
class Manifest:
    """One backup. `ledger_root` is hex, `form` is sqlite, pg_dump or copy, `parts` maps names to SHA-256 (hex)."""

    made_at: str
    version: str
    kind: str
    form: str
    log_origin: str
    ledger_size: int
    ledger_root: str
    migrations: list[str]
    keys: dict[str, str]
    file_count: int = 0
    file_bytes: int = 0
    parts: dict[str, str] = field(default_factory=dict)
    absent: list[str] = field(default_factory=list)  # files that a row names and the disk does not have
    format: int = FORMAT


def digest_of(path: Path) -> str:
    """Compute the SHA-256 of a file, hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def sync(path: Path) -> None:
    """Have a file or directory reach the disk."""
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def write(folder: Path, manifest: Manifest, key: bytes) -> None:
    """Write the manifest last of all: a folder without one is no backup."""
    body = json.dumps(asdict(manifest), ensure_ascii=False, indent=2).encode() + b"\n"
    for name, content in ((MAC, _mac(key, body)), (NAME, body)):
        draft = folder / f".{name}"
        draft.write_bytes(content)
        sync(draft)
        draft.replace(folder / name)
    sync(folder)


def read(folder: Path) -> tuple[Manifest, bytes]:
    """Read a manifest and its bytes; nothing is verified yet. Raises BadBackup."""
    try:
        body = (folder / NAME).read_bytes()
        manifest = Manifest(**json.loads(body))
    except FileNotFoundError:
        raise BadBackup(f"{folder} holds no finished backup: {NAME} is missing.") from None
    except (ValueError, TypeError) as error:
        raise BadBackup(f"{NAME} cannot be read.") from error
    if manifest.format != FORMAT:
        raise BadBackup(f"{NAME} has format {manifest.format}; this version reads {FORMAT}.")
    return manifest, body


def verify(folder: Path, manifest: Manifest, body: bytes, key: bytes) -> None:
    """Raise BadBackup unless manifest and every part are as they were written."""
    try:
        told = (folder / MAC).read_bytes()
    except FileNotFoundError:
        raise BadBackup(f"{MAC} is missing.") from None
    if not hmac.compare_digest(told, _mac(key, body)):
        raise BadBackup(f"{NAME} was changed after the backup was taken, or belongs to other keys.")
    for name, digest in manifest.parts.items():
        part = folder / name
        if not part.is_file() or digest_of(part) != digest:
            raise BadBackup(f"{name} is missing or was changed after the backup was taken.")


def _mac(key: bytes, body: bytes) -> bytes:
    return hmac.new(key, DOMAIN + body, hashlib.sha256).hexdigest().encode()
