"""Seal and open bytes with AES-256-GCM. The layout is: 1 byte format, 12 bytes nonce, ciphertext with its tag.

The context (`table.field:row id`) is authenticated: a sealed value copied to another row does not open there.
"""

import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FORMAT = b"\x01"


class CannotOpen(ValueError):
    """Sealed content is damaged, belongs to another row, or its key was erased."""


def seal(key: bytes, plain: bytes, context: str) -> bytes:
    """Encrypt `plain` under a 32-byte key, bound to its context."""
    nonce = secrets.token_bytes(12)
    return FORMAT + nonce + AESGCM(key).encrypt(nonce, plain, context.encode())


def unseal(key: bytes, sealed: bytes, context: str) -> bytes:
    """Decrypt what `seal` made; raise CannotOpen for anything else."""
    sealed = bytes(sealed)
    if len(sealed) < 29 or sealed[:1] != FORMAT:
        raise CannotOpen(f"{context}: not sealed content of a known format")
    try:
        return AESGCM(key).decrypt(sealed[1:13], sealed[13:], context.encode())
    except InvalidTag:
        raise CannotOpen(f"{context}: wrong key, wrong row or altered content") from None


def blind_index(key: bytes, kind: str, value: str) -> bytes:
    """Give the 16-byte keyed index by which equal identity values are found without being stored."""
    return hmac.digest(key, f"{kind}\x00{value}".encode(), hashlib.sha256)[:16]
