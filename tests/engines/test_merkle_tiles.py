"""Tiles: paths as c2sp.org/tlog-tiles spells them, and proofs from tiles alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandeng.engines import merkle

PATHS = {
    merkle.Tile(0, 0): "tile/0/000",
    merkle.Tile(0, 1_234_067): "tile/0/x001/x234/067",
    merkle.Tile(1, 1000): "tile/1/x001/000",
    merkle.Tile(3, 999, 7): "tile/3/999.p/7",
    merkle.Tile(63, 999_999_999_999_999_999, 255): "tile/63/x999/x999/x999/x999/x999/999.p/255",
}


@pytest.mark.parametrize("tile", PATHS)
def test_paths_are_those_of_the_specification(tile):
    assert tile.path == PATHS[tile]
    assert merkle.Tile.parse(PATHS[tile]) == tile


@given(st.integers(0, 63), st.integers(0, 2**62), st.integers(1, 256))
def test_every_path_reads_back(level, index, width):
    tile = merkle.Tile(level, index, width)
    assert merkle.Tile.parse(tile.path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile/0/0",
        "tile/00/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/0/000/000",
        "tile/0/x000/001",
        "tile/0/x001",
        "tile/0/001.p/0",
        "tile/0/001.p/01",
        "tile/0/001.p/256",
        "tile/0/001.p/999",
        "tile/0/001.p",
        "tile/0/００１",
        "tile/0/001\n",
        "../tile/0/001",
    ],
)
def test_other_paths_name_no_tile(path):
    with pytest.raises(merkle.MalformedPath):
        merkle.Tile.parse(path)


def test_the_specifications_example_of_70000_leaves():
    widths = {(level, index): merkle.tile_width(level, index, 70_000) for level in range(4) for index in range(275)}
    assert [widths[0, n] for n in (0, 272, 273, 274)] == [256, 256, 112, 0]
    assert [widths[1, n] for n in (0, 1, 2)] == [256, 17, 0]
    assert [widths[2, 0], widths[2, 1], widths[3, 0]] == [1, 0, 0]
    assert merkle.tile_width(1, 0, 256) == 1


class Tiled:
    """A tree of which only tiles are kept."""

    def __init__(self, size):
        self.leaves = [merkle.leaf_hash(i.to_bytes(4)) for i in range(size)]
        self.rows = {0: self.leaves, 1: [], 2: []}
        self.fetched = 0
        frontier = merkle.Frontier()
        for leaf in self.leaves:
            for level, _, hash_ in frontier.append(leaf):
                if level % 8 == 0:
                    self.rows[level // 8].append(hash_)
        self.root = frontier.root()

    def fetch(self, level, index):
        self.fetched += 1
        return self.rows.get(level, [])[index * 256 : (index + 1) * 256]


TREE = Tiled(70_000)


@given(st.integers(0, 69_999))
def test_a_proof_takes_few_tiles(index):
    TREE.fetched = 0
    path = merkle.inclusion_path(merkle.TileReader(TREE.fetch), index, 70_000)
    merkle.verify_inclusion(TREE.leaves[index], index, 70_000, path, TREE.root)
    assert TREE.fetched <= 5  # three tiles above the leaf, two more on the right edge


@given(st.integers(1, 70_000), st.integers(1, 70_000))
def test_any_two_heads_are_consistent(one, other):
    old, size = sorted((one, other))
    read = merkle.TileReader(TREE.fetch)
    roots = merkle.root_at(read, old), merkle.root_at(read, size)
    merkle.verify_consistency(old, roots[0], size, roots[1], merkle.consistency_path(read, old, size))


def test_a_root_from_tiles_is_the_root_of_the_leaves():
    for size in (0, 1, 255, 256, 257, 511, 512, 1000):
        assert merkle.root_at(merkle.TileReader(TREE.fetch), size) == merkle.root_of(TREE.leaves[:size])


def test_a_lost_hash_is_named():
    read = merkle.TileReader(TREE.fetch)
    for level, index in [(0, 70_000), (3, 8_750), (8, 273), (16, 1), (30, 0)]:
        with pytest.raises(merkle.MissingHash):
            read(level, index)
    with pytest.raises(ValueError, match="full subtrees"):
        merkle.Frontier(3, [bytes(32)])
