"""The installation's keys: files of mode 600 in a directory outside database and backup.

One purpose, one key: identity, words (wraps the keys of cases and compartments), blind (blind index), ledger and
receipts (Ed25519), sessions. Sealing keys are numbered (`words-1.key`, `words-2.key`), so that rotation can re-wrap
while the old one is still there; the highest number is the current one. Losing this directory loses every word.
"""

import hashlib
import os
import secrets
import time
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SEALING = ("identity", "words")
NOTICED_WITHIN = 30.0  # seconds until every process seals new content with a key that a rotation made
NOT_KEPT = "session.key"  # ends sessions and nothing else: neither exported nor needed to restore


class MissingKey(LookupError):
    """Content names a key that is not in the directory: restore the key bundle that belongs to this database."""


def fingerprint(name: str, key: bytes) -> str:
    """Name a key without telling it: 16 hex digits that two directories can be compared by."""
    return hashlib.sha256(b"bandeng/key/v1\x00" + name.encode() + b"\x00" + key).hexdigest()[:16]


class Keyring:
    """Reads keys, and makes each one the first time it is asked for."""

    def __init__(self, directory: Path):
        self.directory = directory
        self._currents: dict[str, tuple[float, int]] = {}  # purpose → until when (a stopwatch, not a clock), number

    def make_all(self) -> None:
        """Make every key that is not there yet, so that a first backup holds them all."""
        for purpose in SEALING:
            self.current(purpose)
        for purpose in ("session", "tokens", "blind", "webhook", "backups"):
            self.secret(purpose)
        for purpose in ("ledger", "receipts"):
            self.signing(purpose)

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

    def current(self, purpose: str) -> int:
        """Give the number of the sealing key that new content is sealed with, making the first one if need be.

        Looked up at most every 30 seconds: a running process takes up a new key within that time, and what it seals
        with the old one meanwhile opens as well.
        """
        until, number = self._currents.get(purpose, (0.0, 0))
        if time.monotonic() >= until:
            number = max(self.numbers(purpose), default=0) or self.make_next(purpose)
            self._currents[purpose] = (time.monotonic() + NOTICED_WITHIN, number)
        return number

    def numbers(self, purpose: str) -> list[int]:
        """List the numbers of a purpose's sealing keys that are in the directory."""
        if purpose not in SEALING:
            raise ValueError(f"{purpose!r} is not a sealing purpose; choose from {SEALING}.")
        return sorted(int(p.stem.rpartition("-")[2]) for p in self.directory.glob(f"{purpose}-*.key"))

    def make_next(self, purpose: str) -> int:
        """Make the sealing key after the highest there is, the current one from now on; give its number."""
        number = max(self.numbers(purpose), default=0) + 1
        self._read_or_make(f"{purpose}-{number}.key", lambda: secrets.token_bytes(32))
        self._currents.pop(purpose, None)
        return number

    def fingerprints(self) -> dict[str, str]:
        """Give name → fingerprint of each key that has to be kept, as they lie in the directory; makes none."""
        files = sorted(p for pattern in ("*.key", "*.ed25519") for p in self.directory.glob(pattern))
        return {p.name: fingerprint(p.name, p.read_bytes()) for p in files if p.name not in {NOT_KEPT} and p.is_file()}

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
