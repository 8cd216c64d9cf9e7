"""Reads of files. Who may see one is asked where its subject is known."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from . import vault
from .models import StoredFile
from .models.stored_file import State
from .refusals import refusal_text
from .services.receive import content_context

BATCH = 500  # rows


class NotClean(LookupError):
    """The file is not checked yet, or was refused: nobody is served it."""


@dataclass(frozen=True)
class Finding:
    """Something wrong with a stored file: `missing`, `wrong_size` or `damaged`."""

    code: str
    file_id: uuid.UUID


def files_of(subject_kind: str, subject_key: uuid.UUID) -> QuerySet[StoredFile]:
    """Give the files of a subject, oldest first."""
    found = StoredFile.objects.filter(subject_kind=subject_kind, subject_key=subject_key)
    return found.select_related("seal_key").order_by("received_at", "id")


def open_clean(file: StoredFile) -> Iterator[bytes]:
    """Give the cleaned content in pieces, to be streamed by a view; raises NotClean, CannotOpen, FileNotFoundError.

    The first piece is opened at once, so that these are raised before a response has begun.
    """
    if file.state != State.CLEAN:
        raise NotClean(state_text(file))
    pieces = vault.read(file.seal_key.plain(), file.path, content_context(file.pk, State.CLEAN))
    first = next(pieces)

    def stream() -> Iterator[bytes]:
        yield first
        yield from pieces

    return stream()


def state_text(file: StoredFile) -> str:
    """Say where a file stands: empty once it can be opened."""
    if file.state == State.RECEIVED:
        return _("Being checked")
    return refusal_text(file.refusal) if file.state == State.REFUSED else ""


def original_name(file: StoredFile) -> str:
    """Open the name the file came with; it is words, often somebody's name."""
    if not file.original_name:
        return ""
    return file.seal_key.open(bytes(file.original_name), file.name_context)


def waiting() -> int:
    """Count the files that were received and are not cleaned yet."""
    return StoredFile.objects.filter(state=State.RECEIVED).count()


def check(*, is_deep: bool = False) -> Iterator[Finding]:
    """Hold rows against the disk: files that are gone or of the wrong size, and with `is_deep` any altered bit.

    May run beside the site: a file that is cleaned or refused meanwhile is looked for where it lies then.
    """
    for row in _not_refused():
        path, code = row.path, _fault(row, is_deep)
        while code and row.path:
            row.refresh_from_db()
            if row.path == path:
                yield Finding(code, row.pk)
                break
            path, code = row.path, _fault(row, is_deep) if row.path else ""


def _not_refused() -> Iterator[StoredFile]:
    """Give the rows in batches, each read to its end: as long as SQLite reads a list, it answers from that moment."""
    rows = StoredFile.objects.exclude(state=State.REFUSED).order_by("id")
    batch = list(rows[:BATCH])
    while batch:
        yield from batch
        batch = list(rows.filter(id__gt=batch[-1].pk)[:BATCH])


def _fault(row: StoredFile, is_deep: bool) -> str:
    try:
        if vault.locate(row.path).stat().st_size != vault.sealed_size(row.size):
            return "wrong_size"
        return "damaged" if is_deep and vault.digest_of(row.path) != row.digest else ""
    except FileNotFoundError:
        return "missing"
