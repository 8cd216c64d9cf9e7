"""What happens to a case when a limit comes near, passes, or is counted again, and when nobody does anything."""

from datetime import datetime

from django.db import transaction

from bandeng.ground.clocks import api as clocks
from bandeng.ground.directory import api as directory

from .hand import CLOCK
from .models import Case, CaseAccess
from .rules import WITH_STAFF, Status, stage_of
from .services import deem_accepted, lapse
from .services.moving import SUBJECT, idle_at, locked, note
from .services.telling import Notice, tell


def register() -> None:
    """Tell `clocks` what to call; once, at start."""
    clocks.lock_with(SUBJECT, locked)
    clocks.on_alert(SUBJECT, None, alert)
    clocks.on_alert(SUBJECT, "lapse", remain_silent)
    clocks.on_breach(SUBJECT, None, overdue)
    clocks.on_breach(SUBJECT, "sign_for", sign)
    clocks.on_breach(SUBJECT, "lapse", close_silent)
    clocks.on_recompute(SUBJECT, move_dates)


def alert(clock: clocks.Clock, *, now: datetime) -> None:
    """Remind the office that has the case, before the date."""
    case = locked(clock.subject_key)
    payload = {"parameter": clock.parameter, "due_legal": clock.due_legal.isoformat()}
    act = note(case, "case.alerted", by=CLOCK, now=now, payload=payload)
    tell(
        case,
        act,
        [Notice(f"alerted_{'sign_for' if clock.parameter == 'sign_for' else 'due'}", case.holder_id)],
        now=now,
    )


def remain_silent(clock: clocks.Clock, *, now: datetime) -> None:
    """Do not press a resident to judge: whether they do is theirs to decide."""


def sign(clock: clocks.Clock, *, now: datetime) -> None:
    """The limit for signing has passed: the office counts as having accepted."""
    deem_accepted(clock.subject_key, now=now)


def close_silent(clock: clocks.Clock, *, now: datetime) -> None:
    """Nothing was heard after the answer."""
    lapse(clock.subject_key, now=now)


def superiors_of(case: Case) -> list[directory.Office]:
    """Give whom a late case concerns besides its holder: the superior office and the county's supervision."""
    holder = directory.offices()[case.holder_id]
    superior = directory.superior_of(holder)
    supervision = [o for o in directory.offices().values() if o.kind == "supervision" and o.is_active]
    return list({office.pk: office for office in [superior, *supervision] if office}.values())


def overdue(clock: clocks.Clock, *, now: datetime) -> None:
    """The lawful date has passed: holder, superior, supervision and resident learn of it; the two may now look."""
    case = locked(clock.subject_key)
    offices = superiors_of(case)
    stage = stage_of(case.status)
    rows = [CaseAccess(case=case, office=office, reason="escalated", stage=stage) for office in offices]
    CaseAccess.objects.bulk_create(rows, ignore_conflicts=True)
    payload = {
        "parameter": clock.parameter,
        "due_legal": clock.due_legal.isoformat(),
        "told": [str(o.pk) for o in offices],
    }
    act = note(case, "case.overdue", by=CLOCK, now=now, payload=payload)
    notices = [Notice("overdue", office.pk) for office in offices] + [Notice("overdue", case.holder_id)]
    # A dispute between offices is theirs; the resident hears of the date that was promised to them.
    tell(case, act, notices + ([] if clock.parameter == "settle_return" else [Notice("overdue")]), now=now)


def move_dates(moved: list, *, now: datetime) -> None:
    """Carry recomputed dates to the cases, which copy the date of their leading clock, and tell the residents."""
    for change in moved:
        clock = change.clock
        case = locked(clock.subject_key)
        if clock.parameter in {"sign_for", "settle_return"} or change.old_due.legal == clock.due_legal:
            continue
        Case.objects.filter(pk=case.pk).update(due_at=clock.due_legal)
        case.due_at = clock.due_legal
        payload = {"from": change.old_due.legal.isoformat(), "to": clock.due_legal.isoformat()}
        act = note(case, "case.date_recomputed", by=CLOCK, now=now, payload=payload)
        tell(case, act, [Notice("date_recomputed", case.holder_id), Notice("date_recomputed")], now=now)


def sweep_idle(*, now: datetime, limit: int = 100) -> int:
    """Tell superiors of cases on which nobody did anything for the county's number of working days (`idle`).

    Claims each by conditional update, so that two sweepers tell once. Gives how many were told.
    """
    stale = Case.objects.with_staff().filter(idle_at__lte=now).order_by("idle_at")
    told = 0
    for case_key, seen in list(stale.values_list("pk", "idle_at")[:limit]):
        with transaction.atomic():
            case = locked(case_key)
            if case.idle_at != seen or Status(case.status) not in WITH_STAFF:
                continue
            case.idle_at = idle_at(now)
            Case.objects.filter(pk=case_key).update(idle_at=case.idle_at)
            act = note(case, "case.idle", by=CLOCK, now=now, payload={"since": seen.isoformat()})
            holder = directory.offices()[case.holder_id]
            superior = directory.superior_of(holder)
            notices = [Notice("idle", holder.pk)] + ([Notice("idle", superior.pk)] if superior else [])
            tell(case, act, notices, now=now)
            told += 1
    return told
