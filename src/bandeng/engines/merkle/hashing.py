"""The three hashes everything is made of (RFC 6962 §2.1), and what a leaf of ours commits to."""

import hashlib

HASH_SIZE = 32
SALT_SIZE = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()
LEAF_DOMAIN = b"bandeng/leaf/v1\x00"


def leaf_hash(data: bytes) -> bytes:
    """Hash one leaf's data. The prefix 0x00 keeps a leaf from being read as an inner node."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two 32-byte children into their parent."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def commit(salt: bytes, canonical: bytes) -> bytes:
    """Commit to canonical bytes without telling them: 32 bytes that open only with both salt and content.

    The salt (32 random bytes, stored with the content) keeps strangers from finding a short content by trying;
    once both are erased the commitment says nothing any more. Raises ValueError for a salt of another length.
    """
    if len(salt) != SALT_SIZE:
        raise ValueError(f"A salt has {SALT_SIZE} bytes, not {len(salt)}.")
    return hashlib.sha256(LEAF_DOMAIN + salt + canonical).digest()


def leaf_hash_of(commitment: bytes) -> bytes:
    """Give the tree's leaf hash of a 32-byte commitment, the leaf's only data."""
    if len(commitment) != HASH_SIZE:
        raise ValueError(f"A commitment has {HASH_SIZE} bytes, not {len(commitment)}.")
    return leaf_hash(commitment)
