"""The only door to `core`."""

from . import erasure_register
from .converters import CodeConverter
from .fields import IdentityField, MaskedField, WordsField, data_class
from .giving_way import give_way
from .ids import CODE_LENGTH, id_at, is_code, new_code, new_id, show_code, tidy_code
from .masking import VERSION as MASKING_VERSION
from .masking import mask
from .models import Lease, SealKey
from .plain_text import tidy, tidy_line
from .prepared import CannotPrepare, Prepared
from .sealing import CannotOpen, blind_index, seal, unseal
from .services import drop_leases, erase_keys, rewrap_keys, wrapped_under
from .sheets import CannotRead, Row, Table, read_table
from .tokens import derive as derive_secret
from .tokens import matches as secret_matches
from .ways_back import way_back
from .written import OneOfWritten

__all__ = [
    "CODE_LENGTH",
    "CannotOpen",
    "CannotPrepare",
    "CannotRead",
    "CodeConverter",
    "IdentityField",
    "MASKING_VERSION",
    "Lease",
    "MaskedField",
    "OneOfWritten",
    "Prepared",
    "Row",
    "SealKey",
    "Table",
    "WordsField",
    "blind_index",
    "data_class",
    "derive_secret",
    "drop_leases",
    "erase_keys",
    "erasure_register",
    "give_way",
    "is_code",
    "mask",
    "new_code",
    "id_at",
    "new_id",
    "read_table",
    "rewrap_keys",
    "seal",
    "secret_matches",
    "show_code",
    "tidy",
    "tidy_code",
    "tidy_line",
    "unseal",
    "way_back",
    "wrapped_under",
]
