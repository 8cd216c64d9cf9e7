"""Replace a sealing key by a new one, while people are registered; take old ones away once nothing names them.

A rotation is three things: a new key file, which every process seals with within half a minute; an act; and the slow
part, in which what lies under older keys is sealed anew in small transactions. Whoever is killed in the slow part goes
on by being called again: what is done is what the rows say.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import transaction

from bandeng.ground.acts import api as acts
from bandeng.ground.core import api as core
from bandeng.ground.residents import api as residents

BATCH = 100
SETTLED = timedelta(minutes=10)  # no running process seals with the former key any more


@dataclass(frozen=True)
class Purpose:
    """How what lies under the keys of one purpose is counted and sealed anew."""

    count: Callable[[], dict[int, int]]
    step: Callable[..., int]


PURPOSES = {
    "words": Purpose(core.wrapped_under, core.rewrap_keys),
    "identity": Purpose(residents.sealed_under, residents.reseal_identities),
}


@dataclass(frozen=True)
class Rotated:
    """What one call did: the number that is current, whether it made it, how many it moved, how many are left."""

    number: int
    is_new: bool
    done: int
    left: int


def left(purpose: str, number: int) -> int:
    """Count what still lies under older keys."""
    return sum(n for under, n in PURPOSES[purpose].count().items() if under < number)


def rotate(
    purpose: str, *, now: datetime, limit: int | None = None, progress: Callable[[int], None] = lambda done: None
) -> Rotated:
    """Begin a rotation, or go on with one that is not finished; move at most `limit`. Not inside a transaction."""
    keyring = settings.KEYRING
    number = max(keyring.numbers(purpose), default=0)
    is_new = not number or not left(purpose, number)
    if is_new:
        number = keyring.make_next(purpose)
    _record(purpose, number, now)
    done = 0
    while limit is None or done < limit:
        moved = PURPOSES[purpose].step(number, limit=BATCH if limit is None else min(BATCH, limit - done))
        if not moved:
            break
        done += moved
        progress(moved)
    return Rotated(number, is_new, done, left(purpose, number))


def _record(purpose: str, number: int, now: datetime) -> None:
    """Emit the act of a rotation, once, whoever was killed before."""
    key = f"key.rotated:{purpose}:{number}"
    if acts.by_idempotency_keys([key]):
        return
    name = f"{purpose}-{number}.key"
    payload = {"key": name, "fingerprint": settings.KEYRING.fingerprints()[name]}
    with transaction.atomic():
        subject = uuid.uuid5(uuid.NAMESPACE_DNS, settings.LOG_ORIGIN)
        draft = acts.Draft(
            "key.rotated", "installation", subject, acts.system("keys"), payload=payload, idempotency_key=key
        )
        acts.emit(draft, now=now)


def prunable(*, now: datetime) -> list[str]:
    """List old sealing keys that no row names and that no running process seals with any more."""
    found = []
    for purpose, of in PURPOSES.items():
        numbers, used = settings.KEYRING.numbers(purpose), of.count()
        for number, later in zip(numbers, numbers[1:], strict=False):
            made = (settings.KEYRING.directory / f"{purpose}-{later}.key").stat().st_mtime
            if number not in used and now - datetime.fromtimestamp(made, UTC) > SETTLED:
                found.append(f"{purpose}-{number}.key")
    return found


def prune(*, now: datetime) -> list[str]:
    """Delete those keys; give their names. Older backups still need them: keep the bundles exported before."""
    names = prunable(now=now)
    for name in names:
        (settings.KEYRING.directory / name).unlink()
    return names
