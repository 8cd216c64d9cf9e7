"""Several people, and the clock, at the same case at the same moment, really committing: one wins, nothing is half."""

import contextlib
import threading
from datetime import timedelta

import pytest
from tests.commits import in_threads
from tests.speak.test_casework_loop import HOUR, dispatched, replied, working
from tests.speak.test_casework_walks import check
from tests.world import MONDAY, ZHANG, build

from bandeng.ground.acts import api as acts
from bandeng.ground.clocks import api as clocks
from bandeng.ground.core import api as core
from bandeng.ground.directory import api as directory
from bandeng.ground.ledger import api as ledger
from bandeng.ground.residents import api as residents
from bandeng.speak.casework import api as cases
from bandeng.speak.casework.models import Return

REFUSED = (cases.CannotMove, cases.NoPen)


@pytest.fixture
def county(committed_database):
    directory.forget()
    yield build()
    directory.forget()


def together(*functions) -> list:
    """Start all at once; give each one's result, or the refusal it met."""
    start = threading.Barrier(len(functions))

    def run(function):
        def at_the_signal():
            start.wait(30)
            try:
                return function()
            except REFUSED as refusal:
                return refusal

        return at_the_signal

    return in_threads(*[run(function) for function in functions])


def kinds(case) -> list[str]:
    return [act.kind for act in acts.history("case", case.pk)]


def test_the_same_form_sent_eight_times_at_once_is_one_case(county):
    item = county.registration(identity=ZHANG, idempotency_key="pressed-eight-times")
    hand = county.hand("liqiang")
    results = together(*[lambda: cases.register(item, by=hand, now=MONDAY)] * 8)
    assert len({(r.case.pk, r.case.code, r.case.secret(), r.act.pk) for r in results}) == 1
    assert sorted(r.is_repeat for r in results) == [False] + [True] * 7
    assert cases.Case.objects.count() == acts.Act.objects.count() == residents.Resident.objects.count() == 1
    assert core.SealKey.objects.count() == 1
    check(results[0].case)


def test_eight_people_at_one_page_and_one_step_is_taken(county):
    seen = dispatched(county)
    handler, dispatcher = county.hand("liuyang"), county.hand("chenfang")
    common = {"now": MONDAY + 2 * HOUR, "version": seen.version}
    to = county.office("transport")
    results = together(
        *[lambda: cases.accept(seen.pk, by=handler, **common)] * 3,
        *[lambda: cases.return_case(seen.pk, reason="不归我", by=handler, **common)] * 3,
        *[lambda: cases.redispatch(seen.pk, to=to, reason="修路", by=dispatcher, **common)] * 2,
    )
    (done,) = [r for r in results if isinstance(r, acts.Act)]
    assert kinds(seen) == ["case.registered", "case.dispatched", done.kind]
    assert Return.objects.count() == (done.kind == "case.returned")
    check(seen)


def test_without_a_version_every_step_that_is_taken_was_open_when_it_was_taken(county):
    case = dispatched(county)
    handler, dispatcher = county.hand("liuyang"), county.hand("chenfang")
    resident, now, to = cases.hand.resident(case.pk), MONDAY + 2 * HOUR, county.office("transport")
    results = together(
        lambda: cases.accept(case.pk, by=handler, now=now),
        lambda: cases.return_case(case.pk, reason="不归我", by=handler, now=now),
        lambda: cases.redispatch(case.pk, to=to, reason="修路", by=dispatcher, now=now),
        lambda: cases.settle_return(case.pk, to=to, reason="修路", by=dispatcher, now=now),
        lambda: cases.withdraw(case.pk, by=resident, now=now),
        lambda: cases.add_words(case.pk, "又坏了", by=resident, now=now),
        lambda: cases.correct_words(case.pk, "是左腿", by=resident, now=now),
        lambda: cases.note_trip(case.pk, office=county.office("hexi-centre"), by=county.hand("liqiang"), now=now),
    )
    done = [r for r in results if isinstance(r, acts.Act)]
    assert sorted(act.kind for act in done) == sorted(kinds(case)[2:])
    assert "case.withdrawn" in kinds(case)
    check(case)


def test_the_sweep_beside_people_deems_once_and_loses_nobody(county):
    waiting = [dispatched(county) for _ in range(5)]
    due = cases.running_clocks(waiting[0])[0].due_legal
    handler = county.hand("liuyang", due)

    def people():
        for case in waiting:
            for act in (
                lambda case=case: cases.accept(case.pk, by=handler, now=due),
                lambda case=case: cases.add_words(case.pk, "又坏了", by=cases.hand.resident(case.pk), now=due),
            ):
                with contextlib.suppress(*REFUSED):
                    act()

    swept = together(*[lambda: clocks.sweep(now=due)] * 3, people, people)[:3]
    assert not any(s.failures for s in swept)
    taken = [[k for k in kinds(case) if k in {"case.accepted", "case.deemed_accepted"}] for case in waiting]
    assert [len(k) for k in taken] == [1] * 5
    assert sum(s.breaches for s in swept) == sum(k == ["case.deemed_accepted"] for k in taken)
    for case in waiting:
        check(case)


def test_late_cases_are_told_once_by_three_sweepers(county):
    late = [working(county) for _ in range(5)]
    due = late[0].due_at
    swept = together(*[lambda: clocks.sweep(now=due)] * 3, lambda: cases.sweep_idle(now=due - timedelta(hours=1)))
    assert [kinds(case).count("case.overdue") for case in late] == [1] * 5
    assert sum(s.breaches for s in swept[:3]) == 5 and not any(s.failures for s in swept[:3])
    for case in late:
        check(case)


def test_not_solved_said_at_the_very_end_of_the_limit_is_heard(county):
    case = replied(county)
    resident, now = cases.hand.resident(case.pk), case.due_at
    said, swept = together(
        lambda: cases.reopen(case.pk, missing="还没好", by=resident, now=now), lambda: clocks.sweep(now=now)
    )
    assert said.kind == "case.reopened" and not swept.failures
    assert kinds(case)[6:] in (["case.reopened"], ["case.lapsed", "case.reopened"])
    assert county.fresh(case).status == "dispatched"
    check(case)


def test_solved_and_silence_at_once_close_once(county):
    case = replied(county)
    resident, now = cases.hand.resident(case.pk), case.due_at
    together(
        lambda: cases.confirm(case.pk, by=resident, now=now),
        lambda: cases.let_rest(case.pk, by=resident, now=now),
        lambda: clocks.sweep(now=now),
        lambda: clocks.sweep(now=now),
    )
    (last,) = kinds(case)[6:]
    outcomes = {"case.ended": {"confirmed", "answered"}, "case.lapsed": {"silent"}}[last]
    assert county.fresh(case).outcome in outcomes
    check(case)


def test_the_log_is_whole_after_all_that(county):
    handler = county.hand("liqiang")
    together(
        *[lambda: cases.register_many([county.registration()] * 5, by=handler, now=MONDAY)] * 4,
        *[lambda: ledger.sequence(now=MONDAY)] * 2,
    )
    while ledger.sequence(now=MONDAY + timedelta(minutes=5)):
        pass
    assert acts.Act.objects.count() == ledger.head().size == 20
    assert list(ledger.rebuild_check()) == [] and all(finding is None for finding in acts.verify())
