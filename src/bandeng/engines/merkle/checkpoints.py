"""Tree heads as text (c2sp.org/tlog-checkpoint), signed by the log and opened by anyone."""

from base64 import b64encode
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from .errors import MalformedCheckpoint
from .hashing import HASH_SIZE
from .notes import VerifierKey, open_note, sign_note, strict_base64

MAX_SIZE = 2**63 - 1


@dataclass(frozen=True)
class Checkpoint:
    """The log's name, its number of leaves and their root."""

    origin: str
    size: int
    root: bytes

    def __post_init__(self):
        if not self.origin or "\n" in self.origin:
            raise MalformedCheckpoint("An origin is one line and not empty.")
        if not 0 <= self.size <= MAX_SIZE or len(self.root) != HASH_SIZE:
            raise MalformedCheckpoint(f"A tree has 0 to {MAX_SIZE} leaves and a root of {HASH_SIZE} bytes.")

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """Read the text of a checkpoint. Extension lines, which nobody can audit, are refused."""
        lines = text.split("\n")
        if len(lines) != 4 or lines[3]:
            raise MalformedCheckpoint("A checkpoint has three lines: origin, size, root.")
        origin, size, encoded = lines[:3]
        if not (size.isascii() and size.isdigit()) or str(int(size[:20])) != size:
            raise MalformedCheckpoint(f"{size[:20]!r} is no number of leaves.")
        root = strict_base64(encoded)
        if root is None:
            raise MalformedCheckpoint("The root is not standard base64.")
        return cls(origin, int(size), root)

    def __str__(self) -> str:
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"

    def sign(self, key: Ed25519PrivateKey) -> str:
        """Give the signed note; the key's name is the origin, as the specification recommends."""
        return sign_note(str(self), self.origin, key)


def open_checkpoint(note: str, key: VerifierKey) -> Checkpoint:
    """Verify a signed checkpoint of the log that `key` names.

    Raises what `open_note` raises, and MalformedCheckpoint for the text of another log.
    """
    checkpoint = Checkpoint.parse(open_note(note, key).text)
    if checkpoint.origin != key.name:
        raise MalformedCheckpoint(f"A head of {checkpoint.origin}, not of {key.name}.")
    return checkpoint
