"""The only door to `core`."""

from .fields import IdentityField, MaskedField, WordsField, data_class
from .ids import is_code, new_code, new_id, show_code, tidy_code
from .models import Lease, SealKey
from .sealing import CannotOpen, blind_index, seal, unseal
from .tokens import derive as derive_secret
from .tokens import matches as secret_matches

__all__ = [
    "CannotOpen",
    "IdentityField",
    "Lease",
    "MaskedField",
    "SealKey",
    "WordsField",
    "blind_index",
    "data_class",
    "derive_secret",
    "is_code",
    "new_code",
    "new_id",
    "seal",
    "secret_matches",
    "show_code",
    "tidy_code",
    "unseal",
]
