"""Figures: nothing about few, not by subtraction either; months come out once; silence counts as silence."""

from datetime import datetime, timedelta
from fractions import Fraction
from itertools import chain, combinations
from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.judge.evaluation_people import HOUR, IN_NOVEMBER, ON_NEW_YEAR, answered, judge, judged
from tests.world import SHANGHAI

from bandeng.ground.clocks import api as clocks
from bandeng.judge.evaluation import counting, periods, selectors
from bandeng.judge.evaluation.suppression import SHOWN, Node, hidden
from bandeng.judge.evaluation.wilson import interval
from bandeng.speak.casework import api as cases

# -- suppression ------------------------------------------------------------------------------------------------------

TABLES = st.lists(st.lists(st.integers(0, 12), min_size=1, max_size=3), min_size=1, max_size=3)


def tree(table: list[list[int]]) -> Node:
    offices = tuple(
        Node(o, sum(topics), tuple(Node((o, t), n) for t, n in enumerate(topics))) for o, topics in enumerate(table)
    )
    return Node("county", sum(node.people for node in offices), offices)


def members(node: Node) -> list:
    """List the leaves that a node is the sum of."""
    return [node.key] if not node.children else list(chain.from_iterable(map(members, node.children)))


def nodes(node: Node) -> list[Node]:
    return [node, *chain.from_iterable(map(nodes, node.children))]


def reduced(rows: list[list[Fraction]]) -> list[list[Fraction]]:
    """Bring rows into echelon form: the plainest oracle for what can be computed from what is published."""
    rows, done = [row[:] for row in rows], []
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((row for row in rows if row[column]), None)
        if pivot is None:
            continue
        rows.remove(pivot)
        pivot = [x / pivot[column] for x in pivot]
        rows = [[x - row[column] * y for x, y in zip(row, pivot, strict=True)] for row in rows]
        done.append(pivot)
    return done


def is_computable(target: list[int], basis: list[list[Fraction]]) -> bool:
    rest = [Fraction(x) for x in target]
    for row in basis:
        column = next(i for i, x in enumerate(row) if x)
        if rest[column]:
            rest = [x - rest[column] * y for x, y in zip(rest, row, strict=True)]
    return not any(rest)


@given(TABLES, st.integers(2, 6))
def test_no_group_below_the_minimum_can_be_computed_from_what_is_shown(table, minimum):
    root = tree(table)
    verdicts = hidden(root, minimum)
    people = {node.key: node.people for node in nodes(root) if not node.children and node.people}
    leaves = list(people)  # empty cells are known to be empty: the strongest reader
    shown = [node for node in nodes(root) if verdicts[node.key] == SHOWN]
    basis = reduced([[Fraction(leaf in members(node)) for leaf in leaves] for node in shown])
    for group in chain.from_iterable(combinations(leaves, n) for n in range(1, len(leaves) + 1)):
        if sum(people[leaf] for leaf in group) < minimum:
            assert not is_computable([int(leaf in group) for leaf in leaves], basis), (group, table, verdicts)


@given(TABLES, st.integers(2, 6))
def test_nothing_is_hidden_without_need(table, minimum):
    verdicts = hidden(tree(table), minimum)
    if all(n >= minimum or n == 0 for n in chain.from_iterable(table)):
        assert set(verdicts.values()) == {SHOWN}
    else:
        assert set(verdicts.values()) != {SHOWN}
    assert set(verdicts) == {node.key for node in nodes(tree(table))}


def test_one_small_office_takes_the_next_smallest_with_it():
    verdicts = hidden(tree([[3], [9], [7]]), 5)
    assert verdicts == {
        "county": "shown",
        0: "small",
        (0, 0): "above",
        1: "shown",
        (1, 0): "shown",
        2: "beside",
        (2, 0): "above",
    }


# -- Wilson -----------------------------------------------------------------------------------------------------------


@given(st.integers(1, 3000), st.data())
def test_the_ends_of_the_interval_solve_wilsons_equation(n, data):
    hits = data.draw(st.integers(0, n))
    share, z = hits / n, 1.96
    low, high = interval(hits, n)
    assert 0 <= low <= share <= high <= 1
    for end in (low, high):
        if 0 < end < 1:  # (share - p)² = z² p (1 - p) / n
            assert isclose((share - end) ** 2, z * z * end * (1 - end) / n, rel_tol=1e-6, abs_tol=1e-12)


@pytest.mark.parametrize(
    ("hits", "n", "low"), [(9, 10, 0.596), (90, 100, 0.826), (900, 1000, 0.880), (0, 10, 0.0), (0, 0, 0.0)]
)
def test_known_values(hits, n, low):
    assert round(interval(hits, n)[0], 3) == low


@pytest.mark.parametrize(("hits", "n"), [(-1, 3), (4, 3)])
def test_what_is_no_share_is_refused(hits, n):
    with pytest.raises(ValueError, match="no share"):
        interval(hits, n)


# -- periods ----------------------------------------------------------------------------------------------------------

