"""What can be wrong with what a stranger, or a damaged store, hands us."""


class InvalidProof(ValueError):
    """A proof does not lead from what it should prove to the root it names."""


class MissingHash(LookupError):
    """A hash was asked for that the tree does not have yet, or that its store has lost."""


class MalformedNote(ValueError):
    """Bytes are not a signed note (c2sp.org/signed-note)."""


class MalformedKey(ValueError):
    """A verifier key is not `name+hash+base64` of an Ed25519 key, or its hash does not fit."""


class InvalidSignature(ValueError):
    """A known key's signature does not fit the note's text."""


class UnverifiedNote(ValueError):
    """No known key signed the note."""


class MalformedCheckpoint(ValueError):
    """A note's text is not a checkpoint (c2sp.org/tlog-checkpoint), or of another log than expected."""


class MalformedPath(ValueError):
    """A path names no tile (c2sp.org/tlog-tiles)."""
