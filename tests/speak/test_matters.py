"""Many voices on one event: joined, split, undone by a person, who is obeyed; each case keeps its own life."""

import json

import pytest
from tests.speak.matters_people import LAMP, LI, WANG, elsewhere, spoken
from tests.speak.test_casework_loop import HOUR, REPLY
from tests.world import MONDAY, PEOPLE, ZHANG

from bandeng.config import cli
from bandeng.ground.acts import api as acts
from bandeng.ground.core import clock
from bandeng.ground.residents import api as residents
from bandeng.speak.casework import api as cases
from bandeng.speak.matters import api as matters
from bandeng.speak.matters import selectors, services
from bandeng.speak.matters.models import CoreUse, MatterCase

NOW = MONDAY + 3 * HOUR
TITLE = "柳树村东头路灯"
CORE = "路灯由交通局修，12月1日前亮。"


@pytest.fixture
def three(world):
    return [spoken(world), spoken(world, identity=LI), spoken(world, identity=WANG)]


def made(world, found, **more):
    return matters.make([c.pk for c in found], title=TITLE, by=world.hand("chenfang"), now=NOW, **more)


def members(matter) -> set:
    return set(MatterCase.objects.filter(matter=matter, left_at__isnull=True).values_list("case", flat=True))


def keys(found) -> set:
    return {case.pk for case in found}


def told(case) -> list[str]:
    return [act.kind for act in acts.history("case", case.pk) if act.kind.startswith("matter.")]


def step(matter):
    return services.last_step(matter.pk).pk


def test_a_matter_links_cases_and_changes_nothing_in_them(world, three):
    before = {case.pk: world.fresh(case).open_facts() for case in three}
    matter = made(world, three)
    assert members(matter) == keys(three) and matter.title_words() == TITLE
    assert TITLE.encode() not in bytes(matter.title)
    matters.close(matter.pk, by=world.hand("chenfang"), now=NOW)
    for case in three:
        assert world.fresh(case).open_facts() == before[case.pk]
        assert told(case) == ["matter.case_joined"]
    assert not list(filter(None, matters.altered()))


def test_closing_a_matter_closes_no_case_and_each_still_gets_its_own_answer(world, three):
    matter = made(world, three)
    matters.close(matter.pk, by=world.hand("chenfang"), now=NOW)
    assert {world.fresh(case).status for case in three} == {"working"}
    cases.draft_reply(three[0].pk, REPLY, by=world.hand("liuyang"), now=NOW)
    cases.approve(three[0].pk, by=world.hand("zhaojun"), now=NOW)
    cases.serve(three[0].pk, method="phone", by=world.hand("liuyang"), now=NOW)
    assert [world.fresh(case).status for case in three] == ["replied", "working", "working"]
    with pytest.raises(matters.CannotLink):
        matters.join(matter.pk, [spoken(world).pk], by=world.hand("chenfang"), now=NOW)
    matters.reopen(matter.pk, by=world.hand("chenfang"), now=NOW)
    matters.join(matter.pk, [spoken(world).pk], by=world.hand("chenfang"), now=NOW)
    assert len(members(matter)) == 4


def test_the_resident_reads_of_it_without_who_or_how_many(world, three):
    made(world, three)
    [line] = [line for line in cases.timeline(three[0]) if line.act.kind == "matter.case_joined"]
    assert not any(sign.isdigit() for sign in line.label)
    assert set(line.act.payload) == {"matter"} and not line.reason


def test_the_same_form_sent_twice_is_one_matter(world, three):
    first = made(world, three, idempotency_key="matter:1")
    assert made(world, three, idempotency_key="matter:1").pk == first.pk
    assert matters.Matter.objects.count() == 1
    with pytest.raises(matters.CannotLink):
        made(world, three[:2])
    other = spoken(world)
    act = matters.join(first.pk, [other.pk], by=world.hand("chenfang"), now=NOW, idempotency_key="matter:2")
    again = matters.join(first.pk, [other.pk], by=world.hand("chenfang"), now=NOW, idempotency_key="matter:2")
    assert act.pk == again.pk and told(other) == ["matter.case_joined"]


