"""The only door to `ledger`."""

from .errors import CannotSequence, NoSuchEntry, NothingPublished, NotInThatHead
from .exporting import Exported, export_log
from .publication import checkpoint_file, proof_file, tile_file
from .selectors import (
    ConsistencyProof,
    InclusionProof,
    Leaf,
    Pending,
    consistency,
    head,
    heads_by_day,
    leaf_hashes,
    leaf_places,
    leaves,
    note_verifier_key,
    pending,
    pending_older_than,
    pending_since,
    proof,
    short_head,
)
from .services.entries import append
from .services.sequencing import sequence
from .verification import Finding, lost_entries, rebuild_check

__all__ = [
    "CannotSequence",
    "ConsistencyProof",
    "Exported",
    "Finding",
    "InclusionProof",
    "Leaf",
    "NoSuchEntry",
    "NotInThatHead",
    "NothingPublished",
    "Pending",
    "append",
    "checkpoint_file",
    "consistency",
    "export_log",
    "head",
    "heads_by_day",
    "leaf_hashes",
    "leaf_places",
    "leaves",
    "lost_entries",
    "note_verifier_key",
    "pending",
    "pending_older_than",
    "pending_since",
    "proof",
    "proof_file",
    "rebuild_check",
    "sequence",
    "short_head",
    "tile_file",
]
