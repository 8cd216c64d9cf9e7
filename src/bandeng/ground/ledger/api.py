"""The only door to `ledger`."""

from .services.entries import append

__all__ = [
    "append",
]
