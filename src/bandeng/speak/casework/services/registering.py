"""Register what residents say: many at once, of which the counter's form is one."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from bandeng.ground.acts import api as acts
from bandeng.ground.clocks import api as clocks
from bandeng.ground.core import api as core
from bandeng.ground.directory import api as directory
from bandeng.ground.policies import api as policies
from bandeng.ground.residents import api as residents

from ..hand import Hand
from ..models import Case, CaseAccess
from ..permissions import NoPen
from ..rules import EDGES, Edge, Status, stage_of
from .moving import SUBJECT, idle_at
from .telling import Notice, tell

MAX_WORDS = 20_000
BATCH = 100  # a transaction of this many stays well under 100 ms


class CannotRegister(ValueError):
    """A registration lacks what nothing can be done without; the message says what to write."""


@dataclass(frozen=True)
class Registration:
    """What one person said, as it came in. Only the words are needed."""

    words: str
    channel: str
    first_receiver: uuid.UUID
    procedure: str = "general"
    received_at: datetime | None = None
    area: uuid.UUID | None = None
    topic: uuid.UUID | None = None
    identity: residents.Identity = field(default_factory=residents.Identity)
    is_name_hidden: bool = False
    idempotency_key: str | None = None
    source: str = ""
    source_number: str = ""
    facts: dict = field(default_factory=dict)  # further open data for the act, e.g. dates of an imported case
    seal_key: core.SealKey | None = None  # one that uploads were already sealed with
    is_silent: bool = False  # imported cases send nothing


@dataclass(frozen=True)
class Registered:
    """A registered case with its first act; `is_repeat` where the same request had been done before."""

    case: Case
    act: acts.Act
    is_repeat: bool = False


def check_item(item: Registration, by: Hand, now: datetime) -> None:
    """Raise CannotRegister or NoPen unless this hand may register this."""
    if not item.words.strip():
        raise CannotRegister(_("Write down what the resident said; one sentence is enough."))
    if len(item.words) > MAX_WORDS:
        raise CannotRegister(
            _("This is longer than %(max)d characters. Write the gist here and add the paper as a photo.")
            % {"max": MAX_WORDS}
        )
    if item.channel not in Case.CHANNELS:
        raise CannotRegister(_("Say how it came in: counter, phone, web, letter or visit."))
    if item.received_at is not None and item.received_at > now:
        raise CannotRegister(_("The day it was received lies in the future; correct the date."))
    if by.kind == "staff" and not by.may("case.register", item.first_receiver):
        raise NoPen(_("You do not register at this office."))
    if by.kind not in {"staff", "resident", "import"}:
        raise NoPen(_("You do not register at this office."))
    policies.procedure(item.procedure)


def _identity_mode(item: Registration) -> str:
    if not item.identity:
        return "anonymous"
    return "hidden" if item.is_name_hidden else "shown"


def new_case(item: Registration, by: Hand, resident: residents.Resident | None, now: datetime, idle: datetime) -> Case:
    """Make the unsaved case of a registration, its words sealed; its date follows from the clock.

    `idle` is `idle_at(now)`, counted once for many cases.
    """
    area = directory.areas().get(item.area) if item.area else None
    dispatch_office = directory.dispatch_office_for(area or directory.offices()[item.first_receiver].area)
    key = item.seal_key or core.SealKey.make()
    case = Case(
        code=core.new_code(),
        procedure=item.procedure,
        status=Status.REGISTERED,
        channel=item.channel,
        identity_mode=_identity_mode(item),
        resident=resident,
        area_id=item.area,
        topic_id=item.topic,
        first_receiver_id=item.first_receiver,
        dispatch_office_id=dispatch_office.pk,
        holder_id=item.first_receiver if item.procedure == "on_the_spot" else dispatch_office.pk,
        seal_key=key,
        received_at=item.received_at or now,
        registered_at=now,
        registered_by=by.key,
        idle_at=idle,
        source=item.source,
        source_number=item.source_number,
    )
    words = item.words.strip()
    case.words = key.seal(words, case.words_context())
    case.words_masked, case.masked_with = residents.mask_given(words, item.identity), core.MASKING_VERSION
    return case


def _clock_start(case: Case, item: Registration, now: datetime) -> clocks.Start:
    # What another system had for months cannot be late here on its first day; its own dates stay in the act.
    started_at = now if item.channel == "import" else case.received_at
    return clocks.Start(SUBJECT, case.pk, policies.procedure(item.procedure).limit.code, started_at)


def draft_of(case: Case, item: Registration, clock: clocks.Clock, by: Hand, edge: Edge) -> acts.Draft:
    """Draft the first act on a case."""
    payload = {
        "edge": edge.name,
        "case": case.open_facts(),
        "channel": case.channel,
        "identity_mode": case.identity_mode,
        "area": str(case.area_id) if case.area_id else None,
        "topic": str(case.topic_id) if case.topic_id else None,
        "first_receiver": str(case.first_receiver_id),
        "dispatch_office": str(case.dispatch_office_id),
        "received_at": case.received_at.isoformat(),
        "clocks": [clock.facts()],
        **item.facts,
    }
    if item.source:
        payload["source"] = {"name": item.source, "number": item.source_number}
    return acts.Draft(
        edge.act,
        SUBJECT,
        case.pk,
        by.actor(case.first_receiver_id),
        payload=payload,
        # Whose it is goes in as a digest: the act is open to whoever holds the proof file, the person's key is not.
        sealed={"words": item.words.strip(), "resident": str(case.resident_id or "")},
        idempotency_key=item.idempotency_key,
    )


def access_of(case: Case) -> list[CaseAccess]:
    """Give the rows by which its offices see a new case."""
    rows = [(case.first_receiver_id, "received"), (case.dispatch_office_id, "dispatching"), (case.holder_id, "holder")]
    stage = stage_of(case.status)
    return [CaseAccess(case=case, office_id=office, reason=reason, stage=stage) for office, reason in rows]


def _register_batch(items: Sequence[Registration], by: Hand, now: datetime) -> list[Registered]:
    named = [i for i in items if i.identity]
    given = dict(
        zip(map(id, named), residents.create_many([i.identity for i in named], now=now) if named else [], strict=True)
    )
    idle = idle_at(now)
    cases = [new_case(item, by, given.get(id(item)), now, idle) for item in items]
    made_keys = [case.seal_key for case, item in zip(cases, items, strict=True) if item.seal_key is None]
    core.SealKey.objects.bulk_create(made_keys)
    started = clocks.start_many([_clock_start(c, i, now) for c, i in zip(cases, items, strict=True)], now=now)
    for case, clock in zip(cases, started, strict=True):
        case.due_at = clock.due_legal
    Case.objects.bulk_create(cases)
    CaseAccess.objects.bulk_create([row for case in cases for row in access_of(case)])
    drafts = [
        draft_of(case, item, clock, by, EDGES["import" if item.channel == "import" else "register"])
        for case, item, clock in zip(cases, items, started, strict=True)
    ]
    done = acts.emit_many(drafts, now=now)
    for case, item, act in zip(cases, items, done, strict=True):
        if not item.is_silent:
            tell(case, act, [Notice("registered"), Notice("registered", case.holder_id)], now=now)
    return [Registered(case, act) for case, act in zip(cases, done, strict=True)]


def _done_before(items: Sequence[Registration]) -> dict[str, Registered]:
    keys = [item.idempotency_key for item in items if item.idempotency_key]
    if not keys:
        return {}
    before = acts.by_idempotency_keys(keys)
    cases = Case.objects.select_related("seal_key").in_bulk([act.subject_key for act in before.values()])
    return {key: Registered(cases[act.subject_key], act, is_repeat=True) for key, act in before.items()}


def _once(items: Sequence[Registration], by: Hand, now: datetime, *, is_new: bool = False) -> list[Registered]:
    """Register those of a batch whose key was not registered before; `is_new` takes that for granted."""
    with transaction.atomic():
        done = {} if is_new else _done_before(items)
        first = {item.idempotency_key: n for n, item in reversed(list(enumerate(items))) if item.idempotency_key}
        fresh = [
            n
            for n, item in enumerate(items)
            if item.idempotency_key not in done and first.get(item.idempotency_key, n) == n
        ]
        made = _register_batch([items[n] for n in fresh], by, now) if fresh else []
        results = dict(zip(fresh, made, strict=True))
        done |= {key: replace(results[n], is_repeat=True) for key, n in first.items() if n in results}
        return [results.get(n) or done[item.idempotency_key or ""] for n, item in enumerate(items)]


def register_many(items: Sequence[Registration], *, by: Hand, now: datetime) -> list[Registered]:
    """Register cases, in transactions of at most 100; gives one result for each item, in order.

    Each gets a holder, a lawful date, a clock, history, a ledger entry and its receipt's code at once. An item whose
    `idempotency_key` was registered before gives that first result (`is_repeat`). Raises CannotRegister, NoPen before
    anything of the batch is written.
    """
    for item in items:
        check_item(item, by, now)
    results: list[Registered] = []
    for batch in _pieces(items, BATCH):
        try:
            # A form is sent twice rarely: the unique index of the key finds it, cheaper than asking each time.
            results += _once(batch, by, now, is_new=len(batch) == 1)
        except IntegrityError:
            # The key was used before or in this very moment, or two random codes are equal: once more decides it.
            results += _once(batch, by, now)
    return results


def _pieces(items: Sequence[Registration], size: int) -> list[Sequence[Registration]]:
    """Cut a sequence into pieces."""
    return [items[i : i + size] for i in range(0, len(items), size)]


def register(item: Registration, *, by: Hand, now: datetime) -> Registered:
    """Register one case; see `register_many`."""
    return register_many([item], by=by, now=now)[0]
