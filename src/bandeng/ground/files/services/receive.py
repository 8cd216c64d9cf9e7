"""Take an upload in: sniffed, sealed and on disk before any row speaks of it."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import IO

from django.db import transaction

from bandeng.ground.acts import api as acts
from bandeng.ground.core import api as core

from .. import vault
from ..models import StoredFile
from ..models.stored_file import Kind, State
from ..refusals import MAX_MEGABYTES, refusal_text
from ..sniffing import HEAD, sniff

MEGABYTE = 1024 * 1024
MAX_BYTES = MAX_MEGABYTES * MEGABYTE
PIECE = 256 * 1024
MAX_NAME = 200


class CannotReceive(ValueError):
    """The upload is not taken; `code` says why, the text what to do instead."""

    def __init__(self, code: str, *, megabytes: int | None = None):
        super().__init__(refusal_text(code, megabytes=megabytes))
        self.code = code


@dataclass(frozen=True)
class Prepared:
    """An upload that is safe on disk and has no row yet; without one it is swept after a day."""

    id: uuid.UUID
    kind: Kind
    media_type: str
    written: vault.Written
    original_name: bytes
    seal_key: core.SealKey


def _megabytes(size: int) -> int:
    return -(-size // MEGABYTE)


def _limited(head: bytes, stream: IO[bytes]) -> Iterator[bytes]:
    taken, piece = 0, head
    while piece:
        taken += len(piece)
        if taken > MAX_BYTES:
            raise CannotReceive("too_big")
        yield piece
        piece = stream.read(PIECE)


def prepare(stream: IO[bytes], name: str, *, seal_key: core.SealKey) -> Prepared:
    """Sniff, seal and write an upload (≤ 20 MB). Does file I/O: call it before the transaction, not in it.

    Raises CannotReceive; nothing is kept then.
    """
    head = _read_head(stream)
    found = sniff(head[:HEAD])
    if found.kind is None:
        raise CannotReceive(found.refusal)
    size = getattr(stream, "size", None)  # Django's uploads know theirs; others are counted as they come
    if size is not None and size > MAX_BYTES:
        code = "photo_too_big" if found.kind == Kind.PICTURE else "too_big"
        raise CannotReceive(code, megabytes=_megabytes(size))
    row = StoredFile(id=core.new_id())
    written = vault.write(seal_key.plain(), _limited(head, stream), content_context(row.id, State.RECEIVED))
    sealed_name = seal_key.seal(name[-MAX_NAME:], row.name_context) if name else b""
    return Prepared(row.id, found.kind, found.media_type, written, sealed_name, seal_key)


def _read_head(stream: IO[bytes]) -> bytes:
    """Read until HEAD bytes are there: a socket gives fewer at a time than it is asked for."""
    head = b""
    while len(head) < HEAD and (piece := stream.read(PIECE)):
        head += piece
    return head


def content_context(file_id: uuid.UUID, state: State) -> str:
    """Name the place content is sealed to: an original put where the cleaned file lies does not open there."""
    return f"stored_file.{state.value}:{file_id}"


@transaction.atomic
def record(
    prepared: Prepared, *, subject_kind: str, subject_key: uuid.UUID, by: acts.Actor | None = None, now: datetime
) -> StoredFile:
    """Write the row of a prepared upload and the act `file.received` on its subject; twice gives the first row."""
    if (known := StoredFile.objects.filter(pk=prepared.id).first()) is not None:
        return known
    row = StoredFile(
        id=prepared.id,
        kind=prepared.kind,
        media_type=prepared.media_type,
        size=prepared.written.size,
        digest=prepared.written.digest,
        path=prepared.written.path,
        seal_key=prepared.seal_key,
        original_name=prepared.original_name,
        subject_kind=subject_kind,
        subject_key=subject_key,
        received_at=now,
    )
    row.save(force_insert=True)
    acts.emit(file_act("file.received", row, by or acts.system("upload")), now=now)
    return row


def receive(
    upload_stream: IO[bytes],
    name: str,
    *,
    seal_key: core.SealKey,
    subject_kind: str,
    subject_key: uuid.UUID,
    by: acts.Actor | None = None,
    now: datetime,
) -> StoredFile:
    """Take one upload in: `prepare`, then `record`. Not inside a transaction. Raises CannotReceive."""
    prepared = prepare(upload_stream, name, seal_key=seal_key)
    return record(prepared, subject_kind=subject_kind, subject_key=subject_key, by=by, now=now)


def file_act(kind: str, row: StoredFile, by: acts.Actor, **more: str | int | None) -> acts.Draft:
    """Draft an act about a file: what it is and how large, never what it is called or shows."""
    payload = {"file": str(row.pk), "kind": str(row.kind), "size": row.size, "digest": row.digest} | more
    return acts.Draft(kind, row.subject_kind, row.subject_key, by, payload=payload)
