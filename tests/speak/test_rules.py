"""The table of the case's life: every status has a pen, a clock and a way to an end."""

import pytest

from bandeng.speak.casework.rules import (
    ALL_RUNNING,
    EDGES,
    ENDED,
    MAIN,
    OPEN,
    OUTCOMES_OF,
    SERVE_EDGE,
    STATES,
    Outcome,
    Pen,
    Status,
    clocks_after,
    edges_from,
)

# Written by hand: who holds the pen in each status, and by which edges it may be left.
TABLE = {
    "registered": "reply_on_the_spot dispatch draft_refusal withdraw merge",
    "dispatched": "redispatch accept deem_accepted return withdraw merge",
    "disputed": "settle_return withdraw",
    "working": "redispatch draft serve_unapproved withdraw merge",
    "drafted": "send_back send_back_refusal approve withdraw",
    "approved": "serve serve_redirection serve_rejection withdraw",
    "replied": "end lapse withdraw reopen reopen_undispatched escalate terminate",
    "closed": "reopen reopen_undispatched escalate",
    "redirected": "reopen reopen_undispatched escalate",
    "rejected": "reopen reopen_undispatched escalate",
    "merged": "",
    "terminated": "",
}


# Also by hand: how a case begins, and in which status.
BEGINNINGS = {"register": "registered", "import": "registered", "import_answered": "replied"}


def test_the_table_is_the_one_agreed_on():
    assert {edge.name: str(edge.target) for edge in EDGES.values() if not edge.sources} == BEGINNINGS
    assert {str(s): " ".join(edge.name for edge in edges_from(s)) for s in Status} == TABLE


@pytest.mark.parametrize("status", sorted(OPEN))
def test_every_open_status_has_pen_clock_and_a_way_to_an_end(status):
    state = STATES[status]
    assert state.pens and state.clocks
    seen, frontier = set(), {status}
    while frontier:
        seen |= frontier
        frontier = {edge.target for s in frontier for edge in edges_from(s)} - seen
    assert seen & ENDED


@pytest.mark.parametrize("status", sorted(OPEN))
def test_no_open_status_waits_for_the_resident_alone_without_a_clock(status):
    if STATES[status].pens == (Pen.RESIDENT,):
        assert any(edge.pen is Pen.CLOCK for edge in edges_from(status))


def test_along_every_edge_the_right_clocks_run():
    for edge in EDGES.values():
        for source in edge.sources or {None}:
            running = STATES[source].clocks if source else frozenset()
            assert clocks_after(running, edge) == STATES[edge.target].clocks, (edge.name, source)


def test_only_closing_has_an_outcome_and_serving_has_its_edges():
    assert {name for name, edge in EDGES.items() if edge.target is Status.CLOSED} == set(OUTCOMES_OF)
    assert {outcome for outcomes in OUTCOMES_OF.values() for outcome in outcomes} == set(Outcome)
    assert {EDGES[name].target for name in SERVE_EDGE.values()} == {
        Status.REPLIED,
        Status.REDIRECTED,
        Status.REJECTED,
    }
    assert {MAIN, "lapse", "sign_for", "settle_return"} == ALL_RUNNING


def test_every_staff_edge_names_a_permission_and_every_other_none():
    for edge in EDGES.values():
        assert bool(edge.permission) == (edge.pen not in {Pen.RESIDENT, Pen.CLOCK, Pen.IMPORT}), edge.name
