"""Photos and papers added on a page: each taken or refused by itself."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile

from bandeng.ground.files import api as files
from bandeng.speak.casework import api as cases


def attach_all(
    case: cases.Case, uploads: Sequence[UploadedFile], *, by: cases.Hand, now: datetime, form_key: UUID | None
) -> list[str]:
    """Add uploads to a case one by one; give a line for each that was not taken: which, why, what to do instead.

    Sent again with the same form (`form_key`), what was taken stays taken once.
    """
    refused = []
    for upload in uploads:
        try:
            cases.attach(case.pk, upload, upload.name or "", by=by, now=now, form_key=form_key)
        except (files.CannotReceive, cases.CannotMove) as error:
            refused.append(f"{upload.name}：{error}")
    return refused


def papers_of(case: cases.Case) -> list[dict]:
    """List what was added: the name it came with and where it stands."""
    rows = case.attachments.select_related("file__seal_key")
    return [{"name": files.original_name(row.file), "state": files.state_text(row.file)} for row in rows]
