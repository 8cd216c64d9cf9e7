"""What cannot be done, by its own name."""


class SearchError(Exception):
    """Any error of this engine."""


class InvalidDocument(SearchError, ValueError):
    """A document cannot be taken in; the message says which and why."""


class InvalidQuery(SearchError, ValueError):
    """A question cannot be answered as it was put."""


class IndexUnusable(SearchError):
    """There is no index to answer from. Whoever asks falls back on something else and has it rebuilt."""


class IndexMissing(IndexUnusable):
    """Nothing is there."""


class IndexBroken(IndexUnusable):
    """Something is there that must not be trusted."""


class IndexBusy(SearchError):
    """Another writer has the index."""


class IndexReplaced(SearchError):
    """The index was rebuilt since this writer began: what it held back is not in the new one. Begin again."""
