"""The only door to `residents`."""

from .identity import Identity, tidy_id_number, tidy_phone
from .models import Resident
from .services import (
    address_for_sending,
    create_many,
    erase_identity,
    mask_given,
    mask_many,
    mask_of,
    open_identity,
    reseal_identities,
    sealed_under,
)
from .voices import same_people, same_people_each

__all__ = [
    "Identity",
    "Resident",
    "address_for_sending",
    "create_many",
    "erase_identity",
    "mask_given",
    "mask_many",
    "mask_of",
    "open_identity",
    "reseal_identities",
    "same_people",
    "same_people_each",
    "sealed_under",
    "tidy_id_number",
    "tidy_phone",
]