def test_what_was_split_is_apart_until_it_is_undone(world, three):
    matter, (one, two, three_) = made(world, three), three
    assert matters.constraints() == matters.Constraints((frozenset(keys(three)),), frozenset())
    later = NOW + HOUR
    matters.split(matter.pk, [one.pk], by=world.hand("chenfang"), now=later)
    said = matters.constraints()
    assert said.together == (frozenset({two.pk, three_.pk}),)
    assert (
        said.are_apart(one.pk, two.pk) and said.are_apart(three_.pk, one.pk) and not said.are_apart(two.pk, three_.pk)
    )
    assert told(one) == ["matter.case_joined", "matter.case_split"]
    matters.undo(matter.pk, step=step(matter), by=world.hand("chenfang"), now=later + HOUR)
    assert matters.constraints() == matters.Constraints((frozenset(keys(three)),), frozenset())
    assert not list(filter(None, matters.altered()))


def test_whoever_is_joined_again_by_a_person_is_no_longer_apart_and_undoing_that_remembers(world, three):
    matter, one = made(world, three), three[0]
    by = world.hand("chenfang")
    matters.split(matter.pk, [one.pk], by=by, now=NOW + HOUR)
    matters.join(matter.pk, [one.pk], by=by, now=NOW + 2 * HOUR)
    assert not matters.constraints().apart
    matters.undo(matter.pk, step=step(matter), by=by, now=NOW + 3 * HOUR)
    assert matters.constraints().are_apart(one.pk, three[1].pk)
    assert members(matter) == keys(three[1:])


def test_an_undone_joining_leaves_nothing_behind(world, three):
    matter = made(world, three[:2])
    by = world.hand("chenfang")
    matters.join(matter.pk, [three[2].pk], by=by, now=NOW)
    joined = step(matter)
    matters.undo(matter.pk, step=joined, by=by, now=NOW)
    assert members(matter) == keys(three[:2]) and not matters.constraints().apart
    with pytest.raises(matters.CannotLink):
        matters.undo(matter.pk, step=joined, by=by, now=NOW)


def test_a_step_is_undone_only_if_nothing_came_after_it(world, three):
    matter = made(world, three)
    first = step(matter)
    matters.split(matter.pk, [three[0].pk], by=world.hand("chenfang"), now=NOW)
    with pytest.raises(matters.CannotLink):
        matters.undo(matter.pk, step=first, by=world.hand("chenfang"), now=NOW)


def test_what_was_split_and_is_in_another_matter_does_not_come_back(world, three):
    matter, by = made(world, three), world.hand("chenfang")
    matters.split(matter.pk, [three[0].pk], by=by, now=NOW)
    split = step(matter)
    made(world, [three[0]])
    with pytest.raises(matters.CannotLink):
        matters.undo(matter.pk, step=split, by=by, now=NOW)


def test_the_making_is_not_undone_once_something_is_written(world, three):
    matter = made(world, three)
    first = step(matter)
    matters.write_text(matter.pk, "note", "查过了", seen=0, by=world.hand("liuyang"), now=NOW)
    assert services.last_step(matter.pk) is None
    with pytest.raises(matters.CannotLink):
        matters.undo(matter.pk, step=first, by=world.hand("chenfang"), now=NOW)
    assert members(matter) == keys(three)


def test_undoing_a_closing_opens_it(world, three):
    matter, by = made(world, three), world.hand("chenfang")
    matters.close(matter.pk, by=by, now=NOW)
    matters.undo(matter.pk, step=step(matter), by=by, now=NOW)
    assert matters.Matter.objects.get().closed_at is None and not list(filter(None, matters.altered()))


# ---- who may --------------------------------------------------------------------------------------------------------

MAY_JOIN = {"chenfang", "liuyang"}
MAY_WRITE = {"liuyang"}
SEE = {"liqiang", "chenfang", "hejun", "liuyang", "zhaojun", "sunli"}  # of 河西镇 and of 民政局


