"""Tiles of 256 hashes (c2sp.org/tlog-tiles): how few hashes are stored, and how strangers fetch them."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from .errors import MalformedPath, MissingHash
from .hashing import node_hash

HEIGHT = 8
WIDTH = 1 << HEIGHT
PATH = re.compile(r"tile/(0|[1-9]\d?)/((?:x\d{3}/)*\d{3})(?:\.p/([1-9]\d{0,2}))?", re.ASCII)

# (tile level, tile index) -> the hashes that are there, at most 256, from the left.
TileFetcher = Callable[[int, int], list[bytes]]


@dataclass(frozen=True)
class Tile:
    """Hashes `index * 256 …` of tree level `level * 8`; `width` below 256 is a partial tile of the right edge."""

    level: int
    index: int
    width: int = WIDTH

    @classmethod
    def parse(cls, path: str) -> "Tile":
        """Read `tile/<L>/<N>[.p/<W>]`; raise MalformedPath for any other spelling."""
        match = PATH.fullmatch(path)
        if not match:
            raise MalformedPath(f"{path[:80]!r} names no tile.")
        tile = cls(int(match[1]), int(match[2].replace("x", "").replace("/", "")), int(match[3] or WIDTH))
        if tile.path != path or tile.level > 63:  # leading zeroes, a width of 256 or more
            raise MalformedPath(f"{path[:80]!r} names no tile.")
        return tile

    @property
    def path(self) -> str:
        """Give the path that a log serves this tile at."""
        rest, last = divmod(self.index, 1000)
        encoded = f"{last:03}"
        while rest:
            rest, group = divmod(rest, 1000)
            encoded = f"x{group:03}/{encoded}"
        return f"tile/{self.level}/{encoded}" + (f".p/{self.width}" if self.width < WIDTH else "")


def tile_width(level: int, index: int, size: int) -> int:
    """Give how many hashes a tile has in a tree of `size` leaves: 0 (no such tile) to 256."""
    return max(0, min(WIDTH, (size >> HEIGHT * level) - index * WIDTH))


class TileReader:
    """A HashReader over tiles: fetches each tile once and hashes what lies between two tile levels."""

    def __init__(self, fetch: TileFetcher, keep: int = 16):
        self._fetch = lru_cache(maxsize=keep)(fetch)

    def __call__(self, level: int, index: int) -> bytes:
        """Give the hash at (level, index); raise MissingHash where the tiles do not reach so far."""
        tile_level, above = divmod(level, HEIGHT)
        tile_index, first = divmod(index << above, WIDTH)
        row = self._fetch(tile_level, tile_index)[first : first + (1 << above)]
        if len(row) != 1 << above:
            raise MissingHash(f"No hash at level {level}, index {index}.")
        while len(row) > 1:
            row = [node_hash(left, right) for left, right in zip(row[::2], row[1::2], strict=True)]
        return row[0]
