"""The one sequencer: gives entries their leaves and signs the head. Nobody waits for it."""

import os
import socket
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from bandeng.engines import merkle
from bandeng.ground.core.api import Lease

from ..errors import CannotSequence
from ..models import LedgerHead, LedgerLeaf, LedgerNode, LedgerPending
from ..reader import tile_reader
from ..selectors import verifier_key

LEASE = "ledger.sequencer"


def sequence(*, now: datetime, limit: int = 500, holder: str = "") -> int:
    """Give up to `limit` pending entries their leaves, in one transaction with a new signed head; give how many.

    0 where nothing is pending or another process has the lease. Raises CannotSequence where the tree that is stored
    is not the one last signed: a log never signs two histories (c2sp.org/tlog-checkpoint).
    """
    if not LedgerPending.objects.exists():
        return 0
    holder = holder or f"{socket.gethostname()}:{os.getpid()}"[-80:]
    key = settings.KEYRING.signing("ledger")  # a file, so read before the transaction
    if not Lease.objects.claim(LEASE, holder, now=now):
        return 0
    with transaction.atomic():
        # The lease may have passed on since: its row, locked to the end, is what keeps a slow sequencer out.
        if not Lease.objects.select_for_update().filter(name=LEASE, holder=holder).exists():
            return 0
        return _sequence_batch(key, now=now, limit=limit)


def _sequence_batch(key: Ed25519PrivateKey, *, now: datetime, limit: int) -> int:
    # Every row seen here is committed, and those not seen yet stay in the queue: the order of commits is no matter.
    waiting = LedgerPending.objects.order_by("added_at", "entry_id")
    batch = list(waiting.values_list("entry_id", "entry__leaf_hash")[:limit])
    if not batch:
        return 0
    frontier = _signed_frontier()
    leaves, nodes = [], []
    for id_, leaf_hash in batch:
        leaves.append(LedgerLeaf(leaf_index=frontier.size, entry_id=id_))
        for level, index, hash_ in frontier.append(bytes(leaf_hash)):
            if level % 8 == 0:
                nodes.append(LedgerNode(level=level, index=index, hash=hash_))
    LedgerLeaf.objects.bulk_create(leaves)  # of two sequencers that got so far, the primary key stops one
    LedgerNode.objects.bulk_create(nodes)
    LedgerPending.objects.filter(entry_id__in=[id_ for id_, _hash in batch]).delete()
    head = merkle.Checkpoint(settings.LOG_ORIGIN, frontier.size, frontier.root())
    LedgerHead.objects.create(size=head.size, root=head.root, note=head.sign(key), signed_at=now)
    return len(batch)


def _signed_frontier() -> merkle.Frontier:
    """Read the tree's right edge and hold it against the last head."""
    last = LedgerLeaf.objects.aggregate(last=Max("leaf_index"))["last"]
    size = 0 if last is None else last + 1
    signed = LedgerHead.objects.order_by("-size").first()
    try:
        frontier = merkle.Frontier.read(tile_reader(), size)
        if signed is None:
            is_signed = size == 0
        else:
            head = merkle.open_checkpoint(signed.note, verifier_key())
            is_signed = (head.size, head.root) == (size, frontier.root())
    except (ValueError, LookupError) as error:
        raise CannotSequence(_("The log cannot be continued. Run `bandeng verify` before anything else.")) from error
    if not is_signed:
        raise CannotSequence(_("The log is not the one last signed. Run `bandeng verify` before anything else."))
    return frontier
