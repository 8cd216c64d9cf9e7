"""From the dispatcher to the office in charge: dispatch, sign for, return, settle."""

import uuid
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bandeng.ground.acts import api as acts
from bandeng.ground.core import api as core
from bandeng.ground.directory import api as directory

from ..hand import CLOCK, Hand
from ..models import Case, Return
from ..permissions import CannotMove, check
from .moving import Move, locked, take
from .telling import Notice


class CannotDispatch(CannotMove):
    """The office named cannot take the case; the message says which can."""


def _receiving_office(case: Case, to: uuid.UUID, *, but_not: uuid.UUID | None = None) -> directory.Office:
    office = directory.offices().get(to)
    if office is None or not office.is_active:
        raise CannotDispatch(_("This office does not take cases (any more). Choose another."))
    if to == but_not:
        raise CannotDispatch(_("The case is with this office already. Choose another."))
    if office.kind == "discipline":
        raise CannotDispatch(
            _("Accusations do not travel this way; give the resident the slip of the discipline body.")
        )
    return office


def _hand_over(case: Case, office: directory.Office) -> dict:
    """Take sight from the office that had it, unless it received or dispatches the case, and give it to the next."""
    revoke = [(case.holder_id, "holder")] if case.holder_id != office.pk else []
    return {"holder_key": office.pk, "grant": [(office.pk, "holder")], "revoke": revoke}


def _reason(text: str, ask: str) -> str:
    text = core.tidy(text).strip()
    if not text:
        raise CannotMove(ask)
    return text


@transaction.atomic
def dispatch(
    case_key: uuid.UUID,
    *,
    to: uuid.UUID,
    procedure: str | None = None,
    topic: uuid.UUID | None = None,
    basis: str = "",
    by: Hand,
    now: datetime,
    version: int | None = None,
) -> acts.Act:
    """Give a registered case to an office. The sign-for clock starts now, not when the office looks.

    `basis` is the short open reference from the dispatch catalogue. The procedure keeps its running limit; it can be
    named here only where it was not yet fixed by a started answer. Raises NoPen, StaleCase, CannotMove.
    """
    case = locked(case_key)
    check("dispatch", case, by, version=version)
    office = _receiving_office(case, to)
    changes = {"topic_id": topic} if topic else {}
    move = Move(
        by,
        now,
        payload={"to": str(office.pk), "basis": basis[:200], "topic": str(topic) if topic else None},
        changes=changes,
        notices=[Notice("dispatched", office.pk)],
        **_hand_over(case, office),
    )
    return take(case, "dispatch", move)


@transaction.atomic
def redispatch(
    case_key: uuid.UUID, *, to: uuid.UUID, reason: str, by: Hand, now: datetime, version: int | None = None
) -> acts.Act:
    """Give a case to another office with a reason; the main limit goes on running."""
    case = locked(case_key)
    check("redispatch", case, by, version=version)
    office = _receiving_office(case, to, but_not=case.holder_id)
    reason = _reason(reason, _("Say why another office is in charge; the resident and both offices see it."))
    former = case.holder_id
    move = Move(
        by,
        now,
        payload={"to": str(office.pk)},
        reason=reason,
        notices=[Notice("dispatched", office.pk), Notice("taken_away", former)],
        **_hand_over(case, office),
    )
    return take(case, "redispatch", move)


@transaction.atomic
def accept(case_key: uuid.UUID, *, by: Hand, now: datetime, version: int | None = None) -> acts.Act:
    """Sign for a dispatched case."""
    case = locked(case_key)
    check("accept", case, by, version=version)
    return take(case, "accept", Move(by, now))


@transaction.atomic
def deem_accepted(case_key: uuid.UUID, *, now: datetime) -> acts.Act:
    """Count a case as accepted because the limit for signing has passed; everybody concerned is told."""
    case = locked(case_key)
    check("deem_accepted", case, CLOCK)
    notices = [Notice("deemed_accepted", case.holder_id), Notice("deemed_accepted", case.dispatch_office_id)]
    return take(case, "deem_accepted", Move(CLOCK, now, notices=[*notices, Notice("deemed_accepted")]))


@transaction.atomic
def return_case(case_key: uuid.UUID, *, reason: str, by: Hand, now: datetime, version: int | None = None) -> acts.Act:
    """Say that a case is not this office's duty: once per office and case, with a reason, before signing for it."""
    case = locked(case_key)
    check("return", case, by, version=version)
    reason = _reason(reason, _("Say why it is not your duty and name the line of the duty list."))
    if Return.objects.filter(case=case, office=case.holder_id).exists():
        raise CannotMove(
            _("Your office returned this case once and was given it again by decision; it cannot return it.")
        )
    Return.objects.create(case=case, office_id=case.holder_id, returned_at=now, returned_by=by.key)
    office = directory.offices()[case.dispatch_office_id]
    former = case.holder_id
    move = Move(
        by,
        now,
        office_key=former,
        payload={"returned_by": str(former)},
        reason=reason,
        holder_key=office.pk,
        # The office keeps sight until the return is settled: it may get the case back.
        grant=[(office.pk, "holder")],
        notices=[Notice("returned", office.pk)],
    )
    return take(case, "return", move)


@transaction.atomic
def settle_return(
    case_key: uuid.UUID, *, to: uuid.UUID, reason: str, by: Hand, now: datetime, version: int | None = None
) -> acts.Act:
    """Decide a return: another office (the return was right) or the same one again (it cannot return it again)."""
    case = locked(case_key)
    check("settle_return", case, by, version=version)
    reason = _reason(reason, _("Say why this office is in charge; both offices see it."))
    office = _receiving_office(case, to)
    returned = Return.objects.select_for_update().get(case=case, settled_at=None)
    returned.is_upheld = returned.office_id != office.pk
    returned.settled_at, returned.settled_by = now, by.key
    returned.save(update_fields=["is_upheld", "settled_at", "settled_by"])
    move = Move(
        by,
        now,
        payload={"to": str(office.pk), "is_upheld": returned.is_upheld},
        reason=reason,
        holder_key=office.pk,
        grant=[(office.pk, "holder")],
        revoke=[(case.holder_id, "holder")] + ([(returned.office_id, "holder")] if returned.is_upheld else []),
        notices=[Notice("dispatched", office.pk)],
    )
    return take(case, "settle_return", move)
