"""Ids: UUIDv7 made by the application (offline notes, moves and the lake need it), and codes people read."""

import secrets
import uuid
from datetime import datetime

import uuid_utils.compat

# Crockford's alphabet without letters and digits that are read for one another over a telephone.
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXY"  # 29, a prime: the check character needs it
CODE_LENGTH = 9  # 29**9 = 1.4e13 codes, and one check character
SECRET_LENGTH = 8  # 39 bits; five tries an hour


def new_id() -> uuid.UUID:
    """Make a time-ordered id (RFC 9562 UUIDv7)."""
    return uuid_utils.compat.uuid7()


def id_at(at: datetime) -> uuid.UUID:
    """Give the smallest id that could be made at an aware time: ids made later are greater."""
    return uuid.UUID(int=int(at.timestamp() * 1000) << 80)


def _check_character(body: str) -> str:
    """Weighted sum modulo 29 (a prime): catches every single wrong character and every swapped pair."""
    total = sum((i + 2) * CODE_ALPHABET.index(c) for i, c in enumerate(body))
    return CODE_ALPHABET[total % 29]


def new_code() -> str:
    """Make a case's public code: nine random characters and a check character, no meaning in any of them."""
    body = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
    return body + _check_character(body)


def tidy_code(typed: str) -> str:
    """Bring what a person typed (lower case, spaces, dashes, full width, O and 0, I and 1) to the stored form."""
    wide = {c + 0xFEE0: c for c in range(0x21, 0x7F)}
    text = typed.translate(wide).upper()
    return "".join(c for c in text if c in CODE_ALPHABET)


def is_code(code: str) -> bool:
    """Tell whether a tidied code has the right length and check character."""
    return (
        len(code) == CODE_LENGTH + 1
        and all(c in CODE_ALPHABET for c in code[:-1])
        and code[-1] == _check_character(code[:-1])
    )


def show_code(code: str) -> str:
    """Group a code for reading aloud: 7K3F 9QWX 2H."""
    return " ".join(code[i : i + 4] for i in range(0, len(code), 4))
