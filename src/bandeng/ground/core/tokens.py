"""Credentials a resident gets: short secrets derived from a key and a subject, so that none is ever stored.

`derive("case", case_id)` is the secret half of a receipt. Deriving it makes a repeated request return the very same
receipt, lets a lost slip be printed again, and leaves nothing to steal in the database (docs/adr/0007).
"""

import hashlib
import hmac
import uuid

from django.conf import settings

from .ids import CODE_ALPHABET, SECRET_LENGTH


def derive(purpose: str, subject: uuid.UUID | str, *, issue: int = 1, length: int = SECRET_LENGTH) -> str:
    """Derive the secret of a subject; another `issue` is another secret (after a slip went astray)."""
    key = settings.KEYRING.secret("tokens")
    digest = hmac.digest(key, f"{purpose}\x00{subject}\x00{issue}".encode(), hashlib.sha256)
    number = int.from_bytes(digest, "big")
    letters = []
    for _ in range(length):
        number, at = divmod(number, len(CODE_ALPHABET))
        letters.append(CODE_ALPHABET[at])
    return "".join(letters)


def matches(typed: str, purpose: str, subject: uuid.UUID | str, *, issue: int = 1) -> bool:
    """Compare a typed secret in constant time."""
    return hmac.compare_digest(typed.encode(), derive(purpose, subject, issue=issue, length=SECRET_LENGTH).encode())
