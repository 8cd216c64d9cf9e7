"""Hold rows against the acts that committed to them: words to their digests, cases and clocks to the facts recorded."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from bandeng.ground.acts import api as acts
from bandeng.ground.clocks import api as clocks
from bandeng.ground.core import api as core

from .models import Case, ImportedOriginal, Reply

CHUNK = 500
TURNS = 20
Look = Callable[[list[Case]], dict[uuid.UUID, list[str]]]


@dataclass(frozen=True)
class Altered:
    """A row that is not what its act says. `what` names the part."""

    case_key: uuid.UUID
    what: str


def altered() -> Iterator[Altered | None]:
    """Go through all cases; yield None for one that holds, Altered for each part of one that does not.

    May run beside the site: a case that moves on while it is read is read again.
    """
    batch: list[Case] = []
    for case in _cases().iterator(chunk_size=CHUNK):
        batch.append(case)
        if len(batch) == CHUNK:
            yield from _check(batch)
            batch = []
    yield from _check(batch)


def _cases() -> QuerySet[Case]:
    rows = Case.objects.select_related("seal_key", "imported_original")
    return rows.prefetch_related("replies", "statements").order_by("id")


def _check(batch: list[Case]) -> Iterator[Altered | None]:
    found = _look(batch)
    for case in batch:
        yield from [Altered(case.pk, what) for what in found[case.pk] and _settled(case, found[case.pk], _look)] or [
            None
        ]


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


def differences(case_key: uuid.UUID) -> list[str]:
    """Name in what one case's row differs from the last act on it; nothing where it only moved while being read."""
    case = _cases().get(pk=case_key)
    return _settled(case, _look_at_facts([case])[case.pk], _look_at_facts)


def _look_at_facts(batch: list[Case]) -> dict[uuid.UUID, list[str]]:
    histories = _histories(batch)
    return {case.pk: list(_facts(case, histories[case.pk])) for case in batch}


def _histories(batch: list[Case]) -> dict[uuid.UUID, list[acts.Act]]:
    """Give the acts on each case in the order in which they were done.

    By the version each left, not by `at`: that is when a request began, and one that began earlier may have waited
    longer for the case.
    """
    histories: dict[uuid.UUID, list[acts.Act]] = {case.pk: [] for case in batch}
    rows = acts.Act.objects.filter(subject_kind="case", subject_key__in=histories).select_related("seal_key")
    for act in rows.order_by("at", "id"):
        histories[act.subject_key].append(act)
    for history in histories.values():
        history.sort(key=lambda act: act.payload.get("case", {}).get("version", 0))
    return histories


def _look(batch: list[Case]) -> dict[uuid.UUID, list[str]]:
    histories = _histories(batch)
    running = clocks.running("case", [case.pk for case in batch])
    found = {}
    for case in batch:
        history = histories[case.pk]
        found[case.pk] = [*_facts(case, history), *_clocks(history, running[case.pk]), *_words(case, history)]
    return found


def _facts(case: Case, history: list[acts.Act]) -> Iterator[str]:
    """The row is what the last act that speaks of it says."""
    said = [act.payload["case"] for act in history if "case" in act.payload]
    if not said:
        yield "no act speaks of this case"
        return
    now = case.open_facts()
    yield from (name for name, value in said[-1].items() if now.get(name) != value)


def _clocks(history: list[acts.Act], running: list[clocks.Clock]) -> Iterator[str]:
    """Each running clock is due when the act that started it says, unless a new calendar recomputed it."""
    facts = {fact["clock"]: fact for act in history for fact in act.payload.get("clocks", [])}
    for clock in running:
        fact = facts.get(str(clock.pk))
        if fact is None:
            yield f"clock {clock.parameter}: no act started it"
        elif str(clock.calendar_version_id) == fact["calendar_version"] and any(
            getattr(clock, name) != datetime.fromisoformat(fact[name])
            for name in ("started_at", "due_strict", "due_legal")
        ):
            yield f"clock {clock.parameter}"


def _words(case: Case, history: list[acts.Act]) -> Iterator[str]:
    """Words open and have the digests that their acts committed to; erased ones have no salt any more."""
    statements = {str(row.pk): row for row in case.statements.all()}
    replies = {str(row.pk): row for row in case.replies.all()}
    last_draft = {act.payload["reply"]: act for act in history if {"reply", "sealed"} <= set(act.payload)}
    for act in history:
        sealed = act.payload.get("sealed")
        if not sealed or act.salt is None:
            continue
        payload = act.payload
        try:
            if act.kind == "case.imported":
                texts = _imported(case, replies.get(payload.get("reply", "")), sealed)
            elif "statement" in payload:
                row = statements.get(payload["statement"])
                texts = {name: row.words and _open(case, row.words, row.words_context()) for name in sealed if row}
                if row is None:
                    yield "a statement is gone"
            elif "reply" in payload:
                row = replies.get(payload["reply"])
                is_current = last_draft.get(payload["reply"]) is act and payload.get("edge") not in {"send_back"}
                parts = row.parts() if row and is_current else {}
                texts = {name: parts.get(name, "") for name in sealed if is_current and name != "reason"}
            elif payload.get("edge") == "register" or act.kind == "case.registered":
                texts = {"words": _open(case, case.words, case.words_context())}
            else:
                texts = {}
            if act.reason is not None and "reason" in sealed:
                texts["reason"] = act.reason_words()
        except core.CannotOpen:
            yield f"words of {act.kind} do not open"
            continue
        for name, text in texts.items():
            if acts.words_digest(bytes(act.salt), name, (text or "").encode()) != sealed.get(name):
                yield f"{name} of {act.kind}"


def _imported(case: Case, reply: Reply | None, sealed: dict) -> dict[str, str]:
    """Open what arrived with an imported case: its words, the row it was made from, the answer it had."""
    texts = {"words": case.statement()}
    if "original" in sealed:
        original: ImportedOriginal | None = getattr(case, "imported_original", None)
        texts["original"] = original.text() if original else ""
    if "opinion" in sealed:
        texts["opinion"] = reply.part("opinion") if reply else ""
    return texts


def _open(case: Case, sealed: bytes, context: str) -> str:
    return case.seal_key.open(sealed, context)
