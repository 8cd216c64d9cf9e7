from .entry import LedgerEntry, LedgerPending
from .tree import LedgerHead, LedgerLeaf, LedgerNode

__all__ = ["LedgerEntry", "LedgerHead", "LedgerLeaf", "LedgerNode", "LedgerPending"]
