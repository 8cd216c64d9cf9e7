"""The only door to `lookup`."""

from .finding import MOST, Answer, Asked, Found, Piece, by_number, find
from .indexing import Rebuilding, feed, forget, holds_erased_words, is_small, reindex
from .liking import Like, like
from .standing import Standing, differences, standing

__all__ = [
    "Answer",
    "Asked",
    "Found",
    "Like",
    "MOST",
    "Piece",
    "Rebuilding",
    "Standing",
    "by_number",
    "differences",
    "feed",
    "find",
    "forget",
    "like",
    "holds_erased_words",
    "is_small",
    "reindex",
    "standing",
]
