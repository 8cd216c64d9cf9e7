"""Back up while the site and the worker run: first the database, at one moment, then every file that moment names."""

import hashlib
import os
import socket
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection

import bandeng
from bandeng.ground.acts import api as acts
from bandeng.ground.core import api as core
from bandeng.ground.files import api as files
from bandeng.speak.casework import api as casework

from . import manifest as parts
from . import postgresql, sqlite
from .manifest import BadBackup, Manifest
from .snapshot import Facts

LEASE = "backup"  # while it is held, nothing is taken off the disk (ground/files)
LEASE_SECONDS = 3600
FILES, LIST, REGISTER = "files", "files.txt", "erasures.log"


class CannotBackUp(RuntimeError):
    """The backup was not begun; the message says what to do."""


def take(
    folder: Path,
    *,
    now: Callable[[], datetime],
    with_copy: bool = False,
    progress: Callable[[int, int], None] = lambda done, all_: None,
) -> Manifest:
    """Take a backup into a new or empty folder and give its manifest, which is written last.

    Order is what makes it whole: the register of erasures is brought up to date, the lease is taken, then the database
    is copied at one moment, then the files: each was on disk before its row was there, and stays while the lease is
    held. A file whose row was erased meanwhile is left out; the register undoes such a row on restoring. `with_copy`
    does without pg_dump. Raises CannotBackUp, postgresql.CannotDump, OSError.
    """
    if folder.exists() and any(folder.iterdir()):
        raise CannotBackUp(f"{folder} is not empty. Name a new directory for each backup.")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    holder = f"backup:{socket.gethostname()}:{os.getpid()}"[-80:]
    if not core.Lease.objects.claim(LEASE, holder, now=now(), seconds=LEASE_SECONDS):
        raise CannotBackUp("Another backup is running. Wait for it, or an hour if it was killed.")
    try:
        casework.register_erasures()
        made_at = now()
        found, names, form = _database(folder, with_copy=with_copy)
        manifest = _manifest(found, form, made_at)

        def go_on(done: int, all_: int) -> None:
            if done % 500 == 0 and not core.Lease.objects.claim(LEASE, holder, now=now(), seconds=LEASE_SECONDS):
                raise CannotBackUp("The backup took too long between two files. Begin again.")
            progress(done, all_)

        manifest.file_count, manifest.file_bytes, manifest.absent = _files(found.paths, folder, go_on)
        _register(folder)
        for name in [*names, LIST, REGISTER]:
            parts.sync(folder / name)
            manifest.parts[name] = parts.digest_of(folder / name)
        parts.write(folder, manifest, settings.KEYRING.secret("backups"))
    finally:
        core.Lease.objects.release(LEASE, holder, now=now())
    return manifest


def needed_keys(numbered: list[str]) -> dict[str, str]:
    """Give name → fingerprint of the keys a database needs: all that have no number, and the numbers its rows name."""
    there = settings.KEYRING.fingerprints()
    single = [name for name in there if not name.startswith(("words-", "identity-"))]
    return {name: there.get(name, "missing") for name in sorted({*single, *numbered})}


def _database(folder: Path, *, with_copy: bool) -> tuple[Facts, list[str], str]:
    if connection.vendor == "sqlite":
        found, names = sqlite.dump(str(connection.settings_dict["NAME"]), folder)
        return found, names, "sqlite"
    return postgresql.dump(connection.settings_dict, folder, with_copy=with_copy)


def _manifest(found: Facts, form: str, made_at: datetime) -> Manifest:
    settings.KEYRING.secret("backups")  # made by the first backup, and needed to verify it
    return Manifest(
        made_at=acts.timestamp(made_at),
        version=bandeng.__version__,
        kind=connection.vendor,
        form=form,
        log_origin=settings.LOG_ORIGIN,
        ledger_size=found.ledger_size,
        ledger_root=found.ledger_root,
        migrations=found.migrations,
        keys=needed_keys(found.numbered_keys),
    )


def _files(paths: list[str], folder: Path, go_on: Callable[[int, int], None]) -> tuple[int, int, list[str]]:
    """Copy files, each against its own name, which is its digest; give how many, their bytes, and those not there."""
    size, copied, absent = 0, [], []
    (folder / FILES).mkdir()
    for number, path in enumerate(paths):
        go_on(number, len(paths))
        try:
            size += copy_file(Path(settings.FILES_DIR) / path, folder / FILES / path)
            copied.append(path)
        except (FileNotFoundError, BadBackup):
            if _is_named(path):
                absent.append(path)
    (folder / LIST).write_text("".join(f"{path}\n" for path in copied), encoding="ascii")
    go_on(len(paths), len(paths))
    return len(copied), size, absent


def _is_named(path: str) -> bool:
    """Tell whether a row still names a file: one erased since the snapshot is not missed."""
    return files.StoredFile.objects.filter(path=path).exists()


def copy_file(source: Path, target: Path) -> int:
    """Copy one sealed file and sync it; give its bytes. Raises BadBackup where its content does not fit its name."""
    target.parent.mkdir(exist_ok=True, mode=0o700)
    digest, size = hashlib.sha256(), 0
    with source.open("rb") as stream, target.open("wb") as out:
        while piece := stream.read(parts.PIECE):
            digest.update(piece)
            out.write(piece)
            size += len(piece)
        out.flush()
        os.fsync(out.fileno())
    if digest.hexdigest() != target.name:
        target.unlink()
        raise BadBackup(f"{FILES}/{target.parent.name}/{target.name} was changed after it was stored.")
    return size


def _register(folder: Path) -> None:
    source = core.erasure_register.path()
    (folder / REGISTER).write_bytes(source.read_bytes() if source.exists() else b"")
