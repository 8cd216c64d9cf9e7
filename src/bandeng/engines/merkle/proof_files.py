"""A proof as one text file that anybody checks offline (c2sp.org/tlog-proof): path and signed checkpoint together."""

from base64 import b64encode
from collections.abc import Sequence

from .checkpoints import Checkpoint, open_checkpoint
from .errors import InvalidProof
from .notes import VerifierKey, strict_base64
from .proofs import verify_inclusion

FIRST_LINE = "c2sp.org/tlog-proof@v1"


def write_proof(index: int, path: Sequence[bytes], note: str) -> str:
    """Put leaf `index`, its path and the signed checkpoint that the path leads to into one file."""
    lines = [FIRST_LINE, f"index {index}", *(b64encode(one).decode() for one in path), "", note]
    return "\n".join(lines)


def check_proof(text: str, leaf: bytes, key: VerifierKey) -> tuple[int, Checkpoint]:
    """Check that the log of `key` has `leaf`; give its index and the head that proves it.

    Raises InvalidProof for a file or path that is wrong, and what `open_checkpoint` raises for the head.
    """
    head, _, note = text.partition("\n\n")
    lines = head.split("\n")
    index = lines[1].removeprefix("index ") if len(lines) > 1 else ""
    path = [strict_base64(line) for line in lines[2:]]
    is_number = index.isascii() and index.isdigit() and len(index) < 20 and str(int(index)) == index
    if lines[0] != FIRST_LINE or lines[1:2] != [f"index {index}"] or not is_number or None in path:
        raise InvalidProof(f"Not a proof of the form {FIRST_LINE} without extra data.")
    checkpoint = open_checkpoint(note, key)
    verify_inclusion(leaf, int(index), checkpoint.size, path, checkpoint.root)
    return int(index), checkpoint