@pytest.mark.parametrize("name", sorted(PEOPLE))
def test_who_may_do_what_with_a_matter_by_role(world, three, name):
    matter, by = made(world, three[:2]), world.hand(name)
    sees = matters.visible(by.permissions).exists()
    assert sees == (name in SEE)
    refused = cases.NoPen if sees else (cases.NoPen, matters.Matter.DoesNotExist)
    acts_of = {
        "join": lambda: matters.join(matter.pk, [three[2].pk], by=by, now=NOW),
        "split": lambda: matters.split(matter.pk, [three[2].pk], by=by, now=NOW),
        "undo": lambda: matters.undo(matter.pk, step=step(matter), by=by, now=NOW),
        "close": lambda: matters.close(matter.pk, by=by, now=NOW),
        "reopen": lambda: matters.reopen(matter.pk, by=by, now=NOW),
        "make": lambda: matters.make([spoken(world).pk, spoken(world).pk], title=TITLE, by=by, now=NOW),
    }
    for act in acts_of.values():
        if name in MAY_JOIN:
            act()
        else:
            with pytest.raises(refused):
                act()
    for kind in ("note", "core"):
        if name in MAY_WRITE:
            matters.write_text(matter.pk, kind, CORE, seen=0, by=by, now=NOW)
        else:
            with pytest.raises(refused):
                matters.write_text(matter.pk, kind, CORE, seen=0, by=by, now=NOW)


@pytest.mark.parametrize("hand", [cases.CLOCK, cases.IMPORT, cases.ON_THE_WEB])
def test_no_machine_and_no_resident_makes_or_writes(world, three, hand):
    with pytest.raises(cases.NoPen):
        matters.make(keys(three), title=TITLE, by=hand, now=NOW)
    matter = made(world, three)
    for act in (
        lambda: matters.split(matter.pk, [three[0].pk], by=hand, now=NOW),
        lambda: matters.write_text(matter.pk, "core", CORE, seen=0, by=hand, now=NOW),
        lambda: matters.make_drafts(matter.pk, by=hand, now=NOW),
    ):
        with pytest.raises(cases.NoPen):
            act()


@pytest.mark.parametrize(
    "title", ["", "  \n", "长" * 61, "\x00\u202e"], ids=["nothing", "blanks", "too long", "signs nobody sees"]
)
def test_a_matter_needs_a_title(world, three, title):
    with pytest.raises(matters.CannotLink):
        matters.make(keys(three), title=title, by=world.hand("chenfang"), now=NOW)
    assert not matters.Matter.objects.exists()


def test_a_matter_of_nothing_or_of_too_many_is_refused(world):
    for found in ([], [cases.Case().pk for _n in range(101)]):
        with pytest.raises(matters.CannotLink):
            matters.make(found, title=TITLE, by=world.hand("chenfang"), now=NOW)


# ---- voices ---------------------------------------------------------------------------------------------------------


def voices(world, *found) -> int:
    return selectors.voices([world.fresh(case) for case in found])


def test_repeats_by_one_person_are_one_voice(world):
    again = residents.Identity(name="张大娘", phone="+86 139-0000-0001")
    found = [spoken(world), spoken(world, identity=again), spoken(world, identity=LI)]
    assert voices(world, *found) == 2


def test_whoever_gave_no_name_is_a_voice_each(world):
    nobody = residents.Identity()
    assert voices(world, *(spoken(world, identity=nobody) for _n in range(3)), spoken(world)) == 4


def test_a_hidden_name_does_not_come_out_by_counting(world):
    """One case with a name and one with the same name hidden count as two: else the office knew whose the hidden is."""
    hidden = [spoken(world, is_name_hidden=True) for _n in range(2)]
    assert voices(world, spoken(world), hidden[0]) == 2
    assert voices(world, *hidden) == 1


def test_telephone_and_id_number_join_in_a_chain(world):
    by_both = residents.Identity(phone="13900000009", id_number="11010519491231002X")
    by_id = residents.Identity(id_number="11010519491231002x", phone="13900000010")
    by_phone = residents.Identity(phone="13900000010")
    given = residents.create_many([residents.Identity(phone="13900000010"), by_both, by_id, by_phone], now=MONDAY)
    people = residents.same_people([row.pk for row in given])
    assert len(set(people.values())) == 1 and len(people) == 4


