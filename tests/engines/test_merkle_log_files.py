"""A whole log from its files: rebuilt for every size, a changed hash named by its tile, heads joined and split."""

import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from bandeng.engines import merkle

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


LEAVES = [sha(b"%d" % number) for number in range(70_000)]


def mth(leaves):
    """RFC 6962 section 2.1, pairing from the left: the same tree, without recursion."""
    while len(leaves) > 1:
        odd = leaves[-1:] if len(leaves) % 2 else []
        leaves = [sha(b"\x01", left, right) for left, right in zip(leaves[::2], leaves[1::2], strict=False)] + odd
    return leaves[0] if leaves else sha()


def tiles(size):
    """Give every tile's hashes by (level, index), from the definition of c2sp.org/tlog-tiles."""
    found, row, level = {}, LEAVES[:size], 0
    while row:
        found |= {(level, at // 256): row[at : at + 256] for at in range(0, len(row), 256)}
        row = [mth(row[at : at + 256]) for at in range(0, len(row) - 255, 256)]
        level += 1
    return found


def head(size):
    return merkle.Checkpoint("log.example", size, mth(LEAVES[:size]))


def check(found, heads):
    return list(merkle.check_log(lambda level, index: found.get((level, index), []), heads))


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537, 70_000])
def test_a_log_of_any_size_holds_and_has_the_tiles_it_should(size):
    found = tiles(size)
    assert check(found, [head(size), head(size // 2)]) == []
    listed = {(tile.level, tile.index): tile.width for tile in merkle.tiles_of(size)}
    assert listed == {place: len(row) for place, row in found.items()}


def test_an_empty_log_holds_and_another_root_for_it_does_not():
    assert check({}, [head(0)]) == []
    assert [each.kind for each in check({}, [merkle.Checkpoint("log.example", 0, b"\x01" * 32)])] == ["head-wrong"]


@settings(max_examples=60)
@given(st.data())
def test_any_changed_hash_is_named_by_its_tile(data):
    size = data.draw(st.integers(1, 1500))
    found = tiles(size)
    level, index = data.draw(st.sampled_from(sorted(found)))
    at = data.draw(st.integers(0, len(found[level, index]) - 1))
    found[level, index] = [*found[level, index]]
    found[level, index][at] = sha(b"changed")
    heads = [head(size), *(head(each) for each in data.draw(st.lists(st.integers(0, size), max_size=4)))]
    told = check(found, heads)
    path = merkle.Tile(level, index, merkle.tile_width(level, index, size)).path
    assert {each.place for each in told if each.kind == "tile-wrong"} == {path}
    for each in told:
        if each.kind == "head-wrong":
            assert level == 0 and each.after <= index * 256 + at < int(each.place)


def test_the_change_lies_between_the_last_head_that_fits_and_the_first_that_does_not():
    found = tiles(1000)
    found[0, 2] = [*found[0, 2]]
    found[0, 2][10] = sha(b"changed")  # entry 522, counted from 0
    told = check(found, [head(size) for size in (100, 500, 600, 1000)])
    assert [(each.kind, each.place, each.after) for each in told] == [
        ("tile-wrong", "tile/0/002", 0),
        ("head-wrong", "600", 500),
    ]


def test_a_change_carried_up_is_still_found_by_the_heads():
    """Whoever changes a leaf and the hash above it has to sign anew, and the old heads no longer fit."""
    found = tiles(1000)
    row = [*found[0, 1]]
    row[0] = sha(b"changed")
    found[0, 1], found[1, 0] = row, [found[1, 0][0], mth(row), *found[1, 0][2:]]
    told = [each for each in check(found, [head(200), head(1000)]) if each.kind == "head-wrong"]
    assert [(each.place, each.after) for each in told] == [("1000", 200)]


@given(st.lists(st.integers(0, 40), max_size=6))
def test_heads_in_one_file_come_back_as_they_were(sizes):
    notes = [head(size).sign(KEY) for size in sizes]
    assert merkle.split_heads("".join(merkle.join_heads(notes))) == notes


@pytest.mark.parametrize("text", ["\n", "a\n\n", "a\n\nb", "a\n\nb\n\nc\n"])
def test_what_is_no_row_of_heads_is_refused(text):
    with pytest.raises(merkle.MalformedNote):
        merkle.split_heads(text)


@pytest.mark.parametrize("old, new, size, kind", [
    (0, 300, 300, "grown"), (1, 300, 300, "grown"), (256, 300, 300, "grown"), (299, 300, 300, "grown"),
    (300, 300, 300, "same"), (300, 299, 300, "shrunken"), (200, 301, 300, "beyond"), (301, 200, 300, "beyond"),
])  # fmt: skip
def test_two_heads_of_one_log(old, new, size, kind):
    found = tiles(size)
    told = merkle.compare_heads(head(old), head(new), lambda level, index: found.get((level, index), []), size)
    assert told.kind == kind
    if kind == "grown":
        merkle.verify_consistency(old, head(old).root, new, head(new).root, told.path)


def test_a_head_signed_twice_differently_is_a_fork():
    other = merkle.Checkpoint("log.example", 5, sha(b"other"))
    assert list(merkle.double_heads([head(5), head(6), other, head(5)])) == [5]
    assert list(merkle.double_heads([head(5), head(5), head(6)])) == []
