"""The only door to `ledger`."""

from .services.entries import append, leaf_hashes

__all__ = [
    "append",
    "leaf_hashes",
]
