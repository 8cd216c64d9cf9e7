"""The resolver of every installation: residents' own vault, asked at the moment of sending and at no other."""

import uuid

from bandeng.ground.residents import api as residents

from .registry import Address


def of_resident(resident_key: uuid.UUID) -> Address | None:
    """Give what the resident left to be reached by; None where the key is not known here."""
    identity = residents.address_for_sending(resident_key)
    return Address(residents.tidy_phone(identity.phone), identity.email.strip()) if identity else None
