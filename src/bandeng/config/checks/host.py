"""What the machine and the database are set to; read, never changed."""

import ctypes
import sys
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.db import connection

from bandeng.ground.ledger import api as ledger

SKEW = timedelta(seconds=5)
NOT_SYNCHRONISED = 5  # TIME_ERROR, adjtimex(2)
OLDEST_POSTGRESQL = 15
# What each database must be set to so that an acknowledged act is on the disk.
SQLITE = {"synchronous": "2", "journal_mode": "wal", "foreign_keys": "1"}
POSTGRESQL = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
STRICTER = {"synchronous_commit": {"remote_write", "remote_apply", "local"}, "synchronous": {"3"}}


def _value(query: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()[0]


def careless_settings() -> list[str]:
    """Name the settings of the database by which a power cut may take what was acknowledged."""
    wanted, ask = (SQLITE, "PRAGMA {}") if connection.vendor == "sqlite" else (POSTGRESQL, "SHOW {}")
    found = {name: str(_value(ask.format(name))) for name in wanted}
    return [f"{n}={v}" for n, v in found.items() if v != wanted[n] and v not in STRICTER.get(n, ())]


def unfit_database() -> list[str]:
    """Name what keeps this database from being one that we are tested with."""
    if connection.vendor == "sqlite":
        return []
    wrong = []
    if (major := connection.pg_version // 10_000) < OLDEST_POSTGRESQL:
        wrong.append(f"PostgreSQL {major}")
    if (encoding := _value("SHOW server_encoding")) != "UTF8":
        wrong.append(str(encoding))
    return wrong


def wrong_zones() -> list[str]:
    """Name where noon in Shanghai is not 04:00 UTC."""
    noon, wrong = datetime(2026, 1, 1, 4, tzinfo=UTC), []
    try:
        if settings.TIME_ZONE != "Asia/Shanghai" or noon.astimezone(ZoneInfo(settings.TIME_ZONE)).hour != 12:
            wrong.append("python")
    except ZoneInfoNotFoundError:
        wrong.append("python")
    if connection.vendor == "postgresql":
        hour = _value("SELECT extract(hour FROM timestamptz '2026-01-01 04:00+00' AT TIME ZONE 'Asia/Shanghai')::int")
        wrong += ["PostgreSQL"] if hour != 12 else []
    return wrong


def unsynchronised() -> list[str]:
    """Ask the kernel whether something keeps its clock right; where it does not say, nothing is found."""
    if sys.platform != "linux":
        return []
    nothing_to_set = ctypes.create_string_buffer(512)  # struct timex, modes = 0
    return ["ntp"] if ctypes.CDLL(None).adjtimex(nothing_to_set) == NOT_SYNCHRONISED else []


def skewed(now: datetime) -> list[str]:
    """Name the clocks that are off: the database's by over five seconds, a head's that was signed in the future."""
    wrong = []
    if connection.vendor == "postgresql" and abs(_value("SELECT clock_timestamp()") - now) > SKEW:
        wrong.append("PostgreSQL")
    head = ledger.head()
    if head and head.signed_at > now + SKEW:
        wrong.append(f"{head.size}: {head.signed_at.isoformat(timespec='seconds')}")
    return wrong
