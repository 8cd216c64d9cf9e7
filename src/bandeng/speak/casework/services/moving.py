"""The one way along an edge: clocks, row, access, act, messages, in that order, in the caller's transaction."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import F

from bandeng.ground.acts import api as acts
from bandeng.ground.clocks import api as clocks
from bandeng.ground.core import api as core
from bandeng.ground.policies import api as policies

from ..hand import Hand
from ..models import Case, CaseAccess
from ..permissions import office_of
from ..rules import EDGES, MAIN, OUTCOMES_OF, STATES, Edge, Pen, Status, stage_of
from .telling import Notice, tell

SUBJECT = "case"


_LOCKED = core.Prepared(
    lambda key: Case.objects.select_for_update(of=("self",)).select_related("seal_key").filter(pk=key), uuid.UUID
)


def locked(case_key: uuid.UUID) -> Case:
    """Lock a case for the rest of the transaction: the first lock of every act on it (docs/adr/0002)."""
    return _LOCKED.one(case_key)


def parameter_of(clock: str, case: Case) -> str:
    """Name the parameter of a clock in the table: `main` is the procedure's own limit."""
    return policies.procedure(case.procedure).limit.code if clock == MAIN else clock


def idle_at(now: datetime) -> datetime:
    """Compute when somebody must be told that nothing was done."""
    return clocks.preview("idle", now).legal


@dataclass
class Move:
    """What goes along an edge besides the status."""

    by: Hand
    now: datetime
    office_key: uuid.UUID | None = None
    holder_key: uuid.UUID | None = None
    payload: Mapping = field(default_factory=dict)
    reason: str = ""
    sealed: Mapping[str, str] = field(default_factory=dict)
    changes: Mapping = field(default_factory=dict)
    grant: Iterable[tuple[uuid.UUID, str]] = ()
    revoke: Iterable[tuple[uuid.UUID, str]] = ()
    notices: Iterable[Notice] = ()
    idempotency_key: str | None = None


def _turn_clocks(case: Case, edge: Edge, now: datetime) -> list:
    if edge.stops:
        stop_reason = "met" if edge.pen is not Pen.CLOCK else "breached"
        clocks.stop(
            SUBJECT,
            case.pk,
            parameters=[parameter_of(clock, case) for clock in edge.stops],
            reason=stop_reason,
            now=now,
        )
    if not edge.starts:
        return []
    return clocks.start_many(
        [clocks.Start(SUBJECT, case.pk, parameter_of(clock, case), now) for clock in sorted(edge.starts)], now=now
    )


def _due_after(case: Case, edge: Edge, started: list) -> datetime | None:
    if STATES[edge.target].is_end:
        return None
    leading = "lapse" if edge.target is Status.REPLIED else parameter_of(MAIN, case)
    return next((clock.due_legal for clock in started if clock.parameter == leading), case.due_at)


def _change_access(case: Case, move: Move, before: str) -> None:
    for office_key, reason in move.revoke:
        CaseAccess.objects.filter(case=case, office_id=office_key, reason=reason).delete()
    stage = stage_of(case.status)
    if stage != stage_of(before):
        CaseAccess.objects.filter(case=case).update(stage=stage)
    rows = [
        CaseAccess(case=case, office_id=office_key, reason=reason, stage=stage) for office_key, reason in move.grant
    ]
    if rows:
        CaseAccess.objects.bulk_create(rows, ignore_conflicts=True)


def take(case: Case, name: str, move: Move) -> acts.Act:
    """Take a checked edge with a locked case; gives the act. The case object is brought up to date."""
    edge, before = EDGES[name], str(case.status)
    started = _turn_clocks(case, edge, move.now)
    changes = {
        "status": str(edge.target),
        "outcome": str(OUTCOMES_OF[name][0]) if name in OUTCOMES_OF else "",
        "closed_at": move.now if edge.target is Status.CLOSED else None,
        "due_at": _due_after(case, edge, started),
        "holder_id": move.holder_key or case.holder_id,
        "idle_at": None
        if STATES[edge.target].is_end
        else (case.idle_at if edge.pen is Pen.CLOCK else idle_at(move.now)),
        **move.changes,
    }
    for field_name, value in changes.items():
        setattr(case, field_name, value)
    case.version += 1
    Case.objects.filter(pk=case.pk).update(version=F("version") + 1, **changes)
    _change_access(case, move, before)
    act = acts.emit(
        acts.Draft(
            edge.act,
            SUBJECT,
            case.pk,
            move.by.actor(move.office_key or (office_of(edge, case) if edge.permission else None)),
            payload={
                "edge": name,
                "from": before,
                "case": case.open_facts(),
                "clocks": [clock.facts() for clock in started],
                **move.payload,
            },
            reason=move.reason,
            sealed=move.sealed,
            seal_key=case.seal_key if move.reason else None,
            idempotency_key=move.idempotency_key,
        ),
        now=move.now,
    )
    tell(case, act, move.notices, now=move.now)
    return act


def note(case: Case, kind: str, *, by: Hand, now: datetime, office_key: uuid.UUID | None = None, **more) -> acts.Act:
    """Put an act that moves nothing on a locked case; it still shows that somebody was at work."""
    changes = {"version": F("version") + 1}
    if by.kind != "clock" and case.status in STATES and not STATES[Status(case.status)].is_end:
        case.idle_at = changes["idle_at"] = idle_at(now)
    case.version += 1
    Case.objects.filter(pk=case.pk).update(**changes)
    payload = {"case": case.open_facts(), **more.pop("payload", {})}
    draft = acts.Draft(kind, SUBJECT, case.pk, by.actor(office_key), payload=payload, **more)
    return acts.emit(draft, now=now)


__all__ = ["SUBJECT", "Move", "idle_at", "locked", "note", "parameter_of", "take"]
