"""Destroy and re-wrap the keys of cases. The act that decides so speaks for it."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count

from ..models import SealKey
from ..sealing import seal, unseal


def erase_keys(ids: Iterable[uuid.UUID], *, now: datetime) -> int:
    """Destroy keys, in the caller's transaction: what they sealed can be read no more. Gives how many there were."""
    return SealKey.objects.filter(pk__in=list(ids), wrapped__isnull=False).update(wrapped=None, erased_at=now)


def wrapped_under() -> dict[int, int]:
    """Count the keys that are there by the number of the `words` key they are wrapped under."""
    rows = SealKey.objects.filter(wrapped__isnull=False).values_list("wrapped_with").order_by("wrapped_with")
    return dict(rows.annotate(n=Count("id")))


@transaction.atomic
def rewrap_keys(number: int, *, limit: int = 100) -> int:
    """Wrap up to `limit` keys that lie under an older `words` key anew under `number`; give how many were done.

    The rows are locked and the update asks again: a key erased meanwhile stays erased. Each commit is a whole step, so
    a command killed in the middle goes on where it was.
    """
    kek = settings.KEYRING.sealing("words", number)
    old = SealKey.objects.select_for_update(skip_locked=_can_skip()).filter(
        wrapped__isnull=False, wrapped_with__lt=number
    )
    done = 0
    for key in old.order_by("id")[:limit]:
        before = key.wrapped_with
        plain = unseal(settings.KEYRING.sealing("words", before), key.wrapped, key.context)
        still = SealKey.objects.filter(pk=key.pk, wrapped_with=before, wrapped__isnull=False)
        done += still.update(wrapped=seal(kek, plain, key.context), wrapped_with=number)
    return done


def _can_skip() -> bool:
    """SQLite has no row locks: its transaction is the lock."""
    return connection.features.has_select_for_update_skip_locked
