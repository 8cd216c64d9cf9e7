"""What the ledger cannot do."""


class NoSuchEntry(LookupError):
    """No act of this id was ever written to the log."""


class NotInThatHead(ValueError):
    """The tree of the size asked for does not reach that far."""


class NothingPublished(LookupError):
    """The log has no such file: no head yet, or a tile beyond the latest head."""


class CannotSequence(RuntimeError):
    """The log must not be continued: what is there does not agree with the last head that was signed."""
