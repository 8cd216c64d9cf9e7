"""Clean what came in: claim → commit → clean in a child process → commit, one file at a time."""

from datetime import datetime


def clean_pending(*, now: datetime, limit: int = 5) -> int:
    raise NotImplementedError
