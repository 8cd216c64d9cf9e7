"""The tree and its proofs, against published vectors and an oracle written from RFC 6962 §2.1 word by word."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandeng.engines import merkle

# The eight leaves of the Certificate Transparency reference tests and the root at each size.
LEAVES = [
    bytes.fromhex(data)
    for data in ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION = {  # (index, size): path
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
}
CONSISTENCY = {  # (old size, size): proof
    (1, 1): [],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}


class Oracle:
    """RFC 6962 §2.1, §2.1.1 and §2.1.2 as they stand there: recursive, on lists of data."""

    @staticmethod
    def split(n):
        k = 1
        while k * 2 < n:
            k *= 2
        return k

    @classmethod
    def mth(cls, data):
        if not data:
            return hashlib.sha256().digest()
        if len(data) == 1:
            return hashlib.sha256(b"\x00" + data[0]).digest()
        k = cls.split(len(data))
        return hashlib.sha256(b"\x01" + cls.mth(data[:k]) + cls.mth(data[k:])).digest()

    @classmethod
    def path(cls, m, data):
        if len(data) == 1:
            return []
        k = cls.split(len(data))
        if m < k:
            return [*cls.path(m, data[:k]), cls.mth(data[k:])]
        return [*cls.path(m - k, data[k:]), cls.mth(data[:k])]

    @classmethod
    def proof(cls, m, data):
        return cls.subproof(m, data, True)

    @classmethod
    def subproof(cls, m, data, is_whole):
        if m == len(data):
            return [] if is_whole else [cls.mth(data)]
        k = cls.split(len(data))
        if m <= k:
            return [*cls.subproof(m, data[:k], is_whole), cls.mth(data[k:])]
        return [*cls.subproof(m - k, data[k:], False), cls.mth(data[:k])]


def reader(data):
    """Read full subtrees by asking the oracle, and nothing that is not full."""

    def read(level, index):
        part = data[index << level : (index + 1) << level]
        assert len(part) == 1 << level, "asked for a subtree that is not full"
        return Oracle.mth(part)

    return read


def some_data(size):
    return [size.to_bytes(2) + i.to_bytes(2) for i in range(size)]


def test_published_roots():
    for size, root in enumerate(ROOTS):
        assert merkle.root_of(merkle.leaf_hash(leaf) for leaf in LEAVES[:size]).hex() == root
        assert merkle.root_at(reader(LEAVES), size).hex() == root


@pytest.mark.parametrize(("index", "size"), INCLUSION)
def test_published_inclusion_proofs(index, size):
    path = [bytes.fromhex(one) for one in INCLUSION[index, size]]
    assert list(merkle.inclusion_path(reader(LEAVES), index, size)) == path
    merkle.verify_inclusion(merkle.leaf_hash(LEAVES[index]), index, size, path, bytes.fromhex(ROOTS[size]))


@pytest.mark.parametrize(("old", "size"), CONSISTENCY)
def test_published_consistency_proofs(old, size):
    path = [bytes.fromhex(one) for one in CONSISTENCY[old, size]]
    assert list(merkle.consistency_path(reader(LEAVES), old, size)) == path
    merkle.verify_consistency(old, bytes.fromhex(ROOTS[old]), size, bytes.fromhex(ROOTS[size]), path)


def test_every_proof_of_every_small_tree_is_the_oracles_and_verifies():
    for size in range(1, 34):
        data = some_data(size)
        read, root = reader(data), Oracle.mth(data)
        for index in range(size):
            path = merkle.inclusion_path(read, index, size)
            assert list(path) == Oracle.path(index, data)
            merkle.verify_inclusion(merkle.leaf_hash(data[index]), index, size, path, root)
        for old in range(1, size + 1):
            proof = merkle.consistency_path(read, old, size)
            assert list(proof) == Oracle.proof(old, data)
            merkle.verify_consistency(old, Oracle.mth(data[:old]), size, root, proof)


@given(st.integers(0, 300))
def test_the_frontier_has_the_oracles_root_and_full_subtrees(size):
    data = some_data(size)
    read, frontier = reader(data), merkle.Frontier()
    for i, one in enumerate(data):
        for level, index, hash_ in frontier.append(merkle.leaf_hash(one)):
            assert (index + 1) << level == i + 1 and hash_ == read(level, index)
    assert frontier.root() == Oracle.mth(data)
    assert merkle.Frontier.read(read, size).peaks == frontier.peaks


@given(st.data(), st.integers(1, 80))
def test_a_flipped_bit_another_leaf_or_another_place_is_no_inclusion(draw, size):
    data = some_data(size)
    index = draw.draw(st.integers(0, size - 1))
    path, root, leaf = Oracle.path(index, data), Oracle.mth(data), merkle.leaf_hash(data[index])
    which = draw.draw(st.integers(0, len(path) + 1))
    parts = [root, leaf, *path]
    parts[which] = flip(draw, parts[which])
    wrong = [
        (parts[1], index, size, parts[2:], parts[0]),
        (leaf, index, size, [*path, root], root),
        *[(leaf, other, size, path, root) for other in range(-1, size + 1) if other != index],
        *[(leaf, index, other, path, root) for other in (0, index) if other != size],
    ]
    if path:
        wrong += [(leaf, index, size, path[:-1], root), (leaf, index, size, path[1:], root)]
    for leaf_, index_, size_, path_, root_ in wrong:
        with pytest.raises(merkle.InvalidProof):
            merkle.verify_inclusion(leaf_, index_, size_, path_, root_)


@given(st.data(), st.integers(2, 80))
def test_a_flipped_bit_or_another_root_is_no_consistency(draw, size):
    data = some_data(size)
    old = draw.draw(st.integers(1, size - 1))
    parts = [Oracle.mth(data[:old]), Oracle.mth(data), *Oracle.proof(old, data)]
    for wrong in (
        *[[*parts[:i], flip(draw, part), *parts[i + 1 :]] for i, part in enumerate(parts)],
        [*parts, parts[0]],
        parts[:-1],
        [parts[1], parts[0], *parts[2:]],
    ):
        with pytest.raises(merkle.InvalidProof):
            merkle.verify_consistency(old, wrong[0], size, wrong[1], wrong[2:])


@given(st.integers(1, 60), st.integers(1, 60), st.integers(0, 59))
def test_a_rewritten_leaf_is_never_consistent(old, more, at):
    """No proof that the new tree can make for itself convinces whoever kept the old root."""
    before = some_data(old)
    after = some_data(old + more)
    after[: min(old, len(after))] = before
    after[at % old] = b"rewritten"
    proof = merkle.consistency_path(reader(after), old, old + more)
    with pytest.raises(merkle.InvalidProof):
        merkle.verify_consistency(old, Oracle.mth(before), old + more, Oracle.mth(after), proof)


def test_nothing_to_prove_has_the_empty_proof_alone():
    root = Oracle.mth(some_data(3))
    merkle.verify_consistency(0, merkle.EMPTY_ROOT, 3, root, [])
    merkle.verify_consistency(3, root, 3, root, [])
    assert merkle.consistency_path(reader([]), 0, 3) == ()
    for old, old_root, proof in [(0, root, []), (3, merkle.EMPTY_ROOT, []), (0, merkle.EMPTY_ROOT, [root])]:
        with pytest.raises(merkle.InvalidProof):
            merkle.verify_consistency(old, old_root, 3, root, proof)
    for wrong in ((4, 3), (-1, 3)):
        with pytest.raises(ValueError, match="does not contain"):
            merkle.consistency_path(reader([]), *wrong)
    with pytest.raises(ValueError, match="is not in a tree"):
        merkle.inclusion_path(reader([]), 3, 3)


def test_a_commitment_binds_salt_and_content_and_domain():
    salt, text = bytes(range(32)), b'{"schema":1}'
    expected = hashlib.sha256(b"bandeng/leaf/v1\x00" + salt + text).digest()
    assert merkle.commit(salt, text) == expected
    assert merkle.leaf_hash_of(expected) == hashlib.sha256(b"\x00" + expected).digest()
    with pytest.raises(ValueError, match="salt"):
        merkle.commit(salt + b"{", text[1:])
    with pytest.raises(ValueError, match="commitment"):
        merkle.leaf_hash_of(b"")


def flip(draw, part):
    bit = draw.draw(st.integers(0, len(part) * 8 - 1))
    return (int.from_bytes(part) ^ 1 << bit).to_bytes(len(part))
