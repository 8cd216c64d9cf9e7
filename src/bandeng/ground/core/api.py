"""The only door to `core`."""

from .fields import IdentityField, MaskedField, WordsField, data_class
from .ids import is_code, new_code, new_id, new_secret, show_code, tidy_code
from .models import Lease, SealKey
from .sealing import CannotOpen, blind_index, seal, unseal

__all__ = [
    "CannotOpen",
    "IdentityField",
    "Lease",
    "MaskedField",
    "SealKey",
    "WordsField",
    "blind_index",
    "data_class",
    "is_code",
    "new_code",
    "new_id",
    "new_secret",
    "seal",
    "show_code",
    "tidy_code",
    "unseal",
]
