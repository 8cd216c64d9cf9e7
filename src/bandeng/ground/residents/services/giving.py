"""Keep what somebody gave of themselves."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings

from bandeng.ground.core import api as core

from ..identity import FIELDS, Identity, tidy_id_number, tidy_phone
from ..models import Resident


def context(resident: Resident, field: str) -> str:
    """Name the place a sealed field belongs to."""
    return f"resident.{field}:{resident.id}"


def create_many(given: Sequence[Identity], *, now: datetime) -> list[Resident]:
    """Seal identities: one INSERT for all. The act that registers the matter speaks for it; no act of its own."""
    number = settings.KEYRING.current("identity")
    key = settings.KEYRING.sealing("identity", number)
    blind = settings.KEYRING.secret("blind")
    residents = []
    for identity in given:
        resident = Resident(sealed_with=number, created_at=now, has_phone=bool(tidy_phone(identity.phone)))
        for field in FIELDS:
            if value := getattr(identity, field):
                setattr(resident, field, core.seal(key, value.encode(), context(resident, field)))
        if phone := tidy_phone(identity.phone):
            resident.phone_index = core.blind_index(blind, "phone", phone)
        if id_number := tidy_id_number(identity.id_number):
            resident.id_number_index = core.blind_index(blind, "id_number", id_number)
        residents.append(resident)
    return Resident.objects.bulk_create(residents)
