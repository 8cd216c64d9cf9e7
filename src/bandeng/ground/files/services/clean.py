"""Clean what came in: claim → commit → clean in a child process → commit, one file at a time."""

import logging
import time
import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from bandeng.ground.acts import api as acts
from bandeng.ground.core import api as core

from .. import vault
from ..models import StoredFile
from ..models.stored_file import State
from . import sandbox
from .receive import content_context, file_act
from .sweep import is_backup_running

logger = logging.getLogger(__name__)

CLAIM = timedelta(minutes=5)
MAX_TRIES = 3  # each taking the worker down with it
ROUND_SECONDS = 10.0
WORKER = acts.system("cleaner")


def clean_pending(*, now: datetime, limit: int = 5) -> int:
    """Check and rewrite what was received, oldest first, for some ten seconds; give how many are decided.

    Not inside a transaction. Safe to run in several workers.
    """
    started, decided = time.monotonic(), 0  # a stopwatch, not a clock: nothing stored depends on it
    free = _claimable(now).order_by("received_at", "id").values_list("pk", flat=True)
    for pk in list(free[:limit]):
        if time.monotonic() - started > ROUND_SECONDS:
            break
        if (row := _claim(pk, now)) is not None:
            decided += _clean(row, now)
    return decided


def _claimable(now: datetime):
    return StoredFile.objects.filter(Q(claimed_until__isnull=True) | Q(claimed_until__lte=now), state=State.RECEIVED)


def _claim(pk: uuid.UUID, now: datetime) -> StoredFile | None:
    with transaction.atomic(durable=True):
        taken = _claimable(now).filter(pk=pk).update(claimed_until=now + CLAIM, attempts=F("attempts") + 1)
    return StoredFile.objects.select_related("seal_key").get(pk=pk) if taken else None


def _clean(row: StoredFile, now: datetime) -> bool:
    """Decide one claimed file; False where nothing can be said of it just now."""
    if row.seal_key.wrapped is None:
        return _refuse(row, "erased", now)
    if row.attempts > MAX_TRIES:
        return _refuse(row, "too_heavy", now)
    try:
        original = b"".join(vault.read(row.seal_key.plain(), row.path, content_context(row.pk, State.RECEIVED)))
        answer = sandbox.clean(row.kind, original)
        if answer.refusal:
            return _refuse(row, answer.refusal, now)
        cleaned = vault.write(row.seal_key.plain(), [answer.content], content_context(row.pk, State.CLEAN))
    except (OSError, LookupError, core.CannotOpen, sandbox.Interrupted) as problem:
        # The disk, the keys or this machine, not the file: it waits, and `check` names it. A refusal would delete it.
        logger.error("%s while cleaning file %s", type(problem).__name__, row.pk)
        again = None if isinstance(problem, sandbox.Interrupted) else row.claimed_until
        _ours(row).update(attempts=F("attempts") - 1, claimed_until=again)
        return False
    return _accept(row, answer, cleaned, now)


def _ours(row: StoredFile):
    """Give the row while the claim is still ours."""
    return StoredFile.objects.filter(
        pk=row.pk, state=State.RECEIVED, attempts=row.attempts, claimed_until=row.claimed_until
    )


def _decide(row: StoredFile, kind: str, now: datetime, payload: dict[str, str | int | None], **values) -> bool:
    """Write the decision and its act, then take the original off the disk."""
    original = row.path
    with transaction.atomic():
        if not _ours(row).update(**values, cleaned_at=now, claimed_until=None):
            return False
        for name, value in values.items():
            setattr(row, name, value)
        acts.emit(file_act(kind, row, WORKER, **payload), now=now)
    if not is_backup_running(now):  # it may have to copy what its snapshot names; the daily sweep takes it then
        vault.remove(original)
    return True


def _refuse(row: StoredFile, code: str, now: datetime) -> bool:
    return _decide(row, "file.refused", now, {"code": code}, state=State.REFUSED, refusal=code, path="")


def _accept(row: StoredFile, answer: sandbox.Answer, cleaned: vault.Written, now: datetime) -> bool:
    is_accepted = _decide(
        row,
        "file.cleaned",
        now,
        {"media_type": answer.media_type, "pages": answer.pages, "width": answer.width, "height": answer.height},
        state=State.CLEAN,
        media_type=answer.media_type,
        pages=answer.pages,
        width=answer.width,
        height=answer.height,
        size=cleaned.size,
        digest=cleaned.digest,
        path=cleaned.path,
    )
    if not is_accepted:
        vault.remove(cleaned.path)
    return is_accepted
