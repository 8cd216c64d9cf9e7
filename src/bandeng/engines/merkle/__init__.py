"""RFC 6962 Merkle tree over SHA-256, its proofs, and its heads as C2SP checkpoints."""

from .hashing import EMPTY_ROOT, HASH_SIZE, commit, leaf_hash, leaf_hash_of, node_hash

__all__ = [
    "EMPTY_ROOT",
    "HASH_SIZE",
    "commit",
    "leaf_hash",
    "leaf_hash_of",
    "node_hash",
]
