"""Several people at the same cases and the same matter at the same moment, really committing: nothing is half."""

from functools import partial

import pytest
from tests.commits import in_threads
from tests.speak.matters_people import LI, WANG, all_of, spoken
from tests.speak.test_casework_loop import HOUR
from tests.speak.test_casework_races import together
from tests.world import MONDAY, build

from bandeng.ground.acts import api as acts
from bandeng.ground.directory import api as directory
from bandeng.speak.casework import api as cases
from bandeng.speak.matters import api as matters
from bandeng.speak.matters.models import CoreUse, MatterCase
from bandeng.speak.matters.services import last_step

NOW = MONDAY + 3 * HOUR
TITLE = "柳树村东头路灯"


@pytest.fixture
def county(committed_database):
    directory.forget()
    yield build()
    directory.forget()


@pytest.fixture
def three(county):
    return [spoken(county), spoken(county, identity=LI), spoken(county, identity=WANG)]


def refused(results: list) -> list:
    return [each for each in results if isinstance(each, Exception)]


def or_gone(act):
    """Count a matter that is no longer there for anybody as a refusal: its making was undone meanwhile."""

    def run():
        try:
            return act()
        except matters.Matter.DoesNotExist as gone:
            raise cases.CannotMove from gone

    return run


def whole() -> None:
    """Nothing is half: one matter a case at most, and rows are what the acts tell."""
    current = list(MatterCase.objects.filter(left_at__isnull=True).values_list("case", flat=True))
    assert len(current) == len(set(current)) and not list(filter(None, matters.altered()))


def test_the_same_form_pressed_six_times_at_once_is_one_matter(county, three):
    make = partial(
        matters.make,
        [c.pk for c in three],
        title=TITLE,
        by=county.hand("chenfang"),
        now=NOW,
        idempotency_key="matter:pressed",
    )
    results = together(*[make] * 6)
    assert {matter.pk for matter in results} == {matters.Matter.objects.get().pk}
    assert [len(acts.history("matter", results[0].pk))] == [1]
    whole()


def test_two_people_with_overlapping_ticks_in_opposite_order(county, three):
    one, two, last = (case.pk for case in three)
    first = partial(matters.make, [one, two], title=TITLE, by=county.hand("chenfang"), now=NOW)
    second = partial(matters.make, [last, two], title=TITLE, by=county.hand("liuyang"), now=NOW)
    results = together(first, second)
    assert len(refused(results)) == 1 and matters.Matter.objects.count() == 1
    whole()


def test_joining_splitting_undoing_and_closing_at_once(county, three):
    by, other = county.hand("chenfang"), county.hand("liuyang")
    matter = matters.make([c.pk for c in three[:2]], title=TITLE, by=by, now=NOW)
    step = last_step(matter.pk).pk
    together(
        or_gone(partial(matters.join, matter.pk, [three[2].pk], by=by, now=NOW)),
        or_gone(partial(matters.split, matter.pk, [three[0].pk], by=other, now=NOW)),
        or_gone(partial(matters.undo, matter.pk, step=step, by=by, now=NOW)),
        or_gone(partial(matters.close, matter.pk, by=other, now=NOW)),
    )
    whole()


def test_a_step_undone_by_two_at_once_is_undone_once(county, three):
    by = county.hand("chenfang")
    matter = matters.make([c.pk for c in three], title=TITLE, by=by, now=NOW)
    matters.split(matter.pk, [three[0].pk], by=by, now=NOW)
    undo = partial(matters.undo, matter.pk, step=last_step(matter.pk).pk, now=NOW)
    results = together(partial(undo, by=by), partial(undo, by=county.hand("liuyang")))
    assert len(refused(results)) == 1
    whole()


