"""What one import would write, and the checks that all tables share."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from django.db import models
from django.utils.translation import gettext as _

from .columns import Column, Row
from .report import Finding

M = TypeVar("M", bound=models.Model)


@dataclass
class Plan:
    """Rows to write, in an order in which each finds what it refers to; findings on rows that cannot be written."""

    creates: list[models.Model] = field(default_factory=list)
    updates: list[tuple[models.Model, list[str]]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    bad: set[int] = field(default_factory=set)
    changed: set[int] = field(default_factory=set)  # numbers of the rows that change something that is there
    new: set[int] = field(default_factory=set)
    done: set[str] = field(default_factory=set)  # keys written by an earlier row of the file

    def refuse(self, row: Row, column: str, problem: str, remedy: str) -> None:
        """Keep a row out, and say why."""
        self.findings.append(Finding(row.number, column, problem, remedy))
        self.bad.add(row.number)

    def warn(self, row: Row, column: str, problem: str, remedy: str) -> None:
        """Say what should be looked at, and take the row."""
        self.findings.append(Finding(row.number, column, problem, remedy, is_warning=True))

    def good(self, rows: Iterable[Row]) -> list[Row]:
        """Give the rows not refused so far."""
        return [row for row in rows if row.number not in self.bad]

    def put(self, row: Row, found: M | None, made: M, values: dict[str, Any]) -> M:
        """Plan to create `made`, or to change what differs in the row there is. A None empties the field."""
        row_here = made if found is None else found
        wanted = {name: _emptied(row_here, name) if value is None else value for name, value in values.items()}
        differing = [name for name, value in wanted.items() if getattr(row_here, name) != value]
        for name in differing:
            setattr(row_here, name, wanted[name])
        if found is None:
            self.creates.append(made)
            self.new.add(row.number)
        elif differing:
            self.updates.append((found, differing))
            self.changed.add(row.number)
        return row_here


def _emptied(row: models.Model, name: str) -> Any:
    field_ = row._meta.get_field(name)
    return field_.get_default() if isinstance(field_, models.Field) else None


class Import(Protocol):
    """One kind of table: its name on the command line, the act and permission of writing it, its columns."""

    @property
    def kind(self) -> str: ...

    @property
    def act(self) -> str: ...

    @property
    def permission(self) -> str: ...

    @property
    def columns(self) -> tuple[Column, ...]: ...

    def plan(self, rows: list[Row], day: Any) -> Plan:
        """Plan what to write; reads the database, writes nothing."""


def refuse_doubles(plan: Plan, rows: list[Row], column: str, key: Callable[[Row], Any]) -> None:
    """Refuse the second and later rows with one key."""
    first: dict[Any, int] = {}
    for row in plan.good(rows):
        if (at := first.setdefault(key(row), row.number)) != row.number:
            plan.refuse(row, column, _("The same as in row %d.") % at, _("Remove one of the two."))


def refuse_unknown(plan: Plan, row: Row, column: str, value: str, where: str) -> None:
    """Refuse a row that refers to a code nobody knows."""
    plan.refuse(
        row,
        column,
        _("“%(value)s” is not known.") % {"value": value},
        _("Correct it, or add it to %(where)s first.") % {"where": where},
    )


def refuse_ends_before(plan: Plan, row: Row, column: str, begins: Any, ends: Any) -> bool:
    """Refuse a row that ends before it begins."""
    if begins and ends and ends < begins:
        plan.refuse(row, column, _("It ends before it begins."), _("Correct one of the two dates."))
        return True
    return False


def in_order_of_parents(
    plan: Plan, rows: list[Row], column: str, parent: str, above: Mapping[str, str | None], where: str
) -> list[Row]:
    """Sort rows so that each comes after its parent; refuse unknown parents, cycles and children of refused rows.

    `above` maps the codes already there to their parents. A parent may stand anywhere in the file; a cycle may run
    through rows already there.
    """
    while True:
        rows = plan.good(rows)
        merged = {**above, **{row["code"]: row[parent] for row in rows}}
        refused = False
        for row in rows:
            if row[parent] and row[parent] not in merged:
                refuse_unknown(plan, row, column, row[parent], where)
            elif row["code"] in line_above(merged, row["code"]):
                plan.refuse(
                    row, column, _("It stands above itself, through others."), _("Give the right code above it.")
                )
            else:
                continue
            refused = True
        if not refused:
            return sorted(rows, key=lambda row: len(line_above(merged, row["code"])))


def line_above(above: Mapping[str, str | None], code: str) -> list[str]:
    """Give the codes above `code`, nearest first, stopping where a cycle closes."""
    line: list[str] = []
    here = above.get(code)
    while here and here not in line:
        line.append(here)
        here = above.get(here)
    return line
