"""A whole log out of its public files (tiles and signed heads): recomputed from leaf hashes, and two heads compared."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from .checkpoints import Checkpoint
from .errors import InvalidProof, MalformedNote
from .proofs import Path, consistency_path, verify_consistency
from .tiles import WIDTH, Tile, TileFetcher, TileReader, tile_width
from .tree import Frontier, root_at


def join_heads(notes: Iterable[str]) -> Iterator[str]:
    """Give the parts of one file of many signed heads: one note after the other, an empty line between."""
    for number, note in enumerate(notes):
        yield f"\n{note}" if number else note


def split_heads(text: str) -> list[str]:
    """Take such a file apart; raise MalformedNote where it does not end with a head. Nothing is verified."""
    parts = text.removesuffix("\n").split("\n\n")
    if not text:
        return []
    if len(parts) % 2 or not text.endswith("\n"):
        raise MalformedNote("A head is three lines, an empty line and its signatures.")
    return [f"{body}\n\n{signatures}\n" for body, signatures in zip(parts[::2], parts[1::2], strict=True)]


def tiles_of(size: int) -> Iterator[Tile]:
    """Give every tile of a log of `size` leaves, the one at the right edge of each level in its present width."""
    level = 0
    while size >> 8 * level:
        for index in range(((size >> 8 * level) + WIDTH - 1) // WIDTH):
            yield Tile(level, index, tile_width(level, index, size))
        level += 1


@dataclass(frozen=True)
class LogFinding:
    """One thing that does not fit. `kind`: tile-missing, tile-size, tile-wrong, head-wrong.

    `place` is the tile's path or the head's size; for a head, `after` is the last size whose signed head still fits,
    so the change lies in the entries between.
    """

    kind: str
    place: str
    after: int = 0


def check_log(fetch: TileFetcher, heads: Iterable[Checkpoint]) -> Iterator[LogFinding]:
    """Rebuild the tree from leaf tiles and yield what fits neither the higher tiles nor the heads; nothing if all does.

    The log is as long as its longest head; signatures were verified before. One pass, memory does not grow with it.
    """
    audit = _Audit(fetch, sorted(heads, key=lambda head: head.size))
    yield from audit.run()


class _Audit:
    def __init__(self, fetch: TileFetcher, heads: list[Checkpoint]):
        self.fetch, self.heads, self.size = fetch, iter(heads), heads[-1].size
        self.upper = _Upper(fetch, self.size)
        self.good, self.wrong = 0, 0  # the last size whose head fits, the first whose head does not
        self.next_head: Checkpoint | None = next(self.heads)

    def run(self) -> Iterator[LogFinding]:
        frontier = Frontier()
        self._hold_against(frontier)
        for index in range((self.size + WIDTH - 1) // WIDTH):
            row, tile = self.fetch(0, index), Tile(0, index, tile_width(0, index, self.size))
            if finding := _size_finding(tile, row):
                yield finding
                return  # every hash to the right of it would be another
            for leaf in row:
                for level, at, hash_ in frontier.append(leaf):
                    if level % 8 == 0:
                        yield from self.upper.compare(level, at, hash_)
                self._hold_against(frontier)
        yield from self._judge()

    def _hold_against(self, frontier: Frontier) -> None:
        while self.next_head is not None and self.next_head.size == frontier.size:
            if self.wrong == 0 and self.next_head.root == frontier.root():
                self.good = frontier.size
            elif self.wrong == 0:
                self.wrong = frontier.size or -1
            self.next_head = next(self.heads, None)

    def _judge(self) -> Iterator[LogFinding]:
        """Say which tile is to blame: where the heads fit the leaves, the higher one; else the leaves'."""
        if self.wrong == 0:
            yield from (LogFinding("tile-wrong", path) for path in self.upper.others)
            return
        edge = self.size // WIDTH * WIDTH
        blamed = [index for index in self.upper.leaf_tiles if (index + 1) * WIDTH > self.good]
        if not blamed and self.wrong > edge:  # every whole tile agrees with the one above it; this one has none above
            blamed = [self.size // WIDTH]
        for index in blamed:
            yield LogFinding("tile-wrong", Tile(0, index, tile_width(0, index, self.size)).path)
        yield LogFinding("head-wrong", str(max(self.wrong, 0)), self.good)


class _Upper:
    """The tiles above the leaves', held against what the leaves give."""

    def __init__(self, fetch: TileFetcher, size: int):
        self.fetch, self.size = fetch, size
        self.rows: dict[int, tuple[int, list[bytes]]] = {}  # tile level -> the tile read last
        self.others: dict[str, None] = {}  # paths of tiles with another hash than computed, in order
        self.leaf_tiles: list[int] = []  # leaf tiles that those directly above disagree with

    def compare(self, level: int, at: int, hash_: bytes) -> Iterator[LogFinding]:
        """Hold the hash at (level, at) against the computed one; yield a finding where there is no whole tile."""
        tile_level, index = level // 8, at // WIDTH
        tile = Tile(tile_level, index, tile_width(tile_level, index, self.size))
        if self.rows.get(tile_level, (-1, []))[0] != index:
            row = self.fetch(tile_level, index)
            finding = _size_finding(tile, row)
            self.rows[tile_level] = (index, [] if finding else row)
            if finding:
                yield finding
        row = self.rows[tile_level][1]
        if row and row[at % WIDTH] != hash_:
            self.others[tile.path] = None
            if level == 8:
                self.leaf_tiles.append(at)


def _size_finding(tile: Tile, row: list[bytes]) -> LogFinding | None:
    if not row:
        return LogFinding("tile-missing", tile.path)
    is_whole = len(row) == tile.width and all(len(one) == 32 for one in row)
    return None if is_whole else LogFinding("tile-size", tile.path)


@dataclass(frozen=True)
class HeadComparison:
    """How two signed heads of one log stand to each other. `kind`: same, grown, shrunken, fork, beyond.

    `sizes` are those of the heads that the log does not contain (fork) or does not reach (beyond); `path` is the
    consistency proof (RFC 6962 §2.1.2) where the log has grown.
    """

    kind: str
    sizes: tuple[int, ...] = ()
    path: Path = ()


def compare_heads(old: Checkpoint, new: Checkpoint, fetch: TileFetcher, size: int) -> HeadComparison:
    """Tell whether the log that `new` signs begins with all that `old` signed, proven from the tiles of `size` leaves.

    Check the tiles with `check_log` before: in damaged ones a head that is right would look like a fork.
    """
    if old.size == new.size and old.root != new.root:
        return HeadComparison("fork", (old.size, new.size))
    if beyond := tuple(head.size for head in (old, new) if head.size > size):
        return HeadComparison("beyond", beyond)
    read = TileReader(fetch)
    if strangers := tuple(head.size for head in (old, new) if root_at(read, head.size) != head.root):
        return HeadComparison("fork", strangers)
    if new.size <= old.size:
        return HeadComparison("shrunken" if new.size < old.size else "same")
    path = consistency_path(read, old.size, new.size)
    try:
        verify_consistency(old.size, old.root, new.size, new.root, path)
    except InvalidProof:
        return HeadComparison("fork", (old.size, new.size))
    return HeadComparison("grown", path=path)


def double_heads(heads: Iterable[Checkpoint]) -> Iterator[int]:
    """Give the sizes that two heads with different roots were signed for: a fork proven by itself."""
    ordered = sorted(set(heads), key=lambda head: (head.size, head.root))
    yield from (one.size for one, other in pairwise(ordered) if one.size == other.size)
