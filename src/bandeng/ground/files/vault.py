"""Sealed files on disk: chunks of AES-256-GCM under a key of their own, at a path that is their digest.

    "BDF1" | 32 bytes salt | chunk | chunk | …          a chunk is 64 KiB of content and its 16-byte tag

The file's key is HKDF(seal key, salt, context); the nonce of a chunk is its number (11 bytes) and one byte that is 1 on
the last chunk only (the STREAM construction, Hoang, Reyhanitabar, Rogaway, Vizár 2015). A chunk moved, left out,
repeated or cut off does not open. Erasing the seal key makes the file unreadable, wherever a copy of it lies.
"""

import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from bandeng.ground.core import api as core

MAGIC = b"BDF1"
SALT = 32
CHUNK = 64 * 1024
TAG = 16
INCOMING = "incoming"


@dataclass(frozen=True)
class Written:
    """A sealed file on disk: path under FILES_DIR, digest of the ciphertext, bytes of the content."""

    path: str
    digest: str
    size: int


def _aead(key: bytes, salt: bytes, context: str) -> AESGCM:
    derived = HKDF(algorithm=hashes.SHA256(), length=32, salt=salt, info=f"bandeng file:{context}".encode())
    return AESGCM(derived.derive(key))


def _nonce(number: int, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])


def _even(pieces: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Cut pieces of any length into chunks of CHUNK bytes and say which is the last; no content is one empty chunk."""
    buffer = bytearray()
    for piece in pieces:
        buffer += piece
        while len(buffer) > CHUNK:  # not >=: whatever is left over, even if full, is the last one
            yield bytes(buffer[:CHUNK]), False
            del buffer[:CHUNK]
    yield bytes(buffer), True


def encrypt(key: bytes, pieces: Iterable[bytes], context: str) -> Iterator[bytes]:
    """Seal content as a stream."""
    salt = secrets.token_bytes(SALT)
    aead = _aead(key, salt, context)
    yield MAGIC + salt
    for number, (chunk, is_last) in enumerate(_even(pieces)):
        yield aead.encrypt(_nonce(number, is_last), chunk, None)


def decrypt(key: bytes, stream, context: str) -> Iterator[bytes]:
    """Open what `encrypt` made, chunk by chunk; raise CannotOpen at the first that is not as it was written."""
    header = stream.read(len(MAGIC) + SALT)
    if len(header) != len(MAGIC) + SALT or not header.startswith(MAGIC):
        raise core.CannotOpen(f"{context}: not a sealed file of a known format")
    aead = _aead(key, header[len(MAGIC) :], context)
    number, sealed = 0, stream.read(CHUNK + TAG)
    while True:
        following = stream.read(CHUNK + TAG)
        try:
            yield aead.decrypt(_nonce(number, not following), sealed, None)
        except (InvalidTag, ValueError):
            raise core.CannotOpen(f"{context}: chunk {number} is damaged, misplaced or cut off") from None
        if not following:
            return
        number, sealed = number + 1, following


def sealed_size(size: int) -> int:
    """Compute how many bytes `size` bytes of content take on disk."""
    return len(MAGIC) + SALT + size + TAG * max(1, -(-size // CHUNK))


def locate(path: str) -> Path:
    """Give the place of a stored path."""
    return Path(settings.FILES_DIR) / path


def path_of(digest: str) -> str:
    """Give the path under FILES_DIR at which content of this digest lies."""
    return f"{digest[:2]}/{digest}"


def write(key: bytes, pieces: Iterable[bytes], context: str) -> Written:
    """Seal content to disk; when this returns, a power cut does not take the file any more.

    Written aside first, so that a digest's path is never half a file. What the iterable raises is raised here, and
    nothing is left behind.
    """
    root = Path(settings.FILES_DIR)
    incoming = root / INCOMING
    incoming.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = incoming / secrets.token_hex(16)
    digest, length = hashlib.sha256(), 0
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            for block in encrypt(key, pieces, context):
                out.write(block)
                digest.update(block)
                length += len(block)
            out.flush()
            os.fsync(out.fileno())
        name = digest.hexdigest()
        folder = root / name[:2]
        folder.mkdir(exist_ok=True, mode=0o700)
        draft.replace(folder / name)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    for directory in (folder, root):
        _fsync_directory(directory)
    chunks = -(-(length - len(MAGIC) - SALT) // (CHUNK + TAG))
    return Written(path_of(name), name, length - len(MAGIC) - SALT - TAG * chunks)


def _fsync_directory(directory: Path) -> None:
    fd = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def read(key: bytes, path: str, context: str) -> Iterator[bytes]:
    """Open a stored file as a stream; raises FileNotFoundError, CannotOpen."""
    with locate(path).open("rb") as stream:
        yield from decrypt(key, stream, context)


def remove(path: str) -> None:
    """Take a file off the disk; one that is gone already is fine."""
    if path:
        locate(path).unlink(missing_ok=True)


def digest_of(path: str) -> str:
    """Compute the digest of a stored file as it lies there; no key is needed."""
    with locate(path).open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
