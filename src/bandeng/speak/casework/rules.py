"""The life of a case as one table: which edge, from where to where, whose pen, which clocks. Imports no framework.

Every status has somebody who holds the pen, a clock that runs until it ends, and a way to an end; tests hold that.
Limits are not here: they are parameters (`ground/policies`), and a procedure may switch edges off.
"""

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """Where a case is. Words, so that a row can be read without this file."""

    REGISTERED = "registered"
    DISPATCHED = "dispatched"
    DISPUTED = "disputed"
    WORKING = "working"
    DRAFTED = "drafted"
    APPROVED = "approved"
    REPLIED = "replied"
    CLOSED = "closed"
    REDIRECTED = "redirected"
    REJECTED = "rejected"
    MERGED = "merged"
    TERMINATED = "terminated"


class Outcome(StrEnum):
    """How a closed case ended. Silence is an outcome of its own and never counts as solved."""

    ANSWERED = "answered"  # the resident has the answer and lets it rest
    CONFIRMED = "confirmed"  # the resident says that it is solved
    SILENT = "silent"  # nobody answered within the limit after service
    WITHDRAWN = "withdrawn"  # the resident took it back


class Pen(StrEnum):
    """Who may write next."""

    RECEPTIONIST = "receptionist"  # at the office that first received it
    DISPATCHER = "dispatcher"  # at the dispatching office that holds it
    HANDLER = "handler"  # at the office that holds it
    APPROVER = "approver"  # at the office that holds it, never the one who drafted
    RESIDENT = "resident"  # with the receipt
    CLOCK = "clock"  # the installation itself, when a limit has passed
    IMPORT = "import"  # whoever runs the import, when another system's matters are taken over


class Place(StrEnum):
    """At which of a case's offices a staff pen must be held."""

    HOLDER = "holder"
    FIRST_RECEIVER = "first_receiver"
    DISPATCH_OFFICE = "dispatch_office"


MAIN = "main"  # stands for the procedure's own limit: enquiry, general, suggestion, on_the_spot


@dataclass(frozen=True)
class State:
    """What is true of a status: whose pen, which clocks run, and whether staff or the resident is to move."""

    pens: tuple[Pen, ...]
    clocks: frozenset[str]
    is_end: bool = False


STATES: dict[Status, State] = {
    Status.REGISTERED: State((Pen.DISPATCHER, Pen.RECEPTIONIST), frozenset({MAIN})),
    Status.DISPATCHED: State((Pen.HANDLER, Pen.DISPATCHER), frozenset({MAIN, "sign_for"})),
    Status.DISPUTED: State((Pen.DISPATCHER,), frozenset({MAIN, "settle_return"})),
    Status.WORKING: State((Pen.HANDLER, Pen.DISPATCHER), frozenset({MAIN})),
    Status.DRAFTED: State((Pen.APPROVER,), frozenset({MAIN})),
    Status.APPROVED: State((Pen.HANDLER, Pen.APPROVER), frozenset({MAIN})),
    Status.REPLIED: State((Pen.RESIDENT,), frozenset({"lapse"})),
    Status.CLOSED: State((), frozenset(), is_end=True),
    Status.REDIRECTED: State((), frozenset(), is_end=True),
    Status.REJECTED: State((), frozenset(), is_end=True),
    Status.MERGED: State((), frozenset(), is_end=True),
    Status.TERMINATED: State((), frozenset(), is_end=True),
}

OPEN = frozenset(status for status, state in STATES.items() if not state.is_end)
WITH_STAFF = frozenset(status for status in OPEN if status is not Status.REPLIED)
ENDED = frozenset(STATES) - OPEN


class Stage(StrEnum):
    """In whose hands a case is: the staff's, the resident's who was answered, or nobody's."""

    STAFF = "staff"
    ANSWERED = "answered"
    ENDED = "ended"


AT_STAGE = {Stage.STAFF: WITH_STAFF, Stage.ANSWERED: OPEN - WITH_STAFF, Stage.ENDED: ENDED}


def stage_of(status: str) -> str:
    """Name the stage of a status."""
    return str(next(stage for stage, statuses in AT_STAGE.items() if status in statuses))


@dataclass(frozen=True)
class Edge:
    """One thing that can be done. `sources` empty: it makes the case. `permission` empty: no staff pen."""

    name: str
    sources: frozenset[Status]
    target: Status
    pen: Pen
    act: str
    permission: str = ""
    at: Place = Place.HOLDER
    starts: frozenset[str] = frozenset()
    stops: frozenset[str] = frozenset()
    needs_reason: bool = False


def _edge(name, sources, target, pen, act, **more) -> Edge:
    for key in ("starts", "stops"):
        more[key] = frozenset(more.get(key, ()))
    return Edge(name, frozenset(sources), target, pen, act, **more)


S, P = Status, Pen
ALL_RUNNING = {MAIN, "sign_for", "settle_return", "lapse"}

