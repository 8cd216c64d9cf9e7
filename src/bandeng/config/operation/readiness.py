"""Whether this process can do its work now, by name; what is wrong in detail says `bandeng check`."""

import os
from collections.abc import Callable, Iterator
from datetime import datetime

from django.conf import settings
from django.db import DatabaseError, connection

from bandeng.config import worker
from bandeng.config.cli.installation import unapplied

from . import room

KEYS = ("session.key", "tokens.key", "blind.key", "ledger.ed25519", "receipts.ed25519")
_is_migrated = False  # once true it stays true for this version


def not_ready(now: datetime) -> list[str]:
    """Name what is not ready, most telling first; empty means ready."""
    missing = [name for name, holds in _SURROUNDINGS.items() if not holds()]
    return missing + list(_database(now))


def _database(now: datetime) -> Iterator[str]:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        yield "database"
        return
    if not _migrations_are_applied():
        yield "migrations"  # the worker's table may be one of them
    elif not worker.is_alive(now=now):
        yield "worker"


def _migrations_are_applied() -> bool:
    global _is_migrated
    _is_migrated = _is_migrated or not unapplied()
    return _is_migrated


def _keys_are_readable() -> bool:
    directory = settings.KEYRING.directory
    newest = {purpose: max(settings.KEYRING.numbers(purpose), default=0) for purpose in ("identity", "words")}
    names = [*KEYS, *(f"{purpose}-{number}.key" for purpose, number in newest.items())]
    return all(os.access(directory / name, os.R_OK) for name in names)


def _is_not_being_restored() -> bool:
    return not (settings.HOME / "RESTORING").exists()


def _disk_has_room() -> bool:
    return room.free() >= room.LEAST and os.access(settings.HOME, os.W_OK)


_SURROUNDINGS: dict[str, Callable[[], bool]] = {
    "restoring": _is_not_being_restored,
    "keys": _keys_are_readable,
    "disk": _disk_has_room,
}
