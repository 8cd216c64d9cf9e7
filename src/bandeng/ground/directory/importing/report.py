"""What an import tells people: per row what is wrong and what to do, and what it did or would do."""

from dataclasses import dataclass, field
from uuid import UUID

from django.utils.translation import gettext as _


class BadValue(ValueError):
    """A cell that cannot be used."""

    def __init__(self, problem: str, remedy: str):
        super().__init__(problem)
        self.problem, self.remedy = problem, remedy


@dataclass(frozen=True, order=True)
class Finding:
    """One thing to put right. `row` is the number people see in Excel; 0 speaks of the whole file."""

    row: int
    column: str
    problem: str
    remedy: str
    is_warning: bool = False

    def __str__(self) -> str:
        place = " ".join(filter(None, [_("row %d") % self.row if self.row else "", self.column]))
        return f"{place}{': ' if place else ''}{self.problem} {self.remedy}"


@dataclass
class Report:
    """The outcome of one import. Counts are of rows; those skipped have a finding each."""

    kind: str
    is_dry_run: bool
    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    is_written: bool = False
    findings: list[Finding] = field(default_factory=list)
    act_id: UUID | None = None

    @property
    def errors(self) -> list[Finding]:
        """The findings that keep a row out."""
        return [finding for finding in self.findings if not finding.is_warning]

    @property
    def skipped(self) -> int:
        """How many rows cannot be used."""
        return len({finding.row for finding in self.errors if finding.row})

    @property
    def is_clean(self) -> bool:
        """Whether every row can be used."""
        return not self.errors