MONTHS = st.dictionaries(st.integers(0, 30).map(lambda n: periods.later(datetime(2025, 1, 1).date(), n)),
                         st.integers(0, 9))  # fmt: skip


@given(MONTHS, st.integers(0, 36))
def test_a_period_that_is_out_stays_as_it_is(monkeypatch_minimum, people, n):
    now = periods.out_at(periods.later(datetime(2025, 1, 1).date(), n))
    found = periods.gathered(people, now)
    for period in found:
        assert sum(people[m] for m in people if period.first <= m <= period.last) >= 5
        assert period.first <= period.last and periods.out_at(period.last) <= now
    for former, following in zip(found, found[1:], strict=False):
        assert former.last < following.first
    later = periods.gathered(people, now + timedelta(days=400))
    assert later[: len(found)] == found


@pytest.fixture(scope="module")
def monkeypatch_minimum():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(periods, "minimum", lambda on: 5)
        yield


def test_a_month_is_out_on_the_first_day_of_the_month_after_next():
    november = datetime(2026, 11, 1).date()
    assert periods.out_at(november) == ON_NEW_YEAR
    assert periods.month_of(datetime(2026, 11, 30, 23, 59, tzinfo=SHANGHAI)) == november


# -- counting ---------------------------------------------------------------------------------------------------------


def test_silent_withdrawn_and_reopened_are_what_they_are_and_never_solved(world):
    judged(world, ["yes", "yes", "yes", "partly", "no"])
    silent, withdrawn, reopened = (answered(world) for _ in range(3))
    clocks.sweep(now=silent.due_at - timedelta(days=1))
    cases.withdraw(withdrawn.pk, by=cases.hand.resident(withdrawn.pk), now=IN_NOVEMBER + HOUR)
    judge(reopened, "no", then="go_on", missing="还缺", was_asked_for_good_mark=True, result="poor")
    clocks.sweep(now=silent.due_at)
    (period,) = selectors.out(ON_NEW_YEAR)
    counts = selectors.county(period)
    assert (counts.answered, counts.judged, counts.silent, counts.withdrawn, counts.reopened) == (8, 6, 1, 1, 1)
    assert (counts.yes, counts.partly, counts.no, counts.asked_for_mark) == (3, 1, 2, 1)
    share, low, high = counts.solved_share
    assert share == 0.5 and (low, high) == interval(3, 6)


def test_nothing_is_out_before_its_day_nor_about_too_few(world):
    judged(world, ["yes"] * 4)
    assert selectors.out(ON_NEW_YEAR) == []
    judged(world, ["no"])
    assert selectors.out(ON_NEW_YEAR - timedelta(seconds=1)) == []
    (period,) = selectors.out(ON_NEW_YEAR)
    assert period.code == "2026-11" and selectors.next_out(ON_NEW_YEAR) == datetime(2027, 2, 1, tzinfo=SHANGHAI)


def test_a_thin_month_waits_for_the_next(world):
    judged(world, ["yes"] * 2)
    judged(world, ["no"] * 3 + [None], at=IN_NOVEMBER + timedelta(days=14))
    assert selectors.out(ON_NEW_YEAR) == []
    (period,) = selectors.out(datetime(2027, 2, 1, tzinfo=SHANGHAI))
    assert period.code == "2026-11..2026-12" and selectors.county(period).judged == 5


def test_small_offices_and_topics_keep_only_what_everybody_knows(world):
    judged(world, ["yes"] * 6, topic="09.01.01")
    judged(world, ["no"] * 5, topic="04")
    judged(world, ["no"] * 3 + [None], office="county-centre")
    (period,) = selectors.out(ON_NEW_YEAR)
    rows = {(r.level, r.office and r.office.code, r.topic and r.topic.code): r for r in selectors.table(period)}
    assert list(rows) == [("county", None, None), ("office", "civil-affairs", None), ("office", "county-centre", None)]
    small, beside = rows["office", "county-centre", None], rows["office", "civil-affairs", None]
    assert (small.verdict, beside.verdict) == ("small", "beside")
    assert small.counts == counting.Counts(answered=4) and beside.counts == counting.Counts(answered=11)
    judged(world, ["partly"] * 2, office="county-centre")
    assert [r.verdict for r in selectors.table(period)] == ["shown"] * 5
    assert [r.topic.code for r in selectors.table(period) if r.level == "topic"] == ["04", "09"]


def test_the_table_of_a_month_does_not_move_when_a_matter_changes_its_topic(world):
    made = judged(world, ["yes"] * 6, topic="09.01.01")
    (period,) = selectors.out(ON_NEW_YEAR)
    cases.Case.objects.filter(pk=made[0].pk).update(topic=world.topics["04"])
    counts = counting.by_cell(period)[world.office("civil-affairs"), world.topics["09"].pk]
    assert (counts.judged, counts.yes) == (6, 6)


def test_a_table_is_counted_with_few_queries(world, django_assert_max_num_queries):
    judged(world, ["yes"] * 6 + [None] * 3)
    (period,) = selectors.out(ON_NEW_YEAR)
    selectors.table(period)
    with django_assert_max_num_queries(3):
        selectors.table(period)
