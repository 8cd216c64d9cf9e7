"""Cases on one event are found as they come in, proposed with reasons, and what people said is obeyed."""

from datetime import timedelta

import pytest
from tests.speak.matters_people import all_of
from tests.world import MONDAY

from bandeng.ground.residents import api as residents
from bandeng.speak.casework import api as cases
from bandeng.speak.matters import api as matters
from bandeng.speak.matters import finding

HOUR = timedelta(hours=1)
DUST = [
    "柳树村搅拌站半夜施工，粉尘大噪音大，全村睡不着觉",
    "搅拌站夜里还在施工，柳树村到处是粉尘，噪音吵得睡不着",
    "柳树村的搅拌站粉尘太大了，夜间施工噪音扰民",
]
OTHERS = [
    "大棚的豆角卖不出去，想找销路", "村小学的校车不来了，孩子上学要走五里路", "医保报销的单子交了两个月没有回音",
    "老人证丢了怎么补办", "果园的水渠堵了，浇不上水", "外出打工的儿子养老金转不回来",
]  # fmt: skip


@pytest.fixture(autouse=True)
def begun_anew():
    finding.forget()
    yield
    finding.forget()


def said(world, words, area="liushu"):
    return world.registered(words=words, identity=residents.Identity(), area=world.areas[area].pk)


def find(now=MONDAY + HOUR) -> int:
    """Let the worker go on until nothing is left; gives its steps."""
    return sum(1 for _step in iter(lambda: matters.find(now=now), 0))


def proposed():
    rows = matters.ProposedCase.objects.filter(proposal__state="open").values_list("proposal", "case")
    groups = {}
    for proposal, case in rows:
        groups.setdefault(proposal, set()).add(case)
    return list(groups.values())


def test_what_came_before_is_grouped_at_once_and_the_next_joins_as_it_comes(world):
    before = [said(world, words) for words in (*OTHERS, *DUST[:2])]
    find()
    assert proposed() == [{case.pk for case in before[-2:]}]
    later = said(world, DUST[2])
    assert matters.find(now=MONDAY + 2 * HOUR) == 1
    assert proposed() == [{later.pk, *(case.pk for case in before[-2:])}]
    assert matters.find(now=MONDAY + 2 * HOUR) == 0


def test_the_same_words_from_another_village_are_another_matter(world):
    here = [said(world, words) for words in (*OTHERS, *DUST[:2])][-2:]
    said(world, DUST[2], area="shuimo")
    above = said(world, DUST[2], area="hexi")
    find()
    assert proposed() == [{above.pk, *(case.pk for case in here)}]


def test_a_worker_killed_after_any_step_of_the_beginning_loses_and_doubles_nothing(world, monkeypatch):
    for name in ("READ", "PROPOSED"):
        monkeypatch.setattr(finding, name, 2)
    light = ["大桥边的红绿灯坏了三天，上学的孩子不敢过马路", "红绿灯坏了三天没人修，大桥边孩子上学不敢过马路"]
    for words in (*OTHERS, *DUST, *light):
        said(world, words)
    steps = find()
    whole = sorted(map(sorted, proposed()))
    assert steps > 8 and len(whole) == 2
    for killed_after in range(steps + 1):
        matters.ProposedLink.objects.all().delete()
        matters.ProposedCase.objects.all().delete()
        matters.Proposal.objects.all().delete()
        finding.forget()
        for _step in range(killed_after):
            matters.find(now=MONDAY + HOUR)
        finding.forget()  # as another process begins
        find()
        assert sorted(map(sorted, proposed())) == whole and not matters.waiting_wrongly().exists()


def test_who_came_while_the_beginning_went_on_is_read_after_it(world, monkeypatch):
    monkeypatch.setattr(finding, "READ", 2)
    before = [said(world, words) for words in (*OTHERS, *DUST[:2])]
    assert matters.find(now=MONDAY + HOUR, limit=1) == 1
    later = said(world, DUST[2])
    find()
    assert proposed() == [{later.pk, *(case.pk for case in before[-2:])}]


def test_what_was_read_and_could_not_be_proposed_is_read_again(world, monkeypatch):
    before = [said(world, words) for words in (*OTHERS, *DUST[:2])]
    with monkeypatch.context() as broken:
        broken.setattr(finding, "propose", lambda groups, now: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            find()
    find()
    assert proposed() == [{case.pk for case in before[-2:]}]


def test_a_case_committed_after_a_later_one_is_read_too(world, monkeypatch):
    before = [said(world, words) for words in (*OTHERS, DUST[0])]
    find()
    late, later = said(world, DUST[1]), said(world, DUST[2])
    everything = finding._cases
    with monkeypatch.context() as uncommitted:
        uncommitted.setattr(finding, "_cases", lambda after=None: everything(after=after).exclude(pk=late.pk))
        assert matters.find(now=MONDAY + HOUR) == 1
    assert matters.find(now=MONDAY + HOUR) == 1
    assert proposed() == [{before[-1].pk, late.pk, later.pk}]


def test_the_reasons_are_words_that_both_use(world):
    for words in (*OTHERS, *DUST):
        said(world, words)
    find()
    links = matters.ProposedLink.objects.all()
    assert links and all(link.days == 0 for link in links)


def test_what_was_declined_is_not_proposed_again(world):
    for words in (*OTHERS, *DUST[:2]):
        said(world, words)
    find()
    proposal = matters.Proposal.objects.get(state="open")
    matters.decline(proposal.pk, shown=all_of(proposal.pk), by=world.hand("chenfang"), now=MONDAY + HOUR)
    finding.forget()
    find(MONDAY + 24 * HOUR)
    assert proposed() == []


def test_what_is_too_old_to_be_read_stays_with_those_it_waits_with(world, monkeypatch):
    oldest, *_others, older = [said(world, words) for words in (DUST[0], *OTHERS, DUST[1])]
    find()
    assert proposed() == [{oldest.pk, older.pk}]
    finding.forget()
    newest = said(world, DUST[2])
    monkeypatch.setattr(finding, "MOST", len(OTHERS) + 2)
    find()
    assert proposed() == [{oldest.pk, older.pk, newest.pk}]


def test_what_is_too_old_to_be_read_still_names_the_matter(world, monkeypatch):
    oldest, second, *_others, older = [said(world, words) for words in (DUST[0], DUST[0], *OTHERS, DUST[1])]
    matter = matters.make([oldest.pk, second.pk], title="搅拌站", by=world.hand("chenfang"), now=MONDAY)
    find()
    assert matters.Proposal.objects.get().matter_id == matter.pk
    finding.forget()
    newest = said(world, DUST[2])
    monkeypatch.setattr(finding, "MOST", len(OTHERS) + 2)
    find()
    assert matters.Proposal.objects.get().matter_id == matter.pk and proposed() == [{older.pk, newest.pk}]


def test_nothing_is_joined_and_no_case_is_touched_by_finding(world):
    found = [said(world, words) for words in (*OTHERS, *DUST)]
    versions = {case.pk: case.version for case in found}
    find()
    assert not matters.MatterCase.objects.exists()
    assert dict(cases.Case.objects.values_list("pk", "version")) == versions