# ---- note, core, drafts ---------------------------------------------------------------------------------------------


def test_note_and_core_are_sealed_and_versions_stay(world, three):
    matter, by = made(world, three), world.hand("liuyang")
    first = matters.write_text(matter.pk, "core", CORE, seen=0, by=by, now=NOW)
    assert matters.write_text(matter.pk, "core", CORE, seen=0, by=by, now=NOW).pk == first.pk
    with pytest.raises(matters.StaleText):
        matters.write_text(matter.pk, "core", "别的", seen=0, by=by, now=NOW)
    second = matters.write_text(matter.pk, "core", "12月3日前亮。", seen=1, by=by, now=NOW)
    assert [first.number, second.number] == [1, 2] and first.text() == CORE
    assert "路灯".encode() not in bytes(first.words)
    payloads = [act.payload for act in acts.history("matter", matter.pk)]
    assert "路灯" not in str(payloads) and not list(filter(None, matters.altered()))


def test_a_draft_begins_with_the_form_of_address_then_the_core_and_nothing_is_sent(world, three):
    matter, by = made(world, three), world.hand("liuyang")
    matters.write_text(matter.pk, "core", CORE, seen=0, by=by, now=NOW)
    done = matters.make_drafts(matter.pk, by=by, now=NOW)
    assert (done.made, done.left, done.begun) == (3, 0, 0)
    for case, name in zip(three, ("张桂兰", "李大山", "王秀英"), strict=True):
        case = world.fresh(case)
        draft = cases.begun(case, "draft", by.key, now=NOW)
        first, core, *_rest = draft["opinion"].split("\n\n")
        assert name in first and core == CORE and draft[cases.SOURCE]
        assert case.status == "working" and not case.replies.exists()
        kinds = [act.kind for act in acts.history("case", case.pk)]
        assert kinds.count("identity.opened") == kinds.count("matter.core_used") == 1
    matters.make_drafts(matter.pk, by=by, now=NOW)
    assert CoreUse.objects.count() == 3 and told(three[0]).count("matter.core_used") == 1


def test_some_drafts_at_a_press_and_the_rest_at_the_next(world, three):
    matter, by = made(world, three), world.hand("liuyang")
    matters.write_text(matter.pk, "core", CORE, seen=0, by=by, now=NOW)
    assert [matters.make_drafts(matter.pk, by=by, now=NOW, limit=2).made for _n in range(3)] == [2, 3, 3]


def test_what_somebody_typed_is_never_written_over(world, three):
    matter, by = made(world, three), world.hand("liuyang")
    matters.write_text(matter.pk, "core", CORE, seen=0, by=by, now=NOW)
    case = world.fresh(three[0])
    cases.save_draft(by.key, cases.draft_name(case, "draft"), {"opinion": "您那盏灯", "facts": "看过"}, now=NOW)
    done = matters.make_drafts(matter.pk, by=by, now=NOW)
    assert (done.made, done.left, done.begun) == (2, 0, 1)
    assert cases.begun(case, "draft", by.key, now=NOW)["opinion"] == "您那盏灯"
    matters.use_core(matter.pk, case.pk, by=by, now=NOW)
    draft = cases.begun(case, "draft", by.key, now=NOW)
    assert draft["opinion"].endswith(f"{CORE}\n\n您那盏灯") and draft["facts"] == "看过"
    matters.use_core(matter.pk, case.pk, by=by, now=NOW)
    assert cases.begun(case, "draft", by.key, now=NOW)["opinion"].count(CORE) == 1


def test_a_hidden_name_stands_in_no_draft(world):
    found = [spoken(world, is_name_hidden=True), spoken(world, identity=residents.Identity())]
    matter, by = made(world, found), world.hand("liuyang")
    matters.write_text(matter.pk, "core", CORE, seen=0, by=by, now=NOW)
    matters.make_drafts(matter.pk, by=by, now=NOW)
    for case in found:
        assert "张" not in cases.begun(world.fresh(case), "draft", by.key, now=NOW)["opinion"]
        assert "identity.opened" not in [act.kind for act in acts.history("case", case.pk)]


