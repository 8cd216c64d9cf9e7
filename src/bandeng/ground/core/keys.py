"""The installation's keys: files of mode 600 in a directory outside database and backup.

One purpose, one key: identity, words (wraps the keys of cases and compartments), blind (blind index), ledger and
receipts (Ed25519), sessions. Sealing keys are numbered (`words-1.key`, `words-2.key`), so that rotation can re-wrap
while the old one is still there; the highest number is the current one. Losing this directory loses every word.
"""

import os
import secrets
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SEALING = ("identity", "words")


class MissingKey(LookupError):
    """Content names a key that is not in the directory: restore the key bundle that belongs to this database."""


class Keyring:
    """Reads keys, and makes each one the first time it is asked for."""

    def __init__(self, directory: Path):
        self.directory = directory

    def session_secret(self) -> str:
        """Give Django's SECRET_KEY."""
        return self.secret("session").hex()

    @cache  # noqa: B019 - one keyring lives as long as the process
    def secret(self, purpose: str) -> bytes:
        """Give the 32-byte secret of one purpose, e.g. `blind`."""
        return self._read_or_make(f"{purpose}.key", lambda: secrets.token_bytes(32))

    @cache  # noqa: B019
    def signing(self, purpose: str) -> Ed25519PrivateKey:
        """Give the Ed25519 key that signs heads (`ledger`) or receipts (`receipts`)."""
        raw = self._read_or_make(f"{purpose}.ed25519", lambda: secrets.token_bytes(32))
        return Ed25519PrivateKey.from_private_bytes(raw)

    def public_bytes(self, purpose: str) -> bytes:
        """Give the 32 raw bytes of a signing key's public half."""
        return (
            self.signing(purpose).public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        )

    @cache  # noqa: B019
    def sealing(self, purpose: str, number: int) -> bytes:
        """Give numbered sealing key `number` of a purpose; raise MissingKey where it is not there."""
        path = self.directory / f"{purpose}-{number}.key"
        try:
            return path.read_bytes()
        except FileNotFoundError:
            raise MissingKey(f"{path.name} is not in {self.directory}; restore the key bundle.") from None

    @cache  # noqa: B019
    def current(self, purpose: str) -> int:
        """Give the number of the sealing key that new content is sealed with, making the first one if need be."""
        if purpose not in SEALING:
            raise ValueError(f"{purpose!r} is not a sealing purpose; choose from {SEALING}.")
        numbers = [int(p.stem.rpartition("-")[2]) for p in self.directory.glob(f"{purpose}-*.key")]
        if numbers:
            return max(numbers)
        self._read_or_make(f"{purpose}-1.key", lambda: secrets.token_bytes(32))
        return 1

    def _read_or_make(self, name: str, make) -> bytes:
        path = self.directory / name
        if path.exists():
            return path.read_bytes()
        self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Written aside and linked into place: of two processes starting at once, one key wins and both read it.
        draft = self.directory / f".{name}.{os.getpid()}.{secrets.token_hex(4)}"
        fd = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.write(fd, make())
            os.fsync(fd)
        finally:
            os.close(fd)
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
        return path.read_bytes()
