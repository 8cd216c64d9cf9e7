"""The one place where a page or command reads the time; everything below is handed `now`."""

from datetime import UTC, datetime


def now() -> datetime:
    """Give the present instant, aware, in UTC. Tests and the demo replace this function."""
    return datetime.now(UTC)
