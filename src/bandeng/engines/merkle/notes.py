"""Signed notes (c2sp.org/signed-note) with Ed25519 keys, the form that Go's sumdb and public witnesses read."""

import hashlib
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature as WrongSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from .errors import InvalidSignature, MalformedKey, MalformedNote, UnverifiedNote

ED25519 = b"\x01"
MAX_SIGNATURES = 100  # as Go's reader; the specification asks for 16 at least
DASH = "— "


@dataclass(frozen=True)
class VerifierKey:
    """A public key and the name it signs under."""

    name: str
    public: bytes

    def __post_init__(self):
        if not is_key_name(self.name):
            raise MalformedKey(f"{self.name!r} cannot name a key: no spaces, no plus, not empty.")
        if len(self.public) != 32:
            raise MalformedKey("An Ed25519 public key has 32 bytes.")

    @classmethod
    def parse(cls, text: str) -> "VerifierKey":
        """Read `name+hash+base64`."""
        name, _, rest = text.partition("+")
        key_hash, _, encoded = rest.partition("+")
        raw = strict_base64(encoded)
        if raw is None or raw[:1] != ED25519:
            raise MalformedKey("The verifier key holds no Ed25519 key.")
        key = cls(name, raw[1:])
        if key.id.hex() != key_hash:
            raise MalformedKey(f"The verifier key's hash is {key.id.hex()}, not {key_hash!r}.")
        return key

    @property
    def id(self) -> bytes:
        """Give the four bytes that name this key in a signature."""
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{b64encode(ED25519 + self.public).decode()}"


@dataclass(frozen=True)
class Signature:
    """One signature line, verified or not."""

    name: str
    key_id: bytes
    value: bytes


@dataclass(frozen=True)
class Note:
    """A text and who is said to have signed it. Trust `open_note` alone."""

    text: str
    signatures: tuple[Signature, ...]


def is_key_name(name: str) -> bool:
    """Tell whether a key may have this name."""
    is_plain = not any(c.isspace() or c == "+" or ord(c) < 0x20 for c in name)
    return bool(name) and is_plain and _is_utf8(name)


def sign_note(text: str, name: str, key: Ed25519PrivateKey) -> str:
    """Sign a text that ends in a newline; give the whole note."""
    verifier = VerifierKey(name, key.public_key().public_bytes_raw())
    _check_characters(text)
    if not text.endswith("\n"):
        raise MalformedNote("A note's text ends in a newline.")
    blob = b64encode(verifier.id + key.sign(text.encode())).decode()
    return f"{text}\n{DASH}{name} {blob}\n"


def parse_note(note: str) -> Note:
    """Take a note apart without verifying anything; raise MalformedNote for whatever the specification forbids."""
    _check_characters(note)
    head, blank, tail = note.rpartition("\n\n")
    if not blank or not tail.endswith("\n"):
        raise MalformedNote("A note is a text, an empty line and signature lines, each ended by a newline.")
    lines = tail[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise MalformedNote(f"A note has at most {MAX_SIGNATURES} signatures.")
    return Note(head + "\n", tuple(_parse_signature(line) for line in lines))


def open_note(note: str, *keys: VerifierKey) -> Note:
    """Give the note with those signatures alone that known keys made.

    Raises MalformedNote, InvalidSignature where a known key's signature is wrong, UnverifiedNote where there is none.
    """
    parsed = parse_note(note)
    known = {(key.name, key.id): key for key in keys}
    verified = {}
    for signature in parsed.signatures:
        key = known.get((signature.name, signature.key_id))
        if key is None or key in verified:  # what we do not know we ignore; a known key counts once
            continue
        try:
            Ed25519PublicKey.from_public_bytes(key.public).verify(signature.value, parsed.text.encode())
        except WrongSignature:
            raise InvalidSignature(f"The signature of {key.name} does not fit the text.") from None
        verified[key] = signature
    if not verified:
        raise UnverifiedNote("No known key signed this note.")
    return Note(parsed.text, tuple(verified.values()))


def _parse_signature(line: str) -> Signature:
    name, space, encoded = line.removeprefix(DASH).partition(" ")
    blob = strict_base64(encoded)
    if not line.startswith(DASH) or not space or not is_key_name(name) or blob is None or len(blob) < 5:
        raise MalformedNote(f"Not a signature line: {line[:80]!r}")
    return Signature(name, blob[:4], blob[4:])


def strict_base64(text: str) -> bytes | None:
    """Decode standard base64 with padding; None for anything that has another spelling."""
    try:
        raw = b64decode(text.encode("ascii"), validate=True)
    except (Base64Error, UnicodeEncodeError):
        return None
    return raw if b64encode(raw).decode() == text else None


def _check_characters(text: str) -> None:
    if any(ord(c) < 0x20 and c != "\n" for c in text) or not _is_utf8(text):
        raise MalformedNote("A note is UTF-8 without control characters.")


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
