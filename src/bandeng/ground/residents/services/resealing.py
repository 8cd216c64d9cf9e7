"""Seal identity anew under a later key, while people are registered."""

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count

from bandeng.ground.core import api as core

from ..identity import FIELDS
from ..models import Resident
from .giving import context


def sealed_under() -> dict[int, int]:
    """Count the people by the number of the `identity` key that seals them."""
    rows = Resident.objects.values_list("sealed_with").order_by("sealed_with")
    return dict(rows.annotate(n=Count("id")))


@transaction.atomic
def reseal_identities(number: int, *, limit: int = 100) -> int:
    """Seal up to `limit` people under an older key anew under `number`; give how many.

    Each row is locked from reading to writing, so that one emptied by an erasure meanwhile is not filled again.
    """
    rows = Resident.objects.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)
    done = 0
    for resident in rows.filter(sealed_with__lt=number).order_by("id")[:limit]:
        before = resident.sealed_with
        done += Resident.objects.filter(pk=resident.pk, sealed_with=before).update(
            sealed_with=number, **_resealed(resident, before, number)
        )
    return done


def _resealed(resident: Resident, before: int, number: int) -> dict[str, bytes]:
    old, new = (settings.KEYRING.sealing("identity", n) for n in (before, number))
    values = {}
    for field in FIELDS:
        if (sealed := getattr(resident, field)) is not None:
            place = context(resident, field)
            values[field] = core.seal(new, core.unseal(old, sealed, place), place)
    return values
