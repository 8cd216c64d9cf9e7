"""Hashes out of the database: tiles of leaf hashes and of every eighth level above them."""

from bandeng.engines import merkle

from .models import LedgerLeaf, LedgerNode


def fetch_tile(level: int, index: int) -> list[bytes]:
    """Give the hashes of a tile that are there, from its left edge up to the first that is missing; one query."""
    start = index << 8
    if level == 0:
        rows = LedgerLeaf.objects.filter(leaf_index__gte=start, leaf_index__lt=start + 256)
        found = rows.order_by("leaf_index").values_list("leaf_index", "entry__leaf_hash")
    else:
        rows = LedgerNode.objects.filter(level=level * 8, index__gte=start, index__lt=start + 256)
        found = rows.order_by("index").values_list("index", "hash")
    return [bytes(hash_) for place, (at, hash_) in enumerate(found, start) if at == place]


def tile_reader() -> merkle.TileReader:
    """Give a hash reader for one question; each tile is fetched once."""
    return merkle.TileReader(fetch_tile)
