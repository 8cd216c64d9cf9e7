"""Hold rows against the acts that made them: whoever changes a row behind our back, triggers switched off, is found.

What is open stands in the acts' payloads, what is sealed in digests; both are committed to by the log. What no act
tells is left out, and listed with the reason in tests/expectations/unproven.toml.
"""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Exists, OuterRef, QuerySet

from bandeng.ground.acts import api as acts
from bandeng.ground.clocks import api as clocks
from bandeng.ground.policies import api as policies

from . import proving
from .models import Case, CaseAccess

CHUNK = 500
TURNS = 20
Look = Callable[[list[Case]], dict[uuid.UUID, list[str]]]


@dataclass(frozen=True)
class Altered:
    """A row that is not what its act says. `what` names the part."""

    case_key: uuid.UUID
    what: str


@dataclass
class Told:
    """What the acts tell of one case, and its rows."""

    case: Case
    history: list[acts.Act] = field(default_factory=list)
    clock_rows: list[clocks.Clock] = field(default_factory=list)
    recounted: dict[str, dict] = field(default_factory=dict)
    limits: frozenset[str] = frozenset()

    @cached_property
    def first(self) -> acts.Act | None:
        return next((act for act in self.history if act.kind in {"case.registered", "case.imported"}), None)

    @cached_property
    def is_erased(self) -> bool:
        return any(act.kind == "words.erased" for act in self.history)

    def moves(self) -> list[acts.Act]:
        return [act for act in self.history if act.payload.get("edge")]


def altered() -> Iterator[Altered | None]:
    """Go through all cases; yield None for one that holds, Altered for each part of one that does not.

    May run beside the site: a case that moves on while it is read is read again.
    """
    look = _proofs()
    batch: list[Case] = []
    for case in _cases().iterator(chunk_size=CHUNK):
        batch.append(case)
        if len(batch) == CHUNK:
            yield from _check(batch, look)
            batch = []
    yield from _check(batch, look)
    there = Exists(Case.objects.filter(pk=OuterRef("subject_key")))
    lost = acts.Act.objects.filter(~there, subject_kind="case").values_list("subject_key", flat=True)
    yield from (Altered(key, "its row is gone") for key in lost.order_by("subject_key").distinct())


def _cases() -> QuerySet[Case]:
    rows = Case.objects.select_related("seal_key", "imported_original", "resident")
    return rows.prefetch_related("replies", "statements", "attachments__file", "access").order_by("id")


def _check(batch: list[Case], look: Look) -> Iterator[Altered | None]:
    found = look(batch)
    for case in batch:
        wrong = found[case.pk] and _settled(case, found[case.pk], look)
        yield from (Altered(case.pk, what) for what in wrong) if wrong else (None,)


def _settled(case: Case, found: list[str], look: Look) -> list[str]:
    """Give what a look found, once the case stood still during it; else look again.

    Row and history are read one after the other. Every change counts the version up, so the same version afterwards
    shows that both were of one moment.
    """
    for _turn in range(TURNS):
        now = _cases().get(pk=case.pk)
        if now.version == case.version:
            return found
        case, found = now, look([now])[now.pk]
        if not found:
            return []
    return found


def _proofs() -> Look:
    """Give the look by which every proof is asked of a batch."""
    limits = frozenset(procedure.limit.code for procedure in policies.procedures())
    recounted = clocks.recounted()

    def look(batch: list[Case]) -> dict[uuid.UUID, list[str]]:
        told = {case.pk: Told(case, recounted=recounted, limits=limits) for case in batch}
        _add_histories(told)
        for clock in clocks.Clock.objects.filter(subject_kind="case", subject_key__in=told).order_by("id"):
            told[clock.subject_key].clock_rows.append(clock)
        return {key: [what for prove in proving.PROOFS for what in prove(one)] for key, one in told.items()}

    return look


def _add_histories(told: dict[uuid.UUID, Told]) -> None:
    """Give each case its acts in the order in which they were done.

    By the version each left, not by `at`: that is when a request began, and one that began earlier may have waited
    longer for the case. An act that tells no version stays behind the one before it.
    """
    rows = acts.Act.objects.filter(subject_kind="case", subject_key__in=told).select_related("seal_key")
    versions: dict[uuid.UUID, int] = {}
    for act in rows.order_by("at", "id"):
        one = told[act.subject_key]
        versions[act.pk] = act.payload.get("case", {}).get(
            "version", versions[one.history[-1].pk] if one.history else 0
        )
        one.history.append(act)
    for one in told.values():
        one.history.sort(key=lambda act: versions[act.pk])


def differences(case_key: uuid.UUID) -> list[str]:
    """Name in what one case's row differs from the last act on it; nothing where it only moved while being read."""
    case = _cases().get(pk=case_key)
    return _settled(case, _facts([case])[case.pk], _facts)


def _facts(batch: list[Case]) -> dict[uuid.UUID, list[str]]:
    told = {case.pk: Told(case) for case in batch}
    _add_histories(told)
    return {key: list(proving.facts(one)) for key, one in told.items()}


def unexplained_access() -> Iterator[tuple[str, str, str]]:
    """Give (code, office, reason) of each row of sight that no act on its case explains."""
    rows = CaseAccess.objects.select_related("case").order_by("case_id").iterator(chunk_size=2000)
    batch: list[CaseAccess] = []
    for row in rows:
        batch.append(row)
        if len(batch) == 2000:
            yield from _unexplained(batch)
            batch = []
    yield from _unexplained(batch)


def _unexplained(batch: list[CaseAccess]) -> Iterator[tuple[str, str, str]]:
    keys = {row.case_id for row in batch}
    reasons: dict[uuid.UUID, set[tuple[str, str]]] = {key: set() for key in keys}
    payloads = acts.Act.objects.filter(subject_kind="case", subject_key__in=keys).values_list("subject_key", "payload")
    for key, payload in payloads.iterator(chunk_size=2000):
        reasons[key] |= proving.sight_given(payload)
    for row in batch:
        if (row.reason, str(row.office_id)) not in reasons[row.case_id]:
            yield row.case.code, str(row.office_id), row.reason