EDGES: dict[str, Edge] = {
    edge.name: edge
    for edge in [
        _edge("register", (), S.REGISTERED, P.RECEPTIONIST, "case.registered", permission="case.register",
              at=Place.FIRST_RECEIVER, starts={MAIN}),
        _edge("import", (), S.REGISTERED, P.IMPORT, "case.imported", starts={MAIN}),
        # What was answered before arrives as answered: nobody here registered, drafted or served anything.
        _edge("import_answered", (), S.REPLIED, P.IMPORT, "case.imported", starts={"lapse"}),
        _edge("reply_on_the_spot", {S.REGISTERED}, S.REPLIED, P.RECEPTIONIST, "case.replied_on_the_spot",
              permission="case.reply_on_the_spot", at=Place.FIRST_RECEIVER, starts={"lapse"}, stops={MAIN}),
        _edge("dispatch", {S.REGISTERED}, S.DISPATCHED, P.DISPATCHER, "case.dispatched",
              permission="case.dispatch", at=Place.DISPATCH_OFFICE, starts={"sign_for"}),
        _edge("redispatch", {S.DISPATCHED, S.WORKING}, S.DISPATCHED, P.DISPATCHER, "case.redispatched",
              permission="case.dispatch", at=Place.DISPATCH_OFFICE, starts={"sign_for"}, stops={"sign_for"},
              needs_reason=True),
        _edge("accept", {S.DISPATCHED}, S.WORKING, P.HANDLER, "case.accepted", permission="case.accept",
              stops={"sign_for"}),
        _edge("deem_accepted", {S.DISPATCHED}, S.WORKING, P.CLOCK, "case.deemed_accepted", stops={"sign_for"}),
        _edge("return", {S.DISPATCHED}, S.DISPUTED, P.HANDLER, "case.returned", permission="case.return",
              starts={"settle_return"}, stops={"sign_for"}, needs_reason=True),
        _edge("settle_return", {S.DISPUTED}, S.DISPATCHED, P.DISPATCHER, "case.return_settled",
              permission="case.settle_return", at=Place.DISPATCH_OFFICE, starts={"sign_for"},
              stops={"settle_return"}, needs_reason=True),
        _edge("draft", {S.WORKING}, S.DRAFTED, P.HANDLER, "case.reply_drafted", permission="case.draft"),
        _edge("draft_refusal", {S.REGISTERED}, S.DRAFTED, P.DISPATCHER, "case.refusal_drafted",
              permission="case.dispatch", at=Place.DISPATCH_OFFICE),
        _edge("send_back", {S.DRAFTED}, S.WORKING, P.APPROVER, "case.reply_sent_back", permission="case.approve",
              needs_reason=True),
        _edge("send_back_refusal", {S.DRAFTED}, S.REGISTERED, P.APPROVER, "case.reply_sent_back",
              permission="case.approve", needs_reason=True),
        _edge("approve", {S.DRAFTED}, S.APPROVED, P.APPROVER, "case.reply_approved", permission="case.approve"),
        _edge("serve", {S.APPROVED}, S.REPLIED, P.HANDLER, "case.replied", permission="case.serve",
              starts={"lapse"}, stops={MAIN}),
        _edge("serve_unapproved", {S.WORKING}, S.REPLIED, P.HANDLER, "case.replied", permission="case.draft",
              starts={"lapse"}, stops={MAIN}),
        _edge("serve_redirection", {S.APPROVED}, S.REDIRECTED, P.HANDLER, "case.redirected",
              permission="case.serve", stops={MAIN}),
        _edge("serve_rejection", {S.APPROVED}, S.REJECTED, P.HANDLER, "case.rejected",
              permission="case.serve", stops={MAIN}),
        # One edge and one act whether the resident calls it solved or not: histories and proof files are read by staff
        # too, and nobody of them learns who judged how (docs/adr/0012).
        _edge("end", {S.REPLIED}, S.CLOSED, P.RESIDENT, "case.ended", stops={"lapse"}),
        _edge("lapse", {S.REPLIED}, S.CLOSED, P.CLOCK, "case.lapsed", stops={"lapse"}),
        _edge("withdraw", OPEN, S.CLOSED, P.RESIDENT, "case.withdrawn", stops=ALL_RUNNING),
        _edge("reopen", {S.REPLIED, S.CLOSED, S.REDIRECTED, S.REJECTED}, S.DISPATCHED, P.RESIDENT,
              "case.reopened", starts={MAIN, "sign_for"}, stops={"lapse"}),
        _edge("reopen_undispatched", {S.REPLIED, S.CLOSED, S.REDIRECTED, S.REJECTED}, S.REGISTERED, P.RESIDENT,
              "case.reopened", starts={MAIN}, stops={"lapse"}),
        _edge("escalate", {S.REPLIED, S.CLOSED, S.REDIRECTED, S.REJECTED}, S.DISPATCHED, P.RESIDENT,
              "case.escalated", starts={MAIN, "sign_for"}, stops={"lapse"}),
        _edge("merge", {S.REGISTERED, S.DISPATCHED, S.WORKING}, S.MERGED, P.DISPATCHER, "case.merged",
              permission="case.dispatch", at=Place.DISPATCH_OFFICE, stops=ALL_RUNNING, needs_reason=True),
        _edge("terminate", {S.REPLIED}, S.TERMINATED, P.APPROVER, "case.terminated", permission="case.approve",
              stops=ALL_RUNNING, needs_reason=True),
    ]
}  # fmt: skip

# How a case may have ended by each edge that closes it; where there is a choice, the service makes it.
OUTCOMES_OF = {
    "end": (Outcome.CONFIRMED, Outcome.ANSWERED),
    "lapse": (Outcome.SILENT,),
    "withdraw": (Outcome.WITHDRAWN,),
}
SERVE_EDGE = {"answer": "serve", "redirection": "serve_redirection", "rejection": "serve_rejection"}


def edges_from(status: str) -> list[Edge]:
    """List what can be done in a status, in the order of the table."""
    return [edge for edge in EDGES.values() if status in edge.sources]


def clocks_after(running: frozenset[str], edge: Edge) -> frozenset[str]:
    """Tell which clocks run after an edge."""
    return (running - edge.stops) | edge.starts
