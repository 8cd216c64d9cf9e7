"""Inclusion and consistency proofs: made as in RFC 6962 §2.1, verified as in RFC 9162 §2.1.3.2 and §2.1.4.2."""

from collections.abc import Sequence

from .errors import InvalidProof
from .hashing import EMPTY_ROOT, HASH_SIZE, node_hash
from .tree import HashReader, range_hash

Path = tuple[bytes, ...]


def _split(start: int, end: int) -> int:
    """Give where RFC 6962 splits a range of two leaves or more: the largest power of two smaller than its length."""
    return start + (1 << (end - start - 1).bit_length() - 1)


def inclusion_path(read: HashReader, index: int, size: int) -> Path:
    """Make the path from leaf `index` to the root of the first `size` leaves: PATH(m, D[n])."""
    if not 0 <= index < size:
        raise ValueError(f"Leaf {index} is not in a tree of {size}.")
    path, start, end = [], 0, size
    while end - start > 1:
        middle = _split(start, end)
        if index < middle:
            path.append(range_hash(read, middle, end))
            end = middle
        else:
            path.append(range_hash(read, start, middle))
            start = middle
    return tuple(reversed(path))


def consistency_path(read: HashReader, old_size: int, size: int) -> Path:
    """Make the proof that the first `old_size` leaves are unchanged in a tree of `size`: PROOF(m, D[n]).

    Empty where there is nothing to prove: from the empty tree, and from a tree to itself.
    """
    if not 0 <= old_size <= size:
        raise ValueError(f"A tree of {size} does not contain one of {old_size}.")
    if old_size == 0:
        return ()
    path, start, end, is_known = [], 0, size, True
    while end != old_size:
        middle = _split(start, end)
        if old_size <= middle:
            path.append(range_hash(read, middle, end))
            end = middle
        else:
            path.append(range_hash(read, start, middle))
            start, is_known = middle, False  # no longer the old root itself, so its hash must be told
    if not is_known:
        path.append(range_hash(read, start, end))
    return tuple(reversed(path))


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> None:
    """Check that `leaf` is at `index` of the tree of `size` leaves with this root; raise InvalidProof if not."""
    if not 0 <= index < size:
        raise InvalidProof(f"Leaf {index} is not in a tree of {size}.")
    _check_lengths(leaf, root, *path)
    at, last, found = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            raise InvalidProof("The path is longer than the tree is high.")
        if at & 1 or at == last:
            found = node_hash(sibling, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        at, last = at >> 1, last >> 1
    if last != 0:
        raise InvalidProof("The path is shorter than the tree is high.")
    if found != root:
        raise InvalidProof("The path leads to another root.")


def verify_consistency(old_size: int, old_root: bytes, size: int, root: bytes, path: Sequence[bytes]) -> None:
    """Check that the tree of `size` begins with the whole tree of `old_size`; raise InvalidProof if not."""
    if not 0 <= old_size <= size:
        raise InvalidProof(f"A tree of {size} does not contain one of {old_size}.")
    _check_lengths(old_root, root, *path)
    if old_size in (0, size):
        if path or old_root != (root if old_size else EMPTY_ROOT):
            raise InvalidProof("There is nothing to prove here, and something else was said.")
        return
    steps = list(path)
    at, last = old_size - 1, size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    if not steps:
        raise InvalidProof("The proof is empty.")
    old_found = found = old_root if at == 0 else steps.pop(0)
    for sibling in steps:
        if last == 0:
            raise InvalidProof("The proof is longer than the tree is high.")
        if at & 1 or at == last:
            old_found, found = node_hash(sibling, old_found), node_hash(sibling, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        at, last = at >> 1, last >> 1
    if last != 0:
        raise InvalidProof("The proof is shorter than the tree is high.")
    if old_found != old_root or found != root:
        raise InvalidProof("The proof leads to another root.")


def sides_of(index: int, size: int) -> list[str]:
    """Tell for each hash of an inclusion path, from the leaf up, whether it stands left (L) or right (R) of ours."""
    sides, last = [], size - 1
    while last:
        if index & 1:
            sides.append("L")
        elif index < last:
            sides.append("R")
        index, last = index >> 1, last >> 1
    return sides


def _check_lengths(*hashes: bytes) -> None:
    if any(len(one) != HASH_SIZE for one in hashes):
        raise InvalidProof(f"Every hash has {HASH_SIZE} bytes.")
