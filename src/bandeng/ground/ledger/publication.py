"""The log's public files, for tools that know nothing of us (c2sp.org/tlog-tiles). Leaf hashes and heads alone.

Entry bundles are not served: an entry is a commitment, told only to those who hold the receipt.
"""

from uuid import UUID

from bandeng.engines import merkle

from .errors import NothingPublished
from .models import LedgerHead
from .reader import fetch_tile
from .selectors import InclusionProof, Pending, head, proof


def checkpoint_file() -> bytes:
    """Give `checkpoint`, the latest signed head (text/plain; never cached); raise NothingPublished before the first."""
    latest = head()
    if latest is None:
        raise NothingPublished("Nothing has been sequenced yet.")
    return latest.note.encode()


def tile_file(path: str) -> bytes:
    """Give `tile/<L>/<N>[.p/<W>]` as concatenated hashes (application/octet-stream; immutable).

    A partial tile is given at every width that the latest head covers, so those of earlier heads stay there. Raises
    merkle.MalformedPath for a path that names no tile, NothingPublished for a tile that is not there or not full.
    """
    tile, latest = merkle.Tile.parse(path), head()
    if latest is None or merkle.tile_width(tile.level, tile.index, latest.size) < tile.width:
        raise NothingPublished(f"{path} is beyond the latest head.")
    hashes = fetch_tile(tile.level, tile.index)[: tile.width]
    if len(hashes) < tile.width:
        raise merkle.MissingHash(f"{path} has lost a hash.")
    return b"".join(hashes)


def proof_file(entry_id: UUID) -> bytes | Pending:
    """Give an entry's proof with the latest head in one file (c2sp.org/tlog-proof), or say that it is pending.

    Raises what `proof` raises.
    """
    found = proof(entry_id)
    if not isinstance(found, InclusionProof):
        return found
    signed = LedgerHead.objects.get(size=found.size)
    return merkle.write_proof(found.leaf_index, found.path, signed.note).encode()
