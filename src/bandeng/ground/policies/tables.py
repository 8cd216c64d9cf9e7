"""The small tables, kept in the process: every act asks for a limit, and limits change a few times a year.

Another process's change is seen within `SECONDS`; the process that makes one forgets at once.
"""

import time
from dataclasses import dataclass

from .models import Article, ParameterVersion, Procedure

SECONDS = 30


@dataclass(frozen=True)
class Tables:
    """What was in the database when it was last read."""

    versions: dict[str, list[ParameterVersion]]  # by parameter code, newest first
    procedures: dict[str, Procedure]
    articles: list[Article]
    read_at: float  # monotonic: technical time, decides nothing but when to read again


_tables: Tables | None = None


def tables() -> Tables:
    """Give the tables, read again when they are old."""
    global _tables
    known = _tables
    if known is None or time.monotonic() - known.read_at > SECONDS:
        known = _tables = _read()
    return known


def forget() -> None:
    """Read the tables anew at the next question."""
    global _tables
    _tables = None


def _read() -> Tables:
    read_at = time.monotonic()
    versions: dict[str, list[ParameterVersion]] = {}
    rows = ParameterVersion.objects.select_related("parameter", "article__law").order_by("-effective_from")
    for version in rows:
        versions.setdefault(version.parameter.code, []).append(version)
    procedures = Procedure.objects.select_related("limit").order_by("position", "code")
    return Tables(
        versions=versions,
        procedures={procedure.code: procedure for procedure in procedures},
        articles=list(Article.objects.select_related("law").order_by("law__title", "number")),
        read_at=read_at,
    )
