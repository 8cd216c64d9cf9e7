"""Finds what was said before: likes of a message, and what a person types, each within opaque scopes.

Method. BM25 (Robertson and Walker 1994; k1 1.2, b 0.75 as tantivy has them) over two kinds of terms: words by rjieba's
dictionary and the county's names, for titles and texts; and a title's character bigrams, which find the names that no
dictionary has. A long message asks with its forty most telling words (idf^1.5, after the pruning of long queries by
Kumaran and Carvalho 2009); candidates are scored again for length; a short one is asked a second time with what its
best hits share (Rocchio 1971). Limits: words alone, so the same matter in other words is not found; two estates' same
complaint is much alike, which is why likeness names numbers and places apart; what is deleted counts in the rarity of
words until its segment is merged. A mapped file that is cut short by another program ends the process: only this
module may write in an index's folder.

No text is stored in an index, but its words are in it as terms: give it masked words, and keep it like them.
"""

from .documents import Document, Fetch, Filters, Hit, Likeness, Page, Snippet, Term
from .errors import (
    IndexBroken,
    IndexBusy,
    IndexMissing,
    IndexReplaced,
    IndexUnusable,
    InvalidDocument,
    InvalidQuery,
    SearchError,
)
from .explaining import snippet, spans
from .index import Index
from .reading import TELLING, bigrams
from .writing import Writer, rebuild

__all__ = [
    "TELLING",
    "Document",
    "Fetch",
    "Filters",
    "Hit",
    "Index",
    "IndexBroken",
    "IndexBusy",
    "IndexMissing",
    "IndexReplaced",
    "IndexUnusable",
    "InvalidDocument",
    "InvalidQuery",
    "Likeness",
    "Page",
    "SearchError",
    "Snippet",
    "Term",
    "Writer",
    "bigrams",
    "rebuild",
    "snippet",
    "spans",
]
