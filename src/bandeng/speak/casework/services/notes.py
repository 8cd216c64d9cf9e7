"""What is put on a case without moving it."""

import hashlib
import uuid
from collections.abc import Collection
from datetime import datetime
from typing import IO

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from bandeng.ground.acts import api as acts
from bandeng.ground.core import api as core
from bandeng.ground.directory import api as directory
from bandeng.ground.files import api as files
from bandeng.ground.residents import api as residents

from ..hand import Hand
from ..models import Attachment, Case, Statement, Trip, ViewLog
from ..permissions import CannotMove, NoPen
from ..rules import ENDED
from .moving import SUBJECT, locked, note
from .telling import Notice, tell

MAX_FILES = 10
PIECE = 256 * 1024  # bytes read at a time: an upload is never whole in memory


def _own_or(permission: str, case: Case, by: Hand) -> None:
    """Let the resident of the case through, and staff with a permission at an office that may see it."""
    if by.kind == "resident" and by.case_key == case.pk:
        return
    offices = {case.first_receiver_id, case.dispatch_office_id, case.holder_id}
    if not any(by.may(permission, office) for office in offices):
        raise NoPen(_("This is for the resident or for the offices that have the case."))


def _say(case: Case, kind: str, act_kind: str, words: str, by: Hand, now: datetime, key: str | None) -> acts.Act:
    words = core.tidy(words).strip()
    if not words:
        raise CannotMove(_("Write something first; one sentence is enough."))
    statement = Statement(id=core.new_id(), case=case, kind=kind, said_at=now, said_by=by.key)
    act = note(
        case,
        act_kind,
        by=by,
        now=now,
        office_key=case.first_receiver_id if by.kind == "staff" else None,
        payload={"statement": str(statement.pk)},
        sealed={"words": words},
        idempotency_key=key,
    )
    statement.words = case.seal_key.seal(words, statement.words_context())
    statement.words_masked = residents.mask_of(case.resident_id, words)
    statement.masked_with = core.MASKING_VERSION
    statement.act_key = act.pk
    statement.save(force_insert=True)
    return act


@transaction.atomic
def correct_words(
    case_key: uuid.UUID, words: str, *, by: Hand, now: datetime, idempotency_key: str | None = None
) -> acts.Act:
    """Keep a correction made at the read-back beside what was first written; neither replaces the other."""
    case = locked(case_key)
    _own_or("case.register", case, by)
    return _say(case, "corrected", "case.corrected", words, by, now, idempotency_key)


@transaction.atomic
def add_words(
    case_key: uuid.UUID, words: str, *, by: Hand, now: datetime, idempotency_key: str | None = None
) -> acts.Act:
    """Add what the resident says later; the office that has the case is told."""
    case = locked(case_key)
    _own_or("case.register", case, by)
    if case.status in ENDED:
        raise CannotMove(_("This matter has ended. Say that it is not solved to open it again, or bring a new one."))
    act = _say(case, "added", "case.added_to", words, by, now, idempotency_key)
    tell(case, act, [Notice("added_to", case.holder_id)], now=now)
    return act


@transaction.atomic
def note_trip(
    case_key: uuid.UUID, *, office: uuid.UUID, by: Hand, now: datetime, idempotency_key: str | None = None
) -> acts.Act:
    """Count a trip that this matter cost the resident; a cost of the office that holds it."""
    case = locked(case_key)
    if not by.may("case.note_trip", office):
        raise NoPen(_("Trips are noted at the counter."))
    trip = Trip(id=core.new_id(), case=case, office_id=office, made_at=now, made_by=by.key)
    act = note(
        case,
        "case.trip_noted",
        by=by,
        now=now,
        office_key=office,
        payload={"trip": str(trip.pk), "office": str(office), "holder": str(case.holder_id)},
        idempotency_key=idempotency_key,
    )
    trip.save(force_insert=True)
    tell(case, act, [Notice("trip_noted", case.holder_id)], now=now)
    return act


def _adding_office(case: Case, by: Hand) -> uuid.UUID | None:
    """Name the office for which this hand may add papers; None for the resident. Raises NoPen.

    Papers come over a counter of an office that has the case, or from whoever works on it: who sends it on, who writes
    the answer. To look at a case (leaders, supervision, those who check an answer) is not to work on it.
    """
    if by.kind == "resident" and by.case_key == case.pk:
        return None
    ways = [("case.register", o) for o in (case.first_receiver_id, case.dispatch_office_id, case.holder_id)]
    ways += [("case.dispatch", case.dispatch_office_id), ("case.draft", case.holder_id)]
    for permission, office in ways:
        if by.may(permission, office):
            return office
    raise NoPen(_("Photos and papers are added by the resident or by those at work on the case."))


def _check_room(case: Case) -> None:
    if case.status in ENDED:
        raise CannotMove(_("This matter has ended. Say that it is not solved to open it again, or bring a new one."))
    if case.attachments.count() >= MAX_FILES:
        raise CannotMove(_("There are %(n)d files already; bring further papers to the counter.") % {"n": MAX_FILES})