def test_drafts_are_made_only_where_one_holds_the_pen(world):
    found = [spoken(world), spoken(world, identity=LI, to="transport")]
    matter, by = made(world, found), world.hand("liuyang")
    matters.write_text(matter.pk, "core", CORE, seen=0, by=by, now=NOW)
    assert matters.make_drafts(matter.pk, by=by, now=NOW).made == 1
    with pytest.raises(cases.NoPen):
        matters.use_core(matter.pk, found[1].pk, by=by, now=NOW)
    zheng = world.hand("zhengkai")
    assert matters.make_drafts(matter.pk, by=zheng, now=NOW).made == 1


# ---- erasing --------------------------------------------------------------------------------------------------------


def erased(world, case) -> None:
    cases.withdraw(case.pk, by=cases.hand.resident(case.pk), now=NOW)
    given = cases.propose_erasure(case.pk, ground="request", reason="本人要求", by=world.hand("zhoutao"), now=NOW)
    cases.confirm_erasure(given.pk, by=world.hand("auditadmin"), now=NOW)


def test_what_linked_a_case_goes_with_its_words_and_the_office_s_own_with_the_last(world, three):
    matter, by = made(world, three[:2]), world.hand("liuyang")
    matters.write_text(matter.pk, "core", CORE, seen=0, by=by, now=NOW)
    link = matters.Link(three[0].pk, three[2].pk, words=("路灯",))
    matters.propose([matters.Group((three[0].pk, three[2].pk), (link,))], now=NOW)
    erased(world, three[0])
    assert not matters.ProposedLink.objects.exists()
    assert matters.MatterText.objects.get().text() == CORE
    erased(world, three[1])
    matter = matters.Matter.objects.get()
    assert selectors.title_of(matter) == "" and bytes(matters.MatterText.objects.get().words) == b""
    assert not list(filter(None, matters.altered()))


# ---- what was changed behind our back -------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["member", "closed", "title", "words"])
def test_a_row_changed_behind_our_back_is_named(world, three, what):
    matter, by = made(world, three), world.hand("liuyang")
    text = matters.write_text(matter.pk, "note", CORE, seen=0, by=by, now=NOW)
    if what == "member":
        MatterCase.objects.filter(case=three[0].pk).delete()
    elif what == "closed":
        matters.Matter.objects.update(closed_at=NOW, closed_by="staff:x")
    elif what == "title":
        matters.Matter.objects.update(title=matter.seal_key.seal("别的", matter.title_context()))
    else:
        matters.MatterText.objects.update(words=matter.seal_key.seal("别的", text.context()))
    assert [found.matter_key for found in matters.altered() if found] == [matter.pk]


def test_verify_names_a_matter_that_was_changed(world, three, capsys, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    matter = made(world, three)

    def named() -> list[dict]:
        capsys.readouterr()
        cli.main(["verify", "--json"])
        return [each for each in json.loads(capsys.readouterr().out)["broken"] if each["kind"] == "matter"]

    assert named() == []
    MatterCase.objects.filter(case=three[0].pk).update(left_at=NOW, left_by="staff:x")
    assert named() == [{"kind": "matter", "key": str(matter.pk), "what": "its cases"}]


def test_the_words_of_the_lamp_are_said_by_all(three):
    assert {case.statement() for case in three} == {LAMP} and ZHANG.phone


def test_another_township_s_case_is_not_joined_by_whoever_does_not_see_it(world, three):
    far = elsewhere(world)
    for act in (
        lambda: matters.make([three[0].pk, far.pk], title=TITLE, by=world.hand("chenfang"), now=NOW),
        lambda: matters.join(made(world, three).pk, [far.pk], by=world.hand("chenfang"), now=NOW),
    ):
        with pytest.raises(cases.NoPen):
            act()
    assert told(far) == []
