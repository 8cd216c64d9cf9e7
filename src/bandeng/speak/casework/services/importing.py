"""Take over another system's matters: planned rows become cases, many at once, each once.

What is done here happens now; the dates of the other system are open data of the act. Nothing is sent to anybody.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from bandeng.ground.acts import api as acts
from bandeng.ground.clocks import api as clocks
from bandeng.ground.core import api as core
from bandeng.ground.directory import api as directory
from bandeng.ground.residents import api as residents

from ..hand import Hand
from ..importing import columns, text
from ..importing.changes import changed_columns
from ..importing.columns import Refused
from ..importing.doubts import Doubt, doubt
from ..importing.known import known_areas, known_offices, known_topics
from ..importing.plan import plan
from ..importing.planned import Plan, Planned
from ..models import Case, CaseAccess, ImportedOriginal, Reply
from .registering import MAX_WORDS, CannotRegister
from .taking_over import TakenOver, TakingOver, stored_number

BATCH = 25  # measured: 70 ms in the transaction with 50, and on SQLite all who write wait for it
LOOKED_UP = 500  # rows looked up with one query: asking for each batch took as long as planning all rows
LONGEST_SOURCE = 40

Numbered = tuple[str, Planned]  # a row with its number as it is stored


class CannotImport(ValueError):
    """The import cannot begin; the message says what to do."""


@dataclass
class ImportReport:
    """What came of an import, or (dry run) would come. `held` and `repeated` rows made no case; `doubts` say why.

    `seen` rows are cases already; of these `changed` differ from what was imported, and were left as they are.
    """

    is_dry_run: bool = False
    rows: int = 0
    imported: int = 0
    open: int = 0
    answered: int = 0
    seen: int = 0
    changed: int = 0
    held: int = 0
    repeated: int = 0
    doubts: list[Doubt] = field(default_factory=list)
    mapped_columns: dict[str, list[str]] = field(default_factory=dict)
    dropped_columns: list[Refused] = field(default_factory=list)
    unmapped_columns: list[str] = field(default_factory=list)

    def add(self, other: "ImportReport") -> "ImportReport":
        """Give both as one: of a plan that is taken over in portions."""
        total = replace(self, doubts=self.doubts + other.doubts)
        for name in ("rows", "imported", "open", "answered", "seen", "changed", "held", "repeated"):
            setattr(total, name, getattr(self, name) + getattr(other, name))
        return total


def read_plan(
    path: Path | str, *, now: datetime, sheet: str | None = None, aliases: columns.Aliases | None = None
) -> Plan:
    """Read a sheet and plan its import; its columns tell which alias file fits, unless one is given.

    Raises core.CannotRead, CannotImport.
    """
    known = columns.known_names() + (aliases.names() if aliases else [])
    table = core.read_table(path, sheet=sheet, known=known)
    aliases = aliases or columns.detect(table.headers)
    if aliases is None:
        raise CannotImport(
            _("The names of the columns are not known. Name at least number, words and date as the guide shows.")
        )
    return plan(
        table,
        aliases.kind,
        aliases,
        now=now,
        known_offices=known_offices(),
        known_areas=known_areas(directory.day_of(now)),
        known_topics=known_topics(),
    )


def import_plan(
    planned: Plan,
    *,
    source: str,
    by: Hand,
    now: datetime,
    office: UUID | None = None,
    is_dry_run: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
    turn: Callable[[], AbstractContextManager[object]] = nullcontext,
) -> ImportReport:
    """Make the cases of a plan, at most 25 in a transaction; a plan cut short is taken up by doing it again.

    `office` is the first receiver, else the county's dispatching reception. A row whose (source, number) is a case
    already makes none; where it has changed since, that is a doubt and nothing is overwritten. These are recognised
    first, all at once. Calls `progress(done, total)` after them and after each batch, and stands in a `turn()` while
    it writes one. Raises CannotImport, NoPen, directory.CannotDispatch.
    """
    _check_source(source)
    maker = TakingOver(source, _receiver(office), by, now, planned.mapped_columns)
    work = _Import(maker, _report(planned, is_dry_run), turn)
    new = work.unknown(planned.rows)
    done, total = len(planned.rows) - len(new), len(planned.rows)
    progress(done, total)
    for start in range(0, len(new), BATCH):
        batch = new[start : start + BATCH]
        try:
            work.take(batch)
        except IntegrityError:
            # Another import took one of these numbers at this very moment, or two random codes met: once more tells.
            work.take(work.unknown([row for _number, row in batch]))
        done += len(batch)
        progress(done, total)
    work.report.doubts.sort(key=lambda one: one.row)
    return work.report


def _check_source(source: str) -> None:
    if not source.strip() or len(source) > LONGEST_SOURCE or text.tells_who(source):
        raise CannotImport(_("Name the system the sheet comes from in at most 40 characters, for example 12345."))


def _receiver(office: UUID | None) -> directory.Office:
    if office is None:
        return directory.dispatch_office_for(None)
    found = directory.offices().get(office)
    if found is None or not found.is_active:
        raise CannotImport(_("There is no such office. Look its code up in the table of offices."))
    return found


def _report(planned: Plan, is_dry_run: bool) -> ImportReport:
    return ImportReport(
        is_dry_run=is_dry_run,
        rows=planned.counts["rows"],
        held=planned.counts["held"],
        repeated=planned.counts["repeated"],
        doubts=list(planned.doubts),
        mapped_columns=planned.mapped_columns,
        dropped_columns=planned.dropped_columns,
        unmapped_columns=planned.unmapped_columns,
    )


class _Before(NamedTuple):
    """What is kept of a row that is a case: its sealed original and the key."""

    original: UUID | None
    row: bytes | None
    key: UUID
    wrapped: bytes | None
    wrapped_with: int

    def cells(self) -> dict[str, object] | None:
        """Open the original; None where the case came another way, or was erased: nothing to compare with."""
        if self.original is None or self.row is None:
            return None
        key = core.SealKey(id=self.key, wrapped=self.wrapped, wrapped_with=self.wrapped_with)
        try:
            return ImportedOriginal(id=self.original, row=self.row).opened(key)
        except core.CannotOpen:
            return None


@dataclass
class _Import:
    """One import under way."""

    maker: TakingOver
    report: ImportReport
    turn: Callable[[], AbstractContextManager[object]]

    def unknown(self, rows: Sequence[Planned]) -> list[Numbered]:
        """Give the rows that are no case yet; count the others, and doubt those that changed."""
        new: list[Numbered] = []
        for start in range(0, len(rows), LOOKED_UP):
            numbers = {stored_number(row.number): row for row in rows[start : start + LOOKED_UP]}
            seen = self._seen(list(numbers))
            changed = [one for number, before in seen.items() if (one := self._changed(numbers[number], before))]
            self.report.seen += len(seen)
            self.report.changed += len(changed)
            self.report.doubts += changed
            new += [(number, row) for number, row in numbers.items() if number not in seen]
        return new

    def take(self, rows: Sequence[Numbered]) -> None:
        """Take one batch of new rows: seal outside the transaction, write inside it, then count."""
        made: list[TakenOver] = []
        refused: list[Doubt] = []
        for number, row in rows:
            try:
                made.append(self.maker.make(row, number))
            except CannotRegister as wrong:
                refused.append(replace(doubt(row.row, "", "too_long", limit=MAX_WORDS), message=str(wrong)))
        if made and not self.report.is_dry_run:
            with self.turn():
                self._write(made)
        self._count(made, refused)

    def _seen(self, numbers: Sequence[str]) -> dict[str, _Before]:
        found = Case.objects.filter(source=self.maker.source, source_number__in=numbers)
        found = found.exclude(source="")  # says nothing new, but without it SQLite does not use the partial index
        # Values, not models: to build three models of each row took most of the time.
        original, key = ("imported_original__id", "imported_original__row"), ("wrapped", "wrapped_with")
        kept = found.values_list("source_number", *original, "seal_key_id", *(f"seal_key__{name}" for name in key))
        return {number: _Before(*before) for number, *before in kept}

    def _changed(self, row: Planned, before: _Before) -> Doubt | None:
        cells = before.cells()
        if cells is None:
            return None
        changed = changed_columns(cells, row.original, now=self.maker.now)
        names = [name for name in changed if name not in self.maker.caller_columns]
        return doubt(row.row, names[0], "changed_since", columns="、".join(names)) if names else None

    def _write(self, made: Sequence[TakenOver]) -> None:
        cases, now = [one.case for one in made], self.maker.now
        named = [one for one in made if one.item.identity]
        with transaction.atomic():
            core.SealKey.objects.bulk_create([case.seal_key for case in cases])
            people = residents.create_many([one.item.identity for one in named], now=now)
            for one, resident in zip(named, people, strict=True):
                one.case.resident = resident
            started = clocks.start_many([one.start(now) for one in made], now=now)
            for case, clock in zip(cases, started, strict=True):
                case.due_at = clock.due_legal
            Case.objects.bulk_create(cases)
            CaseAccess.objects.bulk_create([row for one in made for row in one.access()])
            ImportedOriginal.objects.bulk_create([one.original for one in made])
            Reply.objects.bulk_create([one.reply for one in made if one.reply])
            drafts = [one.draft(clock, self.maker.by) for one, clock in zip(made, started, strict=True)]
            acts.emit_many(drafts, now=now)

    def _count(self, made: Sequence[TakenOver], refused: list[Doubt]) -> None:
        answered = sum(one.reply is not None for one in made)
        self.report.imported += len(made)
        self.report.answered += answered
        self.report.open += len(made) - answered
        self.report.held += len(refused)
        self.report.doubts += refused
