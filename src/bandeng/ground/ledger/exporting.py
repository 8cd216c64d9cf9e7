"""The log as a directory for strangers: leaf hashes and signed heads, the same files that the public pages serve."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bandeng.engines import merkle

from .errors import NothingPublished
from .models import LedgerHead
from .reader import fetch_tile
from .selectors import head


@dataclass(frozen=True)
class Exported:
    """What was written: entries, hex root of the head, how many heads and tiles."""

    size: int
    root: str
    heads: int
    tiles: int


def export_log(to: Path, *, progress: Callable[[int, int], None] | None = None) -> Exported:
    """Write `tile/…`, `heads.txt` and last `checkpoint` into a directory that is empty or not there yet.

    The log may grow meanwhile: what is written is the log as long as it was at the first query. Without its
    `checkpoint` an export was broken off. Raises NothingPublished before the first head, FileExistsError for a
    directory with something in it, merkle.MissingHash where the database has lost a hash.
    """
    latest = head()
    if latest is None:
        raise NothingPublished("Nothing has been sequenced yet.")
    to.mkdir(parents=True, exist_ok=True)
    if any(to.iterdir()):
        raise FileExistsError(17, "not empty", str(to))
    tiles = _write_tiles(to, latest.size, progress or (lambda done, total: None))
    rows = LedgerHead.objects.filter(size__lte=latest.size).order_by("size")
    heads = _write_heads(to / "heads.txt", rows.values_list("note", flat=True).iterator(2000))
    (to / "checkpoint").write_bytes(latest.note.encode())
    return Exported(latest.size, latest.root_bytes.hex(), heads, tiles)


def _write_tiles(to: Path, size: int, progress: Callable[[int, int], None]) -> int:
    count, total = 0, sum(1 for _tile in merkle.tiles_of(size))
    for count, tile in enumerate(merkle.tiles_of(size), 1):
        hashes = fetch_tile(tile.level, tile.index)[: tile.width]
        if len(hashes) < tile.width:
            raise merkle.MissingHash(f"{tile.path} has lost a hash.")
        path = to / tile.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"".join(hashes))
        progress(count, total)
    return count


def _write_heads(path: Path, notes: Iterator[str]) -> int:
    count = 0

    def counted() -> Iterator[str]:
        nonlocal count
        for note in notes:
            count += 1
            yield note

    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(merkle.join_heads(counted()))
    return count
