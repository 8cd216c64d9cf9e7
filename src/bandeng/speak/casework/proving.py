"""What each table's columns must be by the acts on a case. Each proof yields what is not so."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from bandeng.ground.acts import api as acts
from bandeng.ground.core import api as core
from bandeng.ground.residents import api as residents

from .models import Case, ImportedOriginal, Reply, Statement
from .rules import EDGES, MAIN, OUTCOMES_OF, Pen

if TYPE_CHECKING:
    from .integrity import Told

SAID = {"corrected": "case.corrected", "added": "case.added_to", "missing": "case.reopened case.escalated"}
# Edges of before docs/adr/0012: how they ended a case, and which clock they stopped.
FORMER_ENDS = {"confirm": "confirmed", "let_rest": "answered"}
WRITES = {"draft", "draft_refusal", "serve_unapproved", "reply_on_the_spot"}
SERVES = {"serve", "serve_redirection", "serve_rejection", "serve_unapproved", "reply_on_the_spot"}


def _differences(row: object, must: dict, name: str = "") -> Iterator[str]:
    yield from (f"{name}{column}" for column, value in must.items() if _plain(getattr(row, column)) != value)


def _plain(value: object) -> object:
    return str(value) if hasattr(value, "hex") and not isinstance(value, bytes | float) else value


# -- the case ---------------------------------------------------------------------------------------------------------


def facts(told: "Told") -> Iterator[str]:
    """The row is what the last act that speaks of it says."""
    said = [act.payload["case"] for act in told.history if "case" in act.payload]
    if not said:
        yield "no act speaks of this case"
        return
    now = told.case.open_facts()
    yield from (name for name, value in said[-1].items() if now.get(name) != value)


def beginnings(told: "Told") -> Iterator[str]:
    """What is said once, at the beginning, and what later acts add to it."""
    case, first = told.case, told.first
    if first is None:
        return
    payload = first.payload
    source = payload.get("source") or {"name": "", "number": ""}
    topics = [act.payload["topic"] for act in told.history if act.payload.get("topic")]
    issues = [act.payload["issue"] for act in told.history if act.kind == "case.receipt_replaced"]
    rounds = [act.payload["round"] for act in told.history if act.kind in {"case.reopened", "case.escalated"}]
    yield from _differences(
        case,
        {
            "channel": payload["channel"],
            "identity_mode": payload["identity_mode"],
            "area_id": payload["area"],
            "topic_id": topics[-1] if topics else None,
            "first_receiver_id": payload["first_receiver"],
            "dispatch_office_id": payload["dispatch_office"],
            "received_at": datetime.fromisoformat(payload["received_at"]),
            "registered_at": first.at,
            "registered_by": first.actor_key,
            "source": source["name"],
            "source_number": source["number"],
            "issue": issues[-1] if issues else 1,
            "reopen_count": rounds[-1] if rounds else 0,
            "is_escalated": any(act.kind == "case.escalated" for act in told.history),
        },
    )


def ends(told: "Told") -> Iterator[str]:
    """How and when a case ended is what its last act of ending says."""
    case = told.case
    moves = told.moves()
    last = moves[-1] if moves else None
    edge = last.payload["edge"] if last else ""
    closing = edge in OUTCOMES_OF or edge in FORMER_ENDS
    yield from _differences(case, {"closed_at": last.at if last and closing else None})
    if edge == "end":
        seal = case.outcome_seal(case.outcome, last.payload["case"]["version"])
        may = case.outcome if seal == last.payload["outcome"] else None
    else:
        may = FORMER_ENDS.get(edge) or str(OUTCOMES_OF.get(edge, ("",))[0])
    if case.outcome != may:
        yield "outcome"


def masks(told: "Told") -> Iterator[str]:
    """Masked words are what masking makes of the words, where the newest rules made them."""
    for row in [told.case, *told.case.statements.all()]:
        name = "" if isinstance(row, Case) else "statement "
        if row.masked_with > core.MASKING_VERSION:
            yield f"{name}masked_with"
        if row.masked_with != core.MASKING_VERSION:
            continue  # the worker masks it anew
        try:
            words = told.case.seal_key.open(row.words, row.words_context()) if row.words else ""
        except core.CannotOpen:
            continue  # told by `words`
        if row.words_masked != (residents.mask_of(told.case.resident_id, words) if words else ""):
            yield f"{name}words_masked"


def sight(told: "Told") -> Iterator[str]:
    """Every row of sight is explained by an act, and those that an open or ended case needs are there."""
    case, rows = told.case, {(row.reason, row.office_id) for row in told.case.access.all()}
    needed = {"holder": case.holder_id, "dispatching": case.dispatch_office_id, "received": case.first_receiver_id}
    yield from (f"sight of {reason} is gone" for reason, office in needed.items() if (reason, office) not in rows)
    given = {pair for act in told.history for pair in sight_given(act.payload)}
    for row in told.case.access.all():
        if (row.reason, str(row.office_id)) not in given:
            yield f"sight of {row.reason}: no act gave it"


def sight_given(payload: dict) -> set[tuple[str, str]]:
    """Give the (reason, office) pairs that one act may have given sight for."""
    given = {("escalated", office) for office in payload.get("told", ())}
    given |= {
        (reason, payload[key])
        for reason, key in (("received", "first_receiver"), ("dispatching", "dispatch_office"))
        if payload.get(key)
    }
    if holder := payload.get("case", {}).get("holder"):
        given.add(("holder", holder))
    return given


# -- clocks -----------------------------------------------------------------------------------------------------------


def limits(told: "Told") -> Iterator[str]:
    """Each clock was started by an act, counts as that act says, and was stopped by one that stops it."""
    rows = {str(clock.pk): clock for clock in told.clock_rows}
    known = set()
    for place, act in enumerate(told.history):
        for fact in act.payload.get("clocks", []):
            known.add(fact["clock"])
            clock = rows.get(fact["clock"])
            if clock is None:
                yield f"clock {fact['parameter']} is gone"
                continue
            must = fact | told.recounted.get(fact["clock"], {})
            wrong = [name for name, value in must.items() if clock.facts()[name] != value]
            stop = _stop_of(fact["parameter"], told.history[place + 1 :], told.limits)
            wrong += [
                name
                for name, value in zip(("stopped_at", "stop_reason"), stop, strict=True)
                if getattr(clock, name) != value
            ]
            if wrong:
                yield f"clock {fact['parameter']}: {', '.join(wrong)}"
    yield from (f"clock {clock.parameter}: no act started it" for key, clock in rows.items() if key not in known)


def _stop_of(parameter: str, later: list[acts.Act], main: frozenset[str]) -> tuple[datetime | None, str]:
    for act in later:
        name = act.payload.get("edge", "")
        stops = EDGES[name].stops if name in EDGES else {"lapse"} if name in FORMER_ENDS else ()
        if parameter in stops or (MAIN in stops and parameter in main):
            is_clock = name in EDGES and EDGES[name].pen is Pen.CLOCK
            return act.at, "breached" if is_clock else "met"
    return None, ""


# -- words ------------------------------------------------------------------------------------------------------------


def words(told: "Told") -> Iterator[str]:
    """Words open and have the digests that their acts committed to; erased ones have no salt any more."""
    case = told.case
    statements = {str(row.pk): row for row in case.statements.all()}
    replies = {str(row.pk): row for row in case.replies.all()}
    last_draft = {
        act.payload["reply"]: act
        for act in told.history
        if {"reply", "sealed"} <= set(act.payload) and set(act.payload["sealed"]) - {"reason"}
    }
    for act in told.history:
        sealed = act.payload.get("sealed", {})
        if act.salt is not None:
            yield from _reason(act, sealed)
        if not sealed or act.salt is None:
            continue
        try:
            texts = dict(_texts(case, act, sealed, statements, replies, last_draft))
        except core.CannotOpen:
            yield f"words of {act.kind} do not open"
            continue
        for name, text in texts.items():
            if acts.words_digest(bytes(act.salt), name, (text or "").encode()) != sealed.get(name):
                yield f"{name} of {act.kind}"


def _reason(act: acts.Act, sealed: dict) -> Iterator[str]:
    if (act.reason is not None) != ("reason" in sealed) or (act.reason is None) != (act.seal_key_id is None):
        yield f"reason of {act.kind}"
        return
    if act.reason is None:
        return
    try:
        if acts.words_digest(bytes(act.salt), "reason", act.reason_words().encode()) != sealed["reason"]:
            yield f"reason of {act.kind}"
    except core.CannotOpen:
        yield f"words of {act.kind} do not open"


def _texts(case: Case, act: acts.Act, sealed: dict, statements: dict, replies: dict, last_draft: dict):
    """Give (name, text) of what an act committed to, as the rows have it now."""
    payload = act.payload
    if "resident" in sealed:
        yield "resident", str(case.resident_id or "")
    if act.kind == "case.imported":
        reply = replies.get(payload.get("reply", ""))
        yield from _imported(case, reply, sealed).items()
    elif act.kind == "case.registered":
        yield "words", case.statement()
    elif "statement" in payload:
        row = statements.get(payload["statement"])
        name = "missing" if "missing" in sealed else "words"
        yield name, case.seal_key.open(row.words, row.words_context()) if row else ""
    elif "reply" in payload and last_draft.get(payload["reply"]) is act:
        row = replies.get(payload["reply"])
        parts = row.parts() if row else {}
        yield from ((name, parts.get(name, "")) for name in {*sealed, *parts} - {"reason"})


def _imported(case: Case, reply: Reply | None, sealed: dict) -> dict[str, str]:
    """Open what arrived with an imported case: its words, the row it was made from, the answer it had."""
    texts = {"words": case.statement()}
    if "original" in sealed:
        original: ImportedOriginal | None = getattr(case, "imported_original", None)
        texts["original"] = original.text() if original else ""
    if "opinion" in sealed:
        texts["opinion"] = reply.part("opinion") if reply else ""
    return texts


def statements(told: "Told") -> Iterator[str]:
    """Each statement has its act and is told by it."""
    by_statement = {act.payload["statement"]: act for act in told.history if "statement" in act.payload}
    rows: dict[str, Statement] = {str(row.pk): row for row in told.case.statements.all()}
    yield from ("a statement is gone" for key in by_statement if key not in rows)
    for key, row in rows.items():
        act = by_statement.get(key)
        if act is None or act.kind not in SAID.get(row.kind, "").split():
            yield "statement: no act tells it"
        else:
            yield from _differences(
                row, {"said_at": act.at, "said_by": act.actor_key, "act_key": str(act.pk)}, "statement "
            )


# -- answers and papers -----------------------------------------------------------------------------------------------


def replies(told: "Told") -> Iterator[str]:
    """Each answer was written, approved and served as its acts say."""
    rows = {str(row.pk): row for row in told.case.replies.all()}
    about: dict[str, list[acts.Act]] = {key: [] for key in rows}
    for act in told.history:
        if key := act.payload.get("reply"):
            about.setdefault(key, []).append(act)
    for key, told_of in about.items():
        row = rows.get(key)
        if row is None:
            yield "a reply is gone"
        elif not told_of:
            yield "reply: no act tells it"
        else:
            yield from _differences(row, _reply_of(told, told_of), "reply ")


def _reply_of(told: "Told", about: list[acts.Act]) -> dict:
    """Give what a reply's columns must be."""
    must: dict = {"approved_by": "", "approved_at": None, "served_by": "", "served_at": None, "service_method": ""}
    for act in about:
        edge, payload = act.payload["edge"], act.payload
        must |= {name: payload[name] for name in ("kind", "result", "articles") if name in payload}
        if edge in WRITES or edge == "import_answered":
            before = [a for a in told.history if a.kind in {"case.reopened", "case.escalated"} and a.at <= act.at]
            must |= {"drafted_by": act.actor_key, "drafted_at": act.at, "office_id": payload["case"]["holder"]}
            must |= {"approved_by": "", "approved_at": None, "is_undispatched": payload.get("from") == "registered"}
            must |= {"round": len(before)}
        if edge == "approve":
            must |= {"approved_by": act.actor_key, "approved_at": act.at}
        if edge in SERVES or edge == "import_answered":
            method = payload.get("method", Reply.BY_IMPORT)
            must |= {"served_by": act.actor_key, "served_at": act.at, "service_method": method}
    return must


def papers(told: "Told") -> Iterator[str]:
    """Each photo or paper was added by an act, and its file is what its own acts say."""
    added = {act.payload["attachment"]: act for act in told.history if act.kind == "case.file_added"}
    rows = {str(row.pk): row for row in told.case.attachments.all()}
    yield from ("a photo or paper is gone" for key in added if key not in rows)
    for key, row in rows.items():
        if (act := added.get(key)) is None:
            yield "attachment: no act added it"
            continue
        must = {"added_at": act.at, "added_by": act.actor_key, "file_id": act.payload["file"]}
        yield from _differences(row, must, "attachment ")


PROOFS = (facts, beginnings, ends, masks, sight, limits, words, statements, replies, papers)
