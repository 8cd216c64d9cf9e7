"""How a case ends, and how it does not: by the resident's word, by silence, or reopened."""

import uuid
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bandeng.ground.acts import api as acts
from bandeng.ground.core import api as core
from bandeng.ground.directory import api as directory
from bandeng.ground.policies import api as policies
from bandeng.ground.residents import api as residents

from ..hand import CLOCK, Hand
from ..models import Case, Return, Statement
from ..permissions import CannotMove, check
from ..rules import Outcome
from .moving import Move, locked, take
from .telling import Notice


@transaction.atomic
def confirm(case_key: uuid.UUID, *, by: Hand, now: datetime, idempotency_key: str | None = None) -> acts.Act:
    """Close a case because the resident says that it is solved."""
    return _end(case_key, Outcome.CONFIRMED, by, now, idempotency_key)


@transaction.atomic
def let_rest(case_key: uuid.UUID, *, by: Hand, now: datetime, idempotency_key: str | None = None) -> acts.Act:
    """Close a case whose answer the resident lets stand without calling it solved."""
    return _end(case_key, Outcome.ANSWERED, by, now, idempotency_key)


def _end(case_key: uuid.UUID, outcome: Outcome, by: Hand, now: datetime, idempotency_key: str | None) -> acts.Act:
    case = locked(case_key)
    check("end", case, by)
    payload = {"outcome": case.outcome_seal(outcome, case.version + 1)}
    changes = {"outcome": str(outcome)}
    return take(case, "end", Move(by, now, payload=payload, changes=changes, idempotency_key=idempotency_key))


@transaction.atomic
def withdraw(case_key: uuid.UUID, *, by: Hand, now: datetime, idempotency_key: str | None = None) -> acts.Act:
    """Close a case because the resident takes it back; an outcome of its own, and no achievement of the office."""
    case = locked(case_key)
    check("withdraw", case, by)
    # A dispute between offices ends with the matter: undecided, and the office that returned it loses sight of it.
    disputes = Return.objects.filter(case=case, settled_at=None)
    revoke = [(office_key, "holder") for office_key in disputes.values_list("office_id", flat=True)]
    disputes.update(settled_at=now, settled_by=by.key)
    notices = [Notice("withdrawn", case.holder_id)]
    return take(case, "withdraw", Move(by, now, revoke=revoke, notices=notices, idempotency_key=idempotency_key))


@transaction.atomic
def lapse(case_key: uuid.UUID, *, now: datetime) -> acts.Act:
    """Close a case about whose answer nothing was heard. It counts as silent, never as solved."""
    case = locked(case_key)
    check("lapse", case, CLOCK)
    return take(case, "lapse", Move(CLOCK, now))


def _way_back(case: Case) -> tuple[str, uuid.UUID]:
    """Tell which edge a reopening takes and to which office."""
    last = case.replies.order_by("-round").first()
    office_key = last.office_id if last else case.holder_id
    most = policies.version_at("max_reopenings", directory.day_of(case.registered_at)).value
    if case.reopen_count >= most:
        office = directory.offices()[office_key]
        superior = directory.superior_of(office) or directory.offices()[case.dispatch_office_id]
        return "escalate", superior.pk
    if office_key in {case.dispatch_office_id, case.first_receiver_id}:
        return "reopen_undispatched", case.dispatch_office_id
    return "reopen", office_key


@transaction.atomic
def reopen(
    case_key: uuid.UUID,
    *,
    missing: str,
    by: Hand,
    now: datetime,
    cause: uuid.UUID | None = None,
    idempotency_key: str | None = None,
) -> acts.Act:
    """Open a case again because it is not solved, with a fresh limit.

    `missing` is what the resident says is still missing: all the office gets to see of the judgement. After the
    county's number of reopenings (parameter max_reopenings) the superior office gets the case.
    """
    case = locked(case_key)
    if not missing.strip():
        raise CannotMove(_("Say what is still missing; one sentence is enough."))
    edge, office_key = _way_back(case)
    check(edge, case, by)
    procedure = "general" if case.procedure == "on_the_spot" else case.procedure
    words = missing.strip()
    statement = Statement(id=core.new_id(), case=case, kind="missing", said_at=now, said_by=by.key)
    statement.words = case.seal_key.seal(words, statement.words_context())
    statement.words_masked = residents.mask_of(case.resident_id, words)
    statement.masked_with = core.MASKING_VERSION
    changes = {"reopen_count": case.reopen_count + 1, "procedure": procedure}
    if edge == "escalate":
        changes["is_escalated"] = True
    case.procedure = procedure  # the fresh limit is that of the procedure it now has
    act = take(
        case,
        edge,
        Move(
            by,
            now,
            holder_key=office_key,
            payload={"to": str(office_key), "statement": str(statement.pk), "round": case.reopen_count + 1},
            sealed={"missing": words},
            changes=changes,
            grant=[(office_key, "holder")],
            notices=[Notice("reopened", office_key)],
            idempotency_key=idempotency_key,
        ),
    )
    statement.act_key = act.pk
    statement.save(force_insert=True)
    return act
