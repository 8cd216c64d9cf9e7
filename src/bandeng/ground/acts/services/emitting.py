"""Write acts: rows and ledger entries in the caller's own transaction, or not at all."""

import secrets
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from bandeng.engines import merkle
from bandeng.ground.core import api as core
from bandeng.ground.ledger import api as ledger

from ..canonical import SCHEMA, check_open, words_digest
from ..kinds import kind as known_kind
from ..models import Act


@dataclass(frozen=True)
class Actor:
    """Who acts: `staff:<uuid>`, `resident` (with the receipt) or `system:<name>`, and for which office."""

    key: str
    office_key: uuid.UUID | str | None = None


def system(name: str) -> Actor:
    """Give the actor for what the installation does by itself, e.g. `system:clock`."""
    return Actor(f"system:{name}")


@dataclass(frozen=True)
class Draft:
    """An act about to be done. `sealed` maps names to words that other rows hold; the leaf commits to them too."""

    kind: str
    subject_kind: str
    subject_key: uuid.UUID | str
    by: Actor
    payload: Mapping = field(default_factory=dict)
    reason: str = ""
    sealed: Mapping[str, str | bytes] = field(default_factory=dict)
    seal_key: core.SealKey | None = None
    cause: uuid.UUID | None = None
    idempotency_key: str | None = None


class NotInTransaction(RuntimeError):
    """An act was emitted outside the transaction that changes the world with it."""


def _act(draft: Draft, now: datetime) -> Act:
    known_kind(draft.kind)
    salt = secrets.token_bytes(32)
    payload = dict(draft.payload)
    check_open(payload)
    words = dict(draft.sealed)
    act = Act(
        id=core.new_id(),
        kind=draft.kind,
        subject_kind=draft.subject_kind,
        subject_key=uuid.UUID(str(draft.subject_key)),
        actor_key=draft.by.key,
        office_key=uuid.UUID(str(draft.by.office_key)) if draft.by.office_key else None,
        at=now,
        salt=salt,
        schema=SCHEMA,
        cause_key=draft.cause,
        idempotency_key=draft.idempotency_key,
        seal_key=draft.seal_key,
    )
    if draft.reason:
        if draft.seal_key is None:
            raise ValueError(f"{draft.kind}: a reason is words and needs a seal_key")
        act.reason = draft.seal_key.seal(draft.reason, act.reason_context)
        words["reason"] = draft.reason
    if words:
        payload["sealed"] = {
            name: words_digest(salt, name, text.encode() if isinstance(text, str) else text)
            for name, text in words.items()
        }
    act.payload = payload
    return act


def emit_many(drafts: Sequence[Draft], *, now: datetime) -> list[Act]:
    """Emit acts in the caller's transaction: three INSERTs for any number of them.

    Raises NotInTransaction outside `transaction.atomic`, UnknownKind, NotOpenData.
    """
    if not transaction.get_connection().in_atomic_block:
        raise NotInTransaction("emit acts inside the transaction that changes the rows they speak of")
    made = [_act(draft, now) for draft in drafts]
    Act.objects.bulk_create(made)
    ledger.append([(act.id, leaf_hash(act)) for act in made], now=now)
    return made


def emit(draft: Draft, *, now: datetime) -> Act:
    """Emit one act; see `emit_many`."""
    return emit_many([draft], now=now)[0]


def leaf_hash(act: Act) -> bytes:
    """Compute the RFC 6962 leaf hash of an act from its content and salt."""
    return merkle.leaf_hash_of(merkle.commit(bytes(act.salt), act.canonical()))
