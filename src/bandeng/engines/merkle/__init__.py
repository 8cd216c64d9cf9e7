"""RFC 6962 Merkle tree over SHA-256, its proofs, and its heads as C2SP checkpoints."""

from .case_proofs import CASE_PROOF, CaseEntry, CaseProblem, CaseProof, case_proof_key, check_case_proof
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
from .log_files import (
    HeadComparison,
    LogFinding,
    check_log,
    compare_heads,
    double_heads,
    join_heads,
    split_heads,
    tiles_of,
)
from .notes import Note, Signature, VerifierKey, open_note, parse_note, sign_note
from .proof_files import check_proof, write_proof
from .proofs import Path, consistency_path, inclusion_path, sides_of, verify_consistency, verify_inclusion
from .tiles import Tile, TileReader, tile_width
from .tree import Frontier, HashReader, peak_positions, root_at, root_of

__all__ = [
    "CASE_PROOF",
    "EMPTY_ROOT",
    "HASH_SIZE",
    "CaseEntry",
    "CaseProblem",
    "CaseProof",
    "Checkpoint",
    "Frontier",
    "HashReader",
    "HeadComparison",
    "InvalidProof",
    "InvalidSignature",
    "LogFinding",
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
    "case_proof_key",
    "check_case_proof",
    "check_log",
    "check_proof",
    "commit",
    "compare_heads",
    "consistency_path",
    "double_heads",
    "inclusion_path",
    "join_heads",
    "leaf_hash",
    "leaf_hash_of",
    "node_hash",
    "open_checkpoint",
    "open_note",
    "parse_note",
    "peak_positions",
    "root_at",
    "root_of",
    "sides_of",
    "sign_note",
    "split_heads",
    "tile_width",
    "tiles_of",
    "verify_consistency",
    "verify_inclusion",
    "write_proof",
]
