"""Read acts."""

import uuid
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from bandeng.ground.core import api as core
from bandeng.ground.ledger import api as ledger

from .models import Act
from .services.emitting import leaf_hash

_HISTORY = core.Prepared(
    lambda kind, key: (
        Act.objects.filter(subject_kind=kind, subject_key=key).select_related("seal_key").order_by("at", "id")
    ),
    str,
    uuid.UUID,
)


def history(subject_kind: str, subject_key: uuid.UUID) -> list[Act]:
    """Give all acts on a subject, oldest first, with the keys of their reasons."""
    return _HISTORY.rows(subject_kind, subject_key)


def by_idempotency_keys(keys: Iterable[str]) -> dict[str, Act]:
    """Find acts done before under these keys."""
    return {str(act.idempotency_key): act for act in Act.objects.filter(idempotency_key__in=list(keys))}


def subjects(keys: Collection[uuid.UUID], subject_kind: str) -> set[uuid.UUID]:
    """Give what these acts were done on, as far as it is of a kind."""
    found = Act.objects.filter(id__in=list(keys), subject_kind=subject_kind)
    return set(found.values_list("subject_key", flat=True))


@dataclass(frozen=True)
class Broken:
    """An act that is not what its ledger entry committed to."""

    act_key: uuid.UUID
    kind: str
    what: str


def verify(chunk: int = 2000) -> Iterator[Broken | None]:
    """Recompute every leaf from its act. Yields None for one that holds, Broken for one that does not.

    An act whose salt was erased cannot be recomputed; the erasure must then be an act of its own (checked by its app).
    """
    acts = Act.objects.order_by("id").only(
        "id", "kind", "subject_kind", "subject_key", "actor_key", "office_key", "at", "payload", "salt", "schema",
        "cause_key",
    )  # fmt: skip
    batch: list[Act] = []
    for act in acts.iterator(chunk_size=chunk):
        batch.append(act)
        if len(batch) == chunk:
            yield from _verify_batch(batch)
            batch = []
    yield from _verify_batch(batch)


def _verify_batch(batch: list[Act]) -> Iterator[Broken | None]:
    ids = [act.id for act in batch]
    hashes, waiting = ledger.leaf_hashes(ids), ledger.pending_since(ids)
    for act in batch:
        entry = hashes.get(act.id)
        if entry is None:
            yield Broken(act.id, act.kind, "has no ledger entry")
        elif act.salt is not None and leaf_hash(act) != entry:
            yield Broken(act.id, act.kind, "was changed after it was entered")
        elif waiting.get(act.id, act.at) != act.at:
            yield Broken(act.id, act.kind, "waits for the log since another time than its own")
        else:
            yield None
