from .erasing import erase_identity
from .giving import create_many
from .masking import mask_given, mask_many, mask_of
from .opening import address_for_sending, open_identity
from .resealing import reseal_identities, sealed_under

__all__ = [
    "address_for_sending",
    "create_many",
    "erase_identity",
    "mask_given",
    "mask_many",
    "mask_of",
    "open_identity",
    "reseal_identities",
    "sealed_under",
]
