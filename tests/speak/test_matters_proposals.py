"""What the worker proposes, what people say to it, and that no walk of both loses a case or forgets what was said."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.speak.matters_people import LI, WANG, all_of, at_discipline, elsewhere, spoken
from tests.speak.test_casework_loop import HOUR
from tests.world import MONDAY

from bandeng.ground.acts import api as acts
from bandeng.ground.core import api as core
from bandeng.speak.casework import api as cases
from bandeng.speak.matters import api as matters
from bandeng.speak.matters import selectors
from bandeng.speak.matters.models import MatterCase
from bandeng.speak.matters.services import growing, last_step, proposing

NOW = MONDAY + 3 * HOUR
TITLE = "柳树村东头路灯"


@pytest.fixture
def three(world):
    return [spoken(world), spoken(world, identity=LI), spoken(world, identity=WANG)]


def group(*found, words=("路灯", "东头")) -> matters.Group:
    """Link the cases in a row."""
    keys = tuple(case.pk for case in found)
    links = tuple(matters.Link(a, b, words, days=1) for a, b in zip(keys, keys[1:], strict=False))
    return matters.Group(keys, links)


def proposed(*found) -> matters.Proposed:
    return matters.propose([group(*found)], now=NOW)


def waiting() -> matters.Proposal:
    return matters.Proposal.objects.get(state="open")


def open_groups() -> dict[tuple, set]:
    """Give the cases of each open proposal, by (its matter, its own key)."""
    found: dict[tuple, set] = {}
    rows = matters.ProposedCase.objects.filter(proposal__state="open")
    for matter, proposal, case in rows.values_list("proposal__matter", "proposal", "case"):
        found.setdefault((matter, proposal), set()).add(case)
    return found


def test_a_proposal_joins_nothing_and_shows_why(world, three):
    assert proposed(*three) == matters.Proposed(made=1, grown=0, known=0, idle=0)
    assert not matters.Matter.objects.exists()
    assert not [act for case in three for act in acts.history("case", case.pk) if act.kind.startswith("matter.")]
    [item] = selectors.proposed(world.permissions("chenfang"), [waiting()])
    assert item.words == ["路灯", "东头"]
    assert [row["days"] for row in item.reasons[three[1].pk]] == [1, 1]
    link = matters.ProposedLink.objects.first()
    assert "路灯".encode() not in bytes(link.words)


def test_the_same_group_again_is_known_and_of_a_larger_one_it_grows_in_its_place(three, world):
    proposed(*three[:2])
    before = waiting()
    assert proposed(*three[:2]).known == 1
    assert proposed(*three).grown == 1
    assert waiting() == before and waiting().proposed_at == before.proposed_at
    assert set(all_of(before.pk)) == {case.pk for case in three}
    assert proposed(*three[1:]).known == 1
    assert [act.kind for act in acts.history("matter_proposal", before.pk)] == [
        "matter.proposed",
        "matter.proposal_grown",
    ]
    assert acts.history("matter_proposal", before.pk)[1].payload == {"cases": [str(three[2].pk)]}


def test_groups_of_a_step_are_kept_together_whatever_their_number(world):
    def found(number: int) -> list[matters.Group]:
        return [group(world.registered(identity=LI), world.registered(identity=WANG)) for _group in range(number)]

    def statements(groups: list[matters.Group]) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert matters.propose(groups, now=NOW).made == len(groups)
        return len(asked)

    two, six = found(2), found(6)
    assert statements(two) == statements(six)
    assert sorted(map(sorted, open_groups().values())) == sorted(sorted(each.cases) for each in [*two, *six])
    for proposal in matters.Proposal.objects.all():
        [act] = acts.history("matter_proposal", proposal.pk)
        assert act.kind == "matter.proposed" and act.payload["cases"] == sorted(map(str, all_of(proposal.pk)))
        assert [link.shared() for link in proposal.links.all()] == [["路灯", "东头"]]


def test_a_case_that_two_groups_of_a_step_name_waits_once(world, three):
    fourth = world.registered(identity=LI)
    done = matters.propose([group(*three[:2]), group(three[1], fourth), group(three[2], at_discipline(world))], now=NOW)
    assert (done.made, done.grown, done.idle) == (1, 1, 1)  # they share half, so it is one event
    assert list(open_groups().values()) == [{three[0].pk, three[1].pk, fourth.pk}]


def test_who_had_the_page_open_decides_on_what_it_showed(three, world):
    one, two, three_ = (case.pk for case in three)
    by = world.hand("chenfang")
    proposed(*three[:2])
    shown = all_of(waiting().pk)
    proposed(*three)
    with pytest.raises(matters.CannotLink):
        matters.accept(waiting().pk, [one, three_], shown=shown, title=TITLE, by=by, now=NOW)
    with pytest.raises(matters.CannotLink):
        matters.decline(waiting().pk, shown=[], by=by, now=NOW)
    proposal = waiting().pk
    matter = matters.accept(proposal, [one, two], shown=shown, title=TITLE, by=by, now=NOW)
    assert matters.ProposedCase.objects.get(proposal=proposal, case=three_).is_taken is None
    assert not matters.constraints([one, two, three_]).are_apart(one, three_)
    assert proposed(*three).made == 1 and open_groups() == {(matter.pk, waiting().pk): {three_}}


def test_what_came_after_the_page_was_declined_is_proposed_again(three, world):
    one, two, three_ = (case.pk for case in three)
    proposed(*three[:2])
    shown = all_of(waiting().pk)
    proposed(*three)
    matters.decline(waiting().pk, shown=shown, by=world.hand("chenfang"), now=NOW)
    said = matters.constraints([one, two, three_])
    assert said.are_apart(one, two) and not said.are_apart(one, three_) and not said.are_apart(two, three_)
    assert proposed(*three).made == 1 and list(open_groups().values()) == [{one, three_}]


def test_a_case_waits_in_one_proposal_and_the_newest_group_has_it(world, three):
    one, two, three_ = three
    four, five = spoken(world), spoken(world)

    def waits(*groups):
        return sorted(map(sorted, open_groups().values())) == sorted(sorted(c.pk for c in group) for group in groups)

    proposed(one, two, three_)
    assert proposed(three_, four).made == 1 and waits((one, two), (three_, four))
    assert proposed(two, five).grown == 1 and waits((one, two, five), (three_, four))  # half of it: it goes on from it
    assert proposed(one, two, three_, four, five).grown == 1 and waits((*three, four, five))
    assert proposed(one, two, three_, four, five).known == 1 and proposed(one, five).known == 1
    assert matters.Proposal.objects.count() == 1
    assert core.SealKey.objects.filter(pk=waiting().seal_key_id).exists()


def test_why_the_first_were_proposed_stays_when_the_group_grows(world, three):
    proposed(*three[:2])
    keys = tuple(case.pk for case in three)
    matters.propose([matters.Group(keys, (matters.Link(keys[1], keys[2], ("半夜",)),))], now=NOW)
    [item] = selectors.proposed(world.permissions("chenfang"), [waiting()])
    assert [row["words"] for row in item.reasons[keys[1]]] in (
        [["路灯", "东头"], ["半夜"]],
        [["半夜"], ["路灯", "东头"]],
    )


def test_what_nothing_links_any_more_is_not_left_over(world, three):
    one, two, three_ = three
    four = spoken(world)
    hub = matters.Group(tuple(c.pk for c in three), tuple(matters.Link(one.pk, c.pk, ("路灯",)) for c in (two, three_)))
    matters.propose([hub], now=NOW)
    proposed(one, four)  # one of three
    assert list(open_groups().values()) == [{one.pk, four.pk}]
    assert matters.ProposedLink.objects.count() == 1


def test_joined_by_hand_it_waits_nowhere_and_the_rest_is_proposed_for_the_matter(world, three):
    one, two, three_ = three
    four = spoken(world)
    proposed(*three, four)
    by = world.hand("chenfang")
    matter = matters.make([one.pk, two.pk], title=TITLE, by=by, now=NOW)
    assert open_groups() and list(open_groups().values()) == [{three_.pk, four.pk}]
    assert proposed(*three, four).made == 1
    assert open_groups() == {(matter.pk, waiting().pk): {three_.pk, four.pk}}
    matters.join(matter.pk, [three_.pk], by=by, now=NOW)
    assert open_groups() == {}
    matters.split(matter.pk, [three_.pk], by=by, now=NOW)
    proposed(three_, four)
    matters.undo(matter.pk, step=last_step(matter.pk).pk, by=by, now=NOW)
    assert open_groups() == {}


def test_of_a_group_too_large_for_one_act_the_rest_is_proposed_when_the_first_are_together(world, three, monkeypatch):
    for module in (growing, proposing):
        monkeypatch.setattr(module, "MOST", 4)
    everybody = [*three, *(spoken(world) for _ in range(6))]
    assert proposed(*everybody).made == 1
    [first] = open_groups().values()
    assert first == {case.pk for case in everybody[:4]}
    assert proposed(*everybody).known == 1
    matter = matters.accept(
        waiting().pk, first, title=TITLE, shown=all_of(waiting().pk), by=world.hand("chenfang"), now=NOW
    )
    seen = set(first)
    while proposed(*everybody).made:
        [(key, new)] = [(key, group) for (key, _proposal), group in open_groups().items()]
        assert key == matter.pk and not new & seen and len(new) < 4
        seen |= new
        matters.accept(waiting().pk, new, shown=all_of(waiting().pk), by=world.hand("chenfang"), now=NOW)
    assert seen == {case.pk for case in everybody}


def test_a_full_proposal_stays_as_it_is_while_more_of_its_event_come_in(world, three, monkeypatch):
    for module in (growing, proposing):
        monkeypatch.setattr(module, "MOST", 3)
    proposed(*three)
    before = waiting()
    more = [spoken(world), spoken(world)]
    assert proposed(*more).made == 1
    assert proposed(*three, *more).known == 1 and proposed(*more[:1], *three).known == 1
    assert proposed(*more[:1], *three[1:]).known == 1  # two of its three
    assert sorted(map(len, open_groups().values())) == [2, 3] and set(all_of(before.pk)) == {c.pk for c in three}


def test_a_declined_pair_does_not_come_back_when_groups_overlap(world, three):
    one, two, three_ = three
    proposed(one, two)
    matters.decline(waiting().pk, shown=all_of(waiting().pk), by=world.hand("chenfang"), now=NOW)
    proposed(one, three_)
    assert proposed(two, three_).made == 1  # one goes along by its half, and is left out for the other's sake
    assert list(open_groups().values()) == [{two.pk, three_.pk}]
    assert proposed(*three).made == 1  # the first of the two is kept, by the order of the group
    assert list(open_groups().values()) == [{one.pk, three_.pk}]
    assert proposed(*three).known == 1


def test_accepted_in_part_leaves_the_others_apart(world, three):
    proposed(*three)
    one, two, left = three
    matter = matters.accept(
        waiting().pk, [one.pk, two.pk], title=TITLE, shown=all_of(waiting().pk), by=world.hand("chenfang"), now=NOW
    )
    said = matters.constraints()
    assert said.together == (frozenset({one.pk, two.pk}),)
    assert said.are_apart(left.pk, one.pk) and said.are_apart(two.pk, left.pk)
    assert proposed(*three).idle == 1
    assert not matters.ProposedLink.objects.exists() and matters.Proposal.objects.get().seal_key is None
    newcomer = spoken(world)
    assert proposed(one, newcomer, left).made == 1
    assert waiting().matter_id == matter.pk
    assert list(waiting().cases.values_list("case", flat=True)) == [newcomer.pk]
    matters.accept(waiting().pk, [newcomer.pk], shown=all_of(waiting().pk), by=world.hand("chenfang"), now=NOW)
    assert MatterCase.objects.filter(matter=matter, left_at__isnull=True).count() == 3


def test_declined_is_not_proposed_again_in_any_pair(world, three):
    proposed(*three)
    matters.decline(waiting().pk, shown=all_of(waiting().pk), by=world.hand("liuyang"), now=NOW)
    assert len(matters.constraints().apart) == 3
    assert proposed(*three).idle == 1 and proposed(three[0], three[2]).idle == 1
    newcomer = spoken(world)
    assert proposed(*three, newcomer).made == 1
    assert set(waiting().cases.values_list("case", flat=True)) == {three[0].pk, newcomer.pk}


def test_what_was_declined_can_still_be_joined_by_hand_and_then_holds(world, three):
    proposed(*three)
    matters.decline(waiting().pk, shown=all_of(waiting().pk), by=world.hand("liuyang"), now=NOW)
    matters.make([c.pk for c in three], title=TITLE, by=world.hand("liuyang"), now=NOW)
    assert not matters.constraints().apart


def test_two_people_deciding_one_after_the_other(world, three):
    proposed(*three)
    key = waiting().pk
    matters.decline(key, shown=all_of(key), by=world.hand("liuyang"), now=NOW)
    for act in (
        lambda: matters.accept(
            key, [c.pk for c in three], title=TITLE, shown=all_of(key), by=world.hand("chenfang"), now=NOW
        ),
        lambda: matters.decline(key, shown=all_of(key), by=world.hand("chenfang"), now=NOW),
    ):
        with pytest.raises(matters.CannotLink):
            act()


@pytest.mark.parametrize("name", ["liqiang", "zhaojun", "sunli", "wangmin", "zhoutao", "wujing"])
def test_who_may_not_join_may_not_decide(world, three, name):
    proposed(*three)
    for act in (
        lambda: matters.accept(
            waiting().pk, [c.pk for c in three], title=TITLE, shown=all_of(waiting().pk), by=world.hand(name), now=NOW
        ),
        lambda: matters.decline(waiting().pk, shown=all_of(waiting().pk), by=world.hand(name), now=NOW),
    ):
        with pytest.raises(cases.NoPen):
            act()


def test_one_ticked_is_no_matter(world, three):
    proposed(*three)
    with pytest.raises(matters.CannotLink):
        matters.accept(
            waiting().pk, [three[0].pk], title=TITLE, shown=all_of(waiting().pk), by=world.hand("chenfang"), now=NOW
        )
    assert waiting().state == "open"


@pytest.mark.parametrize("kind", ["empty", "one", "twice the same", "not there", "link to itself", "link elsewhere"])
def test_a_group_that_makes_no_sense_is_left(world, three, kind):
    one, two, three_ = three
    nowhere = core.new_id()
    groups = {
        "empty": matters.Group(()),
        "one": matters.Group((one.pk,)),
        "twice the same": matters.Group((one.pk, one.pk)),
        "not there": matters.Group((one.pk, nowhere), (matters.Link(one.pk, nowhere),)),
        "link to itself": matters.Group((one.pk, two.pk), (matters.Link(one.pk, one.pk, ("路灯",)),)),
        "link elsewhere": matters.Group((one.pk, two.pk), (matters.Link(one.pk, three_.pk, ("路灯",)),)),
    }
    done = matters.propose([groups[kind]], now=NOW)
    assert done.made == (1 if kind.startswith("link") else 0)
    assert not matters.ProposedLink.objects.exists()


def test_shared_words_of_any_kind_come_out_as_they_went_in(world, three):
    words = ("👵🏽路灯", "ᠮᠣᠩᠭᠣᠯ", "\x00控制", "a" * 5000, "")
    matters.propose([group(*three[:2], words=words)], now=NOW)
    [item] = selectors.proposed(world.permissions("chenfang"), [waiting()])
    assert item.reasons[three[0].pk][0]["words"] == ["👵🏽路灯", "ᠮᠣᠩᠭᠣᠯ", "控制", "a" * 5000]


# ---- any walk -------------------------------------------------------------------------------------------------------


@dataclass
class Walk:
    """Some cases, one of them in a compartment and one of another township, and everything anybody could try."""

    world: object
    cases: list
    now: datetime = NOW
    said_apart: set = field(default_factory=set)

    def moves(self, who: int, which: int):
        by = self.world.hand(("chenfang", "chenfang", "liuyang", "zhengkai", "wangmin", "liqiang")[who])
        n = len(self.cases)
        chosen = {self.cases[which % n].pk, self.cases[which // 3 % n].pk}
        found = list(matters.Matter.objects.order_by("id"))
        matter = found[which % len(found)].pk if found else core.new_id()
        inside = sorted(MatterCase.objects.filter(matter=matter, left_at__isnull=True).values_list("case", flat=True))
        taken = set(MatterCase.objects.filter(left_at__isnull=True).values_list("case", flat=True))
        free = [case.pk for case in self.cases if case.pk not in taken]
        step = last_step(matter)
        proposals = list(matters.Proposal.objects.filter(state="open").order_by("id"))
        proposal = proposals[which % len(proposals)].pk if proposals else core.new_id()
        named = sorted(matters.ProposedCase.objects.filter(proposal=proposal).values_list("case", flat=True))
        return [
            lambda: matters.make(chosen, title=TITLE, by=by, now=self.now),
            lambda: matters.join(matter, free[which // 3 % max(len(free), 1) :][:1], by=by, now=self.now),
            lambda: matters.split(matter, inside[which % 2 :][:1], by=by, now=self.now),
            lambda: matters.undo(matter, step=step.pk if step else core.new_id(), by=by, now=self.now),
            lambda: matters.close(matter, by=by, now=self.now),
            lambda: matters.reopen(matter, by=by, now=self.now),
            lambda: matters.propose([group(*self.cases[which % 3 :])], now=self.now),
            lambda: matters.accept(
                proposal, named[: 1 + which % 3], title=TITLE, shown=all_of(proposal), by=by, now=self.now
            ),
            lambda: matters.decline(proposal, shown=all_of(proposal), by=by, now=self.now),
        ]


REFUSED = (cases.CannotMove, cases.NoPen, matters.Matter.DoesNotExist)
MOVES = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 5), st.integers(0, 60)), min_size=15, max_size=40)


DONE: Counter = Counter()  # which moves went through, over all walks


def check(walk: Walk, facts: dict, sealed_off) -> None:
    current = MatterCase.objects.filter(left_at__isnull=True)
    keys = list(current.values_list("case", flat=True))
    assert len(keys) == len(set(keys))  # one matter a case
    assert sealed_off.pk not in MatterCase.objects.values_list("case", flat=True)
    assert sealed_off.pk not in matters.ProposedCase.objects.values_list("case", flat=True)
    assert {case.pk: walk.world.fresh(case).open_facts() for case in walk.cases} == facts
    assert not list(filter(None, matters.altered()))
    said = matters.constraints()
    assert not [pair for pair in said.apart for group in said.together if set(pair) <= group]
    waiting_in = open_groups()
    for (matter, _key), named in waiting_in.items():
        assert matter or len(named) >= 2
        assert not [pair for pair in said.apart if set(pair) <= named]
    once = [key for named in waiting_in.values() for key in named]
    assert len(once) == len(set(once)) and not set(once) & set(keys)  # one proposal a case, none once it is joined
    # The history of each case says whether it is in a matter: what it last tells is so.
    for case in walk.cases:
        told = [a.kind for a in acts.history("case", case.pk) if a.kind in {"matter.case_joined", "matter.case_split"}]
        assert (told[-1:] == ["matter.case_joined"]) == (case.pk in keys)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=MOVES)
def test_no_walk_loses_a_case_links_a_compartment_or_forgets_what_was_said(world, moves):
    with transaction.atomic():
        near = [spoken(world), spoken(world, identity=LI), spoken(world, to="transport"), elsewhere(world)]
        sealed_off = at_discipline(world)
        walk = Walk(world, [*near, sealed_off])
        facts = {case.pk: world.fresh(case).open_facts() for case in walk.cases}
        for move, who, which in moves:
            walk.now += timedelta(minutes=7)
            before = matters.constraints().apart
            try:
                with transaction.atomic():
                    walk.moves(who, which)[move]()
            except REFUSED:
                continue
            DONE[move] += 1
            check(walk, facts, sealed_off)
            if move in {6, 2, 8}:  # proposing, splitting and declining forget nothing
                assert before <= matters.constraints().apart
        transaction.set_rollback(True)


def test_the_walks_reached_every_move():
    assert set(DONE) == set(range(9)), DONE