def attach(
    case_key: uuid.UUID, upload: IO[bytes], name: str, *, by: Hand, now: datetime, form_key: uuid.UUID | None = None
) -> Attachment:
    """Add a photo or PDF (≤ 20 MB) to an open case: sealed and on disk before any row commits, cleaned by the worker.

    The same content by the same form (`form_key`) is one attachment, however often it is sent. Raises NoPen,
    files.CannotReceive with what to do instead, CannotMove where the case has ended or has enough files.
    """
    case = Case.objects.select_related("seal_key").get(pk=case_key)
    _adding_office(case, by)
    key = _upload_key(case, form_key, upload) if form_key else None
    if key and (done := _attached(case, key)):
        return done
    _check_room(case)  # before 20 MB are written for nothing; and again once the case is locked
    prepared = files.prepare(upload, name, seal_key=case.seal_key)
    try:
        with transaction.atomic():
            case = locked(case_key)
            office = _adding_office(case, by)
            if key and (done := _attached(case, key)):  # by the same form in another request, a moment ago
                return done
            _check_room(case)
            stored = files.record(prepared, subject_kind=SUBJECT, subject_key=case.pk, by=by.actor(office), now=now)
            attachment = Attachment.objects.create(case=case, file=stored, added_at=now, added_by=by.key)
            payload = {"attachment": str(attachment.pk), "file": str(stored.pk), "size": stored.size}
            note(case, "case.file_added", by=by, now=now, office_key=office, payload=payload, idempotency_key=key)
    except (CannotMove, NoPen):
        files.discard(prepared)
        raise
    return attachment


def _upload_key(case: Case, form_key: uuid.UUID, upload: IO[bytes]) -> str:
    """Name a form's upload by its content, blindly: a plain digest of a photo could be guessed and compared."""
    digest = hashlib.sha256()
    upload.seek(0)
    while piece := upload.read(PIECE):
        digest.update(piece)
    upload.seek(0)
    blind = core.blind_index(
        settings.KEYRING.secret("blind"), "attachment", f"{case.pk}:{form_key}:{digest.hexdigest()}"
    )
    return f"file:{blind.hex()}"


def _attached(case: Case, key: str) -> Attachment | None:
    act = acts.by_idempotency_keys([key]).get(key)
    return case.attachments.get(pk=act.payload["attachment"]) if act else None


def _identity_office(case: Case, by: Hand) -> uuid.UUID | None:
    """Name the office through which somebody may look at who spoke; hidden names open only where received."""
    offices = {case.first_receiver_id} if case.identity_mode == "hidden" else {case.first_receiver_id, case.holder_id}
    return next((office for office in sorted(offices) if by.may("identity.open", office)), None)


def may_open_identity(case: Case, by: Hand) -> bool:
    """Tell whether the page may offer to open who spoke."""
    return case.resident_id is not None and _identity_office(case, by) is not None


@transaction.atomic
def open_identity(case_key: uuid.UUID, *, purpose: str, by: Hand, now: datetime) -> residents.Identity:
    """Look at who spoke: recorded, and shown to the resident. Hidden names open only where the case was received."""
    case = locked(case_key)
    if case.resident_id is None:
        raise CannotMove(_("The resident gave no name; write to them on the case's page or wait for them to ask."))
    office = _identity_office(case, by)
    if office is None:
        raise NoPen(_("Name and telephone are open only to the office that works on the case or received it."))
    return residents.open_identity(
        case.resident_id, purpose=purpose, subject_kind=SUBJECT, subject_key=case.pk, by=by.actor(office), now=now
    )


@transaction.atomic
def print_receipt(case_key: uuid.UUID, *, by: Hand, now: datetime) -> acts.Act:
    """Print the receipt once more for a resident at the counter; on record, since it opens the resident's page."""
    case = _printable(case_key, by)
    return note(case, "case.receipt_printed", by=by, now=now, office_key=case.first_receiver_id)


@transaction.atomic
def replace_receipt(case_key: uuid.UUID, *, by: Hand, now: datetime) -> acts.Act:
    """Print a receipt with a new secret after a slip went astray: the old one opens nothing from now on."""
    case = _printable(case_key, by)
    case.issue += 1
    Case.objects.filter(pk=case.pk).update(issue=case.issue)
    payload = {"issue": case.issue}
    return note(case, "case.receipt_replaced", by=by, now=now, office_key=case.first_receiver_id, payload=payload)


def _printable(case_key: uuid.UUID, by: Hand) -> Case:
    case = locked(case_key)
    if not by.may("case.register", case.first_receiver_id):
        raise NoPen(_("Receipts are printed at the office that received the matter."))
    return case


def log_view(case_key: uuid.UUID, *, staff_id: uuid.UUID, now: datetime) -> None:
    """Keep that somebody looked at a case today; one row a day, written after the page was sent."""
    log_views([case_key], staff_id=staff_id, now=now)


def log_views(case_keys: Collection[uuid.UUID], *, staff_id: uuid.UUID, now: datetime) -> None:
    """Keep that somebody looked at cases today, whose words stand on one page."""
    today = directory.day_of(now)
    rows = [ViewLog(case_id=key, staff_id=staff_id, viewed_on=today) for key in case_keys]
    ViewLog.objects.bulk_create(rows, ignore_conflicts=True)
