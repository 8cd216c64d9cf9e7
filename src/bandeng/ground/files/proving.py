"""Hold rows of files against the acts that received, cleaned or refused them."""

import uuid
from collections.abc import Iterator

from bandeng.ground.acts import api as acts

from . import vault
from .models import StoredFile
from .models.stored_file import State

STATE = {"file.received": State.RECEIVED, "file.cleaned": State.CLEAN, "file.refused": State.REFUSED}
TOLD = ("kind", "size", "digest", "media_type", "pages", "width", "height")


def altered() -> Iterator[tuple[uuid.UUID, str]]:
    """Give (file, what) for each column that is not what the file's acts say, and for each file whose row is gone."""
    told: dict[uuid.UUID, list[acts.Act]] = {}
    for act in acts.Act.objects.filter(kind__in=STATE).order_by("at", "id").iterator(chunk_size=2000):
        told.setdefault(uuid.UUID(act.payload["file"]), []).append(act)
    for row in StoredFile.objects.order_by("id").iterator(chunk_size=2000):
        done = told.pop(row.pk, None)
        if done is None:
            yield row.pk, "no act received it"
        else:
            yield from ((row.pk, name) for name, value in _must(row, done).items() if getattr(row, name) != value)
    yield from ((key, "its row is gone") for key in told)


def _must(row: StoredFile, done: list[acts.Act]) -> dict:
    first, last = done[0], done[-1]
    must = {"received_at": first.at, "subject_kind": first.subject_kind, "subject_key": first.subject_key}
    for act in done:
        must |= {name: act.payload[name] for name in TOLD if name in act.payload}
    if row.refusal == "erased" and last.kind != "file.refused":
        return must | {"state": State.REFUSED, "path": ""}  # by the erasure of its case, an act of its own
    must |= {"state": STATE[last.kind], "refusal": last.payload.get("code", "")}
    must["cleaned_at"] = None if last.kind == "file.received" else last.at
    return must | {"path": "" if last.kind == "file.refused" else vault.path_of(must["digest"])}
