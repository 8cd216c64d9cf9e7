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
    """Give (file, what) for each column that is not what the file's acts say, and for each file whose row is gone.

    Acts and rows are read one after the other while people work: what does not fit is looked at again by itself.
    """
    told: dict[uuid.UUID, list[acts.Act]] = {}
    for act in acts.Act.objects.filter(kind__in=STATE).order_by("at", "id").iterator(chunk_size=2000):
        told.setdefault(uuid.UUID(act.payload["file"]), []).append(act)
    for row in StoredFile.objects.order_by("id").iterator(chunk_size=2000):
        if any(_wrong(row, told.pop(row.pk, []))):
            yield from _still_wrong(row.pk)
    for key in told:
        yield from _still_wrong(key)


def _still_wrong(key: uuid.UUID) -> Iterator[tuple[uuid.UUID, str]]:
    wrong: list[str] = []
    for _look in range(2):
        done = list(acts.Act.objects.filter(kind__in=STATE, payload__file=str(key)).order_by("at", "id"))
        wrong = list(_wrong(StoredFile.objects.filter(pk=key).first(), done))
        if not wrong:
            return
    yield from ((key, what) for what in wrong)


def _wrong(row: StoredFile | None, done: list[acts.Act]) -> Iterator[str]:
    if row is None:
        yield "its row is gone"
    elif not done:
        yield "no act received it"
    else:
        yield from (name for name, value in _must(row, done).items() if getattr(row, name) != value)


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