def test_the_same_version_written_by_two_at_once(county, three):
    matter = matters.make([c.pk for c in three], title=TITLE, by=county.hand("chenfang"), now=NOW)
    write = partial(matters.write_text, matter.pk, "core", seen=0, by=county.hand("liuyang"), now=NOW)
    results = together(partial(write, words="一"), partial(write, words="二"))
    assert [type(each) for each in refused(results)] == [matters.StaleText]
    assert matters.MatterText.objects.count() == 1
    whole()


def test_two_titles_at_once_are_one_and_a_refusal(county, three):
    matter = matters.make([c.pk for c in three], title=TITLE, by=county.hand("chenfang"), now=NOW)
    retitle = partial(matters.retitle, matter.pk, seen=1, by=county.hand("liuyang"), now=NOW)
    results = together(partial(retitle, title="一"), partial(retitle, title="二"))
    assert [type(each) for each in refused(results)] == [matters.StaleText]
    whole()


def test_drafts_made_by_a_double_press_are_made_once(county, three):
    by = county.hand("liuyang")
    matter = matters.make([c.pk for c in three], title=TITLE, by=by, now=NOW)
    matters.write_text(matter.pk, "core", "月底前亮。", seen=0, by=by, now=NOW)
    together(*[partial(matters.make_drafts, matter.pk, by=by, now=NOW)] * 3)
    assert CoreUse.objects.count() == 3
    for case in three:
        kinds = [act.kind for act in acts.history("case", case.pk)]
        assert kinds.count("matter.core_used") == kinds.count("identity.opened") == 1
        assert cases.begun(county.fresh(case), "draft", by.key, now=NOW)["opinion"].count("月底前亮。") == 1


def test_a_proposal_decided_by_two_and_proposed_anew_at_once(county, three):
    link = matters.Link(three[0].pk, three[1].pk, ("路灯",))
    group = matters.Group(tuple(c.pk for c in three), (link,))
    matters.propose([group], now=NOW)
    key = matters.Proposal.objects.get().pk
    shown = all_of(key)
    results = together(
        partial(
            matters.accept,
            key,
            [c.pk for c in three[:2]],
            shown=shown,
            title=TITLE,
            by=county.hand("chenfang"),
            now=NOW,
        ),
        partial(matters.decline, key, shown=shown, by=county.hand("liuyang"), now=NOW),
        partial(matters.propose, [group], now=NOW),
    )
    assert len(refused(results)) == 1
    assert matters.Proposal.objects.exclude(state="open").count() == 1
    whole()


def test_overlapping_groups_proposed_and_decided_at_once_leave_each_case_in_one(county, three):
    keys = [case.pk for case in three] + [spoken(county).pk for _n in range(2)]
    groups = [
        matters.Group(tuple(part), (matters.Link(part[0], part[1], ("路灯",)),))
        for part in (keys[:2], keys[1:3], keys[2:4], keys[3:])
    ]
    matters.propose([matters.Group(tuple(keys), ())], now=NOW)
    key = matters.Proposal.objects.get().pk
    shown = all_of(key)
    together(
        *[partial(matters.propose, part, now=NOW) for part in (groups, groups[::-1])],
        partial(matters.decline, key, shown=shown, by=county.hand("liuyang"), now=NOW),
        partial(matters.make, keys[:2], title=TITLE, by=county.hand("chenfang"), now=NOW),
    )
    assert not matters.waiting_wrongly().exists()
    whole()


def test_a_case_moves_on_while_it_is_joined(county, three):
    """Joining neither waits for long nor makes the handler's page stale."""
    case = county.fresh(three[0])
    by, handler = county.hand("chenfang"), county.hand("liuyang")
    results = in_threads(
        lambda: matters.make([c.pk for c in three], title=TITLE, by=by, now=NOW),
        lambda: cases.draft_reply(case.pk, _reply(), by=handler, now=NOW, version=case.version),
    )
    assert not refused(results) and county.fresh(case).status == "drafted"
    whole()


def _reply() -> cases.ReplyText:
    return cases.ReplyText("月底前亮。", facts="看过", basis="规定第一条", remedy="可以申请复查")
