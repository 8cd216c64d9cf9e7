"""What may be searched of cases: their words, what was added and what was answered, all of it masked."""

import uuid
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from bandeng.ground.core import api as core
from bandeng.ground.residents import api as residents

from .models import Case, CaseAccess, Reply, Statement


@dataclass(frozen=True)
class MaskedCase:
    """A case as search may read it. `said` and `answered` are masked words; `offices` may see it."""

    key: uuid.UUID
    version: int
    said: str
    answered: str
    offices: frozenset[uuid.UUID]
    area: uuid.UUID | None
    topic: uuid.UUID | None
    holder: uuid.UUID
    status: str
    registered_at: datetime


def masked_cases(keys: Collection[uuid.UUID]) -> list[MaskedCase]:
    """Read cases for searching, in the order of their keys; answers from the day they were served. Five queries.

    What older rules masked is masked anew here, so that nothing of it waits for the worker. What was erased is empty.
    """
    cases = list(Case.objects.filter(pk__in=list(keys)).select_related("seal_key").order_by("pk"))
    wanted = [case.pk for case in cases]
    offices: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for case_key, office_key in CaseAccess.objects.filter(case__in=wanted).values_list("case", "office"):
        offices[case_key].add(office_key)
    said, answered = _Masking(), _Masking()
    by_key = {case.pk: case for case in cases}
    for case in cases:
        said.row(case, case)
    for statement in Statement.objects.filter(case__in=wanted):
        said.row(by_key[statement.case_id], statement)
    for reply in Reply.objects.filter(case__in=wanted, served_at__isnull=False):
        case = by_key[reply.case_id]
        for part in Reply.PARTS:
            answered.sealed(case, getattr(reply, part), reply.context(part))
    words, answers = said.texts(), answered.texts()
    return [
        MaskedCase(
            case.pk,
            case.version,
            "\n".join(words[case.pk]),
            "\n".join(answers[case.pk]),
            frozenset(offices[case.pk]),
            case.area_id,
            case.topic_id,
            case.holder_id,
            case.status,
            case.registered_at,
        )
        for case in cases
    ]


def case_keys(*, after: str, limit: int) -> list[uuid.UUID]:
    """List the keys of up to `limit` cases in their order, from behind one on; "" is before the first."""
    rows = Case.objects.filter(pk__gt=after) if after else Case.objects.all()
    return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])


class _Masking:
    """Collects texts of cases in their order and masks those that are not, in one go."""

    def __init__(self) -> None:
        self.pieces: list[tuple[Case, str, bool]] = []

    def row(self, case: Case, row: Case | Statement) -> None:
        if row.masked_with >= core.MASKING_VERSION:
            self.pieces.append((case, row.words_masked, True))
        else:
            self.sealed(case, row.words, row.words_context())

    def sealed(self, case: Case, words: bytes | None, context: str) -> None:
        if not words:
            return
        try:
            self.pieces.append((case, case.seal_key.open(words, context), False))
        except core.CannotOpen:  # nobody can read them; `bandeng verify` says so
            return

    def texts(self) -> dict[uuid.UUID, list[str]]:
        open_ones = [(case.resident_id, text) for case, text, is_masked in self.pieces if not is_masked]
        masked = iter(residents.mask_many(open_ones))
        found: dict[uuid.UUID, list[str]] = defaultdict(list)
        for case, text, is_masked in self.pieces:
            if words := text if is_masked else next(masked):
                found[case.pk].append(words)
        return found
