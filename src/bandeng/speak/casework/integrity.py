"""Hold rows against the acts that made them: whoever changes a row behind our back, triggers switched off, is found.

What is open stands in the acts' payloads, what is sealed in digests; both are committed to by the log. What no act
tells is left out, and listed with the reason in tests/expectations/unproven.toml.
"""

import json
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.fields.json import KT

from bandeng.ground.acts import api as acts
from bandeng.ground.clocks import api as clocks
from bandeng.ground.policies import api as policies

from . import proving
from .models import Case, CaseAccess

CHUNK = 500
ROWS = 2000
NO_OFFICE = {None, "null"}  # SQLite takes a null out of JSON as this word
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
    rows = CaseAccess.objects.order_by("case_id").values_list("case_id", "office_id", "reason")
    batch: list[tuple[uuid.UUID, uuid.UUID, str]] = []
    for row in rows.iterator(chunk_size=ROWS):
        batch.append(row)
        if len(batch) == ROWS:
            yield from _unexplained(batch)
            batch = []
    yield from _unexplained(batch)


def _unexplained(batch: list[tuple[uuid.UUID, uuid.UUID, str]]) -> Iterator[tuple[str, str, str]]:
    given = _sight_given({case for case, _office, _reason in batch})
    if wrong := [row for row in batch if (row[0], row[2], str(row[1])) not in given]:
        codes = dict(Case.objects.filter(pk__in={case for case, _office, _reason in wrong}).values_list("pk", "code"))
        yield from ((codes.get(case, str(case)), str(office), reason) for case, office, reason in wrong)


def _sight_given(case_keys: set[uuid.UUID]) -> set[tuple[uuid.UUID, str, str]]:
    """Give (case, reason, office) of whatever acts on some cases gave sight for; see `proving.sight_given`.

    The database takes the few words out of the payloads: to read a million whole ones is most of a check's time.
    """
    rows = acts.Act.objects.filter(subject_kind="case", subject_key__in=case_keys)
    parts = {
        "received": KT("payload__first_receiver"),
        "dispatching": KT("payload__dispatch_office"),
        "holder": KT("payload__case__holder"),
        "escalated": KT("payload__told"),
    }
    given: set[tuple[uuid.UUID, str, str]] = set()
    for case, *offices, told in rows.values_list("subject_key", *parts.values()).iterator(chunk_size=ROWS):
        given.update(
            (case, reason, office) for reason, office in zip(parts, offices, strict=False) if office not in NO_OFFICE
        )
        given.update((case, "escalated", office) for office in json.loads(told or "null") or ())
    return given
