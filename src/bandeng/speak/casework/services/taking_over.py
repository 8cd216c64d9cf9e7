"""From one planned row to the rows of its case, unsaved: the case, its sealed original, its answer, its first act."""

import json
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from django.conf import settings

from bandeng.ground.acts import api as acts
from bandeng.ground.clocks import api as clocks
from bandeng.ground.core import api as core
from bandeng.ground.directory import api as directory
from bandeng.ground.residents import api as residents

from ..hand import Hand
from ..importing import columns, text
from ..importing.planned import Planned
from ..models import Case, CaseAccess, ImportedOriginal, Reply
from ..rules import EDGES, Edge
from .moving import SUBJECT, idle_at, parameter_of
from .registering import Registration, access_of, check_item, draft_of, new_case

# Which procedure a kind of matter has; every other kind has the general one.
PROCEDURES = {"enquiry": "enquiry", "suggestion": "suggestion"}


def stored_number(number: str) -> str:
    """Give a number as it may stand in the open: itself, or a code made from it where it would tell who somebody is."""
    if not text.tells_who(number):
        return number
    return f"hidden-{core.blind_index(settings.KEYRING.secret('blind'), 'source_number', number).hex()}"


@dataclass(frozen=True)
class TakenOver:
    """One case about to be written. `cells` is the original as it is sealed."""

    row: Planned
    item: Registration
    case: Case
    edge: Edge
    original: ImportedOriginal
    cells: str
    reply: Reply | None

    def start(self, now: datetime) -> clocks.Start:
        """Give the clock that runs from the import on: to answer, or to judge what was answered."""
        (leading,) = self.edge.starts
        return clocks.Start(SUBJECT, self.case.pk, parameter_of(leading, self.case), now)

    def access(self) -> list[CaseAccess]:
        return access_of(self.case)

    def draft(self, clock: clocks.Clock, by: Hand) -> acts.Draft:
        """Draft the one act by which the case arrives."""
        draft = draft_of(self.case, self.item, clock, by, self.edge)
        payload, sealed = dict(draft.payload), {**draft.sealed, "original": self.cells}
        if self.reply:
            payload |= {"reply": str(self.reply.pk), "kind": self.reply.kind, "result": self.reply.result}
            sealed["opinion"] = self.row.answer
        return replace(draft, payload=payload, sealed=sealed)


@dataclass
class TakingOver:
    """What all rows of one import have in common."""

    source: str
    receiver: directory.Office
    by: Hand
    now: datetime
    mapped: dict[str, list[str]]

    @cached_property
    def caller_columns(self) -> set[str]:
        """The columns that tell who somebody is."""
        return {column for name in columns.CALLER for column in self.mapped.get(name, ())}

    @cached_property
    def idle(self) -> datetime:
        """When somebody must be told that nothing was done since the import."""
        return idle_at(self.now)

    def make(self, row: Planned, number: str) -> TakenOver:
        """Make the unsaved rows of a case; raises CannotRegister, NoPen."""
        item = self._item(row, number)
        check_item(item, self.by, self.now)
        case = new_case(item, self.by, None, self.now, self.idle)
        edge, reply = EDGES["import"], None
        if row.status == "answered":
            edge, reply = EDGES["import_answered"], self._reply(row, case)
            case.holder_id = reply.office_id
        case.status = edge.target
        original = ImportedOriginal(case=case)
        cells = json.dumps(self._kept(row), ensure_ascii=False)
        original.row = case.seal_key.seal(cells, original.row_context())
        return TakenOver(row, item, case, edge, original, cells, reply)

    def _item(self, row: Planned, number: str) -> Registration:
        return Registration(
            words=row.words,
            channel="import",
            first_receiver=self.receiver.pk,
            procedure=PROCEDURES.get(row.order_type, "general"),
            area=row.area,  # type: ignore[arg-type]
            topic=row.topic,  # type: ignore[arg-type]
            identity=_identity(row),
            source=self.source,
            source_number=number,
            facts={"in_source": _facts(row)},
            is_silent=True,
        )

    def _reply(self, row: Planned, case: Case) -> Reply:
        """Give the answer as served. The office that gave it has the case, where it is known.

        Not of an accusation: whoever it names might be that very office, and the reception decides who sees it.
        """
        answered_by = row.office if row.order_type != "accusation" else None
        reply = Reply(case=case, round=0, kind="answer", result="answered")
        reply.office_id = answered_by or case.dispatch_office_id  # type: ignore[assignment]
        reply.opinion = case.seal_key.seal(row.answer, reply.context("opinion"))
        reply.drafted_by = reply.served_by = self.by.key
        reply.drafted_at = reply.served_at = self.now
        reply.service_method = Reply.BY_IMPORT
        return reply

    def _kept(self, row: Planned) -> dict[str, object]:
        """Give the row as it is sealed: without the cells that go to `residents`."""
        who = _identity(row)

        def is_moved(cell: object) -> bool:
            return bool(who.name and text.one_line(cell) == who.name or who.phone and text.phone(cell) == who.phone)

        return {
            column: None if column in self.caller_columns and is_moved(cell) else cell
            for column, cell in row.original.items()
        }


def _identity(row: Planned) -> residents.Identity:
    return residents.Identity(name=row.caller_name or text.account_name(row.caller_account), phone=row.caller_phone)


def _facts(row: Planned) -> dict:
    """Give what the other system said, as far as it is open: dates, kind, office, counts. Never a judgement."""

    def written(at: datetime | None) -> str | None:
        return at.isoformat() if at else None

    is_day = row.received_at is not None and row.received_precision == "day"
    facts = {
        "received": row.received_at.date().isoformat() if is_day else written(row.received_at),  # type: ignore[union-attr]
        "answered": written(row.answered_at),
        "closed": written(row.closed_at),
        "kind": row.order_type or None,
        "office": str(row.office) if row.office else None,
        "likes": row.likes,
        "dislikes": row.dislikes,
    }
    return {name: value for name, value in facts.items() if value is not None}
