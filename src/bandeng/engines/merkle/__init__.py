"""RFC 6962 Merkle tree over SHA-256, its proofs, and its heads as C2SP checkpoints."""

from .checkpoints import Checkpoint, open_checkpoint
from .errors import (
    InvalidProof,
    InvalidSignature,
    MalformedCheckpoint,
    MalformedKey,
    MalformedNote,
    MalformedPath,
    MissingHash,
    UnverifiedNote,
)
from .hashing import EMPTY_ROOT, HASH_SIZE, commit, leaf_hash, leaf_hash_of, node_hash
from .notes import Note, Signature, VerifierKey, open_note, parse_note, sign_note
from .proof_files import check_proof, write_proof
from .proofs import Path, consistency_path, inclusion_path, verify_consistency, verify_inclusion
from .tiles import Tile, TileReader, tile_width
from .tree import Frontier, HashReader, peak_positions, root_at, root_of

__all__ = [
    "EMPTY_ROOT",
    "HASH_SIZE",
    "Checkpoint",
    "Frontier",
    "HashReader",
    "InvalidProof",
    "InvalidSignature",
    "MalformedCheckpoint",
    "MalformedKey",
    "MalformedNote",
    "MalformedPath",
    "MissingHash",
    "Note",
    "Path",
    "Signature",
    "Tile",
    "TileReader",
    "UnverifiedNote",
    "VerifierKey",
    "check_proof",
    "commit",
    "consistency_path",
    "inclusion_path",
    "leaf_hash",
    "leaf_hash_of",
    "node_hash",
    "open_checkpoint",
    "open_note",
    "parse_note",
    "peak_positions",
    "root_at",
    "root_of",
    "sign_note",
    "tile_width",
    "verify_consistency",
    "verify_inclusion",
    "write_proof",
]
