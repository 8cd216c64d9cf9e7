"""In whose hands a case is, repeated on its access rows: after any act, an upgrade, and in lists of either shape."""

from datetime import datetime, timedelta

import pytest
from tests.speak.test_casework_loop import HOUR, dispatched, replied, working
from tests.world import MONDAY

from bandeng.config import checks
from bandeng.speak.casework import api as cases
from bandeng.speak.casework import selectors
from bandeng.speak.casework.models import CaseAccess
from bandeng.speak.casework.rules import AT_STAGE, STATES, Stage, Status, stage_of


def stages(case) -> set[str]:
    return set(CaseAccess.objects.filter(case=case).values_list("stage", flat=True))


def found(now: datetime) -> list[str]:
    return [f.subject for f in checks.cases.access_rows_know_their_stage(now)]


def test_every_status_has_one_stage():
    assert sorted(s for statuses in AT_STAGE.values() for s in statuses) == sorted(STATES)
    assert [stage_of(s) for s in (Status.WORKING, Status.REPLIED, Status.REJECTED)] == ["staff", "answered", "ended"]


def test_access_rows_follow_the_case_through_its_life(world):
    case = replied(world)
    assert stages(case) == {"answered"}
    cases.reopen(case.pk, missing="还是漏", by=cases.hand.resident(case.pk), now=MONDAY + 7 * HOUR)
    assert stages(case) == {"staff"}
    cases.withdraw(case.pk, by=cases.hand.resident(case.pk), now=MONDAY + 8 * HOUR)
    assert stages(case) == {"ended"} and found(MONDAY) == []


def test_what_the_former_version_wrote_is_found_and_mended(world):
    ended, open_ = replied(world), working(world)
    CaseAccess.objects.filter(case=ended).update(stage="staff")
    CaseAccess.objects.filter(case=open_).update(stage="ended")
    assert sorted(found(MONDAY)) == sorted([ended.code, open_.code])
    done = cases.settle_stages(limit=1)
    assert done and (stages(ended) == {"answered"}) != (stages(open_) == {"staff"})
    while cases.settle_stages():
        pass
    assert (stages(ended), stages(open_), found(MONDAY)) == ({"answered"}, {"staff"}, [])


@pytest.mark.parametrize("stage", [Stage.STAFF, Stage.ANSWERED])
def test_a_list_is_the_same_from_the_offices_side_and_by_date(world, stage):
    made = [working(world), replied(world), dispatched(world), replied(world)]
    for number, case in enumerate(made):
        cases.Case.objects.filter(pk=case.pk).update(due_at=case.due_at + timedelta(days=3 - number))
    offices = {world.office("civil-affairs"), world.office("hexi-centre")}
    few = selectors.page(selectors.seen(offices, stage, 2))
    many = selectors.page(selectors.seen(offices, stage, selectors.MANY + 1))
    assert [c.pk for c in few] == [c.pk for c in many] and len(few) == selectors.count_seen(offices, stage) == 2
    behind = (few[0].due_at, few[0].pk)
    assert [c.pk for c in selectors.page(selectors.seen(offices, stage, 2), after=behind)] == [few[1].pk]
    assert selectors.count_seen({world.office("transport")}, stage) == 0


def test_counts_stop_where_the_page_stops_counting(world, monkeypatch):
    monkeypatch.setattr(selectors, "MANY", 2)
    for _ in range(4):
        working(world)
    offices = {world.office("civil-affairs")}
    assert selectors.count_seen(offices, Stage.STAFF) == selectors.count_held(offices) == 3
    assert selectors.shown_count(3) == "2+"


@pytest.mark.parametrize(("number", "counted"), [(1, 1), (2, 2), (3, 3), (4, 3)])
def test_cases_seen_through_several_offices_are_counted_once_each(world, monkeypatch, number, counted):
    """Each has two rows or more: more than the first look takes where all of them must be counted."""
    monkeypatch.setattr(selectors, "MANY", 2)
    monkeypatch.setattr(CaseAccess, "USUAL_A_CASE", 1)
    for _ in range(number):
        working(world)
    offices = {world.office("civil-affairs"), world.office("hexi-centre")}
    rows = CaseAccess.objects.seen_from(offices, Stage.STAFF)
    assert rows.count() >= 2 * number
    assert selectors.count_seen(offices, Stage.STAFF) == counted
