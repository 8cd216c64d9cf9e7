"""Carry messages: claim → commit → send → commit, one by one: a killed worker leaves one doubt, not fifty."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Delivered:
    """What one round did."""

    sent: int = 0
    failed: int = 0
    dead: int = 0

    @property
    def tried(self) -> int:
        return self.sent + self.failed + self.dead


def deliver(*, now: datetime, limit: int = 50) -> Delivered:
    raise NotImplementedError
