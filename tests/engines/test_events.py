"""Messages on one event: properties, a person's word, bad input, and what planted and real streams show."""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

import numpy as np
import pytest
from benchmarks.engines.planted import stream
from hypothesis import given, settings
from hypothesis import strategies as st

from bandeng.config.cli.evaluate.merge import b3
from bandeng.engines.similarity import events
from bandeng.engines.similarity.events import Constraints, Grouper, Message, group, memory

from .events_oracle import oracle

AT = datetime(2026, 3, 1, 9)
PLANTED = {seed: list(stream(seed, 900)) for seed in (11, 12)}


@cache
def read(seed):
    return events.Stream(message for message, _ in PLANTED[seed])


SMALL = [message for message, _ in stream(5, 40, share=0.8)]


def as_sets(groups):
    return {frozenset(ids) for ids in groups}


def note(id_, title="青云路搅拌站噪音扰民", text="搅拌站夜间施工，灰尘漫天", at=AT, **more):
    return Message(id_, title, text, at, **more)


@pytest.mark.parametrize("seed", range(40))
def test_the_groups_are_those_of_the_naive_way_over_all_pairs(seed):
    messages = [message for message, _ in stream(seed, 17, share=0.9, days=200)]
    assert as_sets(group(messages).groups) == oracle(messages)


@settings(max_examples=6, deadline=None)
@given(st.permutations(SMALL))
def test_the_order_of_messages_makes_no_difference(messages):
    assert group(messages).groups == group(SMALL).groups


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_what_a_person_says_is_obeyed(data):
    ids = [message.id for message in SMALL]
    pair = st.tuples(st.sampled_from(ids), st.sampled_from(ids))
    together, apart = data.draw(st.lists(pair, max_size=8)), data.draw(st.lists(pair, max_size=8))
    said = Constraints.of(together, apart)
    try:
        found = events.Stream(SMALL).group(said)
    except events.Contradiction:
        assert apart  # without it there is nothing to contradict
        return
    assert all(found.group_of(a) == found.group_of(b) for a, b in together)
    assert all(found.group_of(a) != found.group_of(b) for a, b in apart)
    assert sorted(id_ for ids in found.groups for id_ in ids) == sorted(ids)


def test_words_that_contradict_are_refused():
    for together, apart in [([("m1", "m2"), ("m2", "m3")], [("m3", "m1")]), ([], [("m1", "m1")])]:
        with pytest.raises(events.Contradiction):
            group(SMALL, Constraints.of(together, apart))
    with pytest.raises(events.UnknownMessage, match="nobody"):
        group(SMALL, Constraints.of([("m1", "nobody")]))


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_a_person_joins_and_splits_while_the_stream_comes(data):
    grouper, apart = Grouper(capacity=100), []
    for number, message in enumerate(SMALL):
        grouper.add(message)
        ids = [m.id for m in SMALL[: number + 1]]
        if number % 7 == 6:
            one, other = data.draw(st.sampled_from(ids)), data.draw(st.sampled_from(ids))
            try:
                assert grouper.join(one, other) == grouper.group_of(other)
            except events.Contradiction:
                assert grouper.group_of(one) != grouper.group_of(other)
        members = grouper.members(grouper.group_of(data.draw(st.sampled_from(ids))))
        if number % 5 == 4 and len(members) > 1:
            new = grouper.split(members[:1])
            assert grouper.members(new) == members[:1]
            apart += [(members[0], rest) for rest in members[1:]]
        assert all(grouper.group_of(a) != grouper.group_of(b) for a, b in apart)
        assert all(id_ in grouper.members(grouper.group_of(id_)) for id_ in ids)


def test_what_is_set_apart_is_not_joined_by_a_third():
    grouper = Grouper()
    for id_ in "abc":
        grouper.add(note(id_))
    grouper.split(["c"])
    with pytest.raises(events.Contradiction):
        grouper.join("a", "c")
    grouper.add(note("d"))
    assert grouper.group_of("a") != grouper.group_of("c")
    with pytest.raises(ValueError, match="part of one group"):
        grouper.split(["c"])
    with pytest.raises(events.UnknownMessage):
        grouper.group_of("z")


def test_planted_events_are_found_and_the_threshold_is_flat():
    for step in (0.8, 1.0, 1.2):
        values = []
        for seed, planted in PLANTED.items():
            found = read(seed).group(threshold=events.THRESHOLD * step)
            values.append(b3([(event, found.group_of(m.id)) for m, event in planted if event]).f1)
        assert sum(values) / len(values) >= 0.87, (step, values)


@pytest.mark.parametrize("seed", PLANTED)
def test_one_by_one_ends_little_lower_than_all_at_once(seed):
    planted, grouper = PLANTED[seed], Grouper(capacity=1000)
    for message, _ in planted:
        grouper.add(message)
    whole = read(seed).group()
    one_by_one = b3([(event, grouper.group_of(m.id)) for m, event in planted if event]).f1
    at_once = b3([(event, whole.group_of(m.id)) for m, event in planted if event]).f1
    assert one_by_one >= at_once - 0.06


def test_a_grouper_goes_on_from_a_whole_stream():
    messages = [message for message, _ in PLANTED[11]]
    found = read(11).group()
    grouper = Grouper.of(found)
    assert all(grouper.group_of(m.id) == found.group_of(m.id) for m in messages)
    again = replace(messages[-1], id="again")
    assert grouper.add(again).group == found.group_of(messages[-1].id)


@pytest.mark.parametrize("at_a_time", [1, 100, 10_000])
def test_in_steps_it_is_what_it_is_at_once(at_a_time):
    messages = [message for message, _ in PLANTED[11]][: 40 if at_a_time == 1 else None]
    said = Constraints.of([(messages[0].id, messages[-1].id)], [(messages[1].id, messages[2].id)])
    going = events.in_steps(messages, said, at_a_time=at_a_time)
    steps = 0
    while True:
        try:
            next(going)
        except StopIteration as done:
            grouping, grouper = done.value
            break
        steps += 1
    whole = group(messages, said)
    assert grouping.groups == whole.groups
    assert steps >= 2 * -(-len(messages) // at_a_time)
    again = replace(messages[-1], id="again")
    assert grouper.add(again) == Grouper.of(whole).add(again)
    assert all(grouper.group_of(id_) == n for n, ids in enumerate(whole.groups) for id_ in ids)


def test_no_message_in_steps_is_no_group():
    with pytest.raises(StopIteration) as done:
        going = events.in_steps([])
        while True:
            next(going)
    assert done.value.value[0].groups == ()


def test_a_saved_memory_goes_on_as_the_one_that_was_saved(tmp_path):
    messages = [message for message, _ in PLANTED[12]][:400]
    grouper = Grouper(capacity=250)
    for message in messages[:300]:
        grouper.add(message)
    pair = next(ids for ids in map(grouper.members, range(300)) if len(ids) > 2)
    grouper.split(pair[:1])
    grouper.write(tmp_path / "memory.npz")
    loaded = Grouper.read(tmp_path / "memory.npz")
    with pytest.raises(events.Contradiction):
        loaded.join(pair[0], pair[1])
    assert [loaded.add(m) for m in messages[300:]] == [grouper.add(m) for m in messages[300:]]
    (tmp_path / "memory.npz").write_bytes(b"PK nothing")
    with pytest.raises(events.UnreadableState):
        Grouper.read(tmp_path / "memory.npz")


def test_the_oldest_are_forgotten_and_nothing_else():
    grouper = Grouper(capacity=10)
    for message in SMALL:
        grouper.add(message)
    for message in SMALL[:-10]:
        with pytest.raises(events.UnknownMessage):
            grouper.group_of(message.id)
    assert {m.id for m in SMALL[-10:]} == {id_ for g in range(50) for id_ in grouper.members(g)}


def test_each_link_says_why():
    one = note("a", "青云林小区搅拌站噪音扰民", "青云林小区旁边的搅拌站夜间施工")
    other = note("b", "关于青云林小区搅拌站的投诉", "搅拌站灰尘漫天", at=AT + timedelta(days=3))
    found = group([one, other, *SMALL])
    link = found.link("a", "b")
    assert "搅拌站" in link.words and "青云林" in link.places and link.days == 3
    assert 0 < link.score <= 1 and link.score == pytest.approx(found.link("b", "a").score)
    assert found.group_of("a") == found.group_of("b")
    assert found.why("a")[0].other == "b"
    grouper = Grouper()
    for message in [*SMALL, one]:
        grouper.add(message)
    assigned = grouper.add(other)
    assert assigned.links[0].other == "a" and "搅拌站" in assigned.links[0].words
    assert assigned.links[0].days == 3 and not assigned.is_new


def test_a_place_that_the_county_knows_counts():
    same = [note(str(n), "下水道堵了", "污水漫出来", place="枫林苑") for n in range(2)]
    other = note("2", "下水道堵了", "污水漫出来", place="石泉村")
    found = group([*same, other, *SMALL])
    assert found.link("0", "1").score > found.link("0", "2").score
    assert found.link("0", "1").places == ("枫林苑",) and found.link("0", "2").places == ()


def test_time_fades_likeness():
    near, far = note("b", at=AT + timedelta(days=2)), note("c", at=AT + timedelta(days=730))
    found = group([note("a"), near, far])
    assert found.link("a", "c").score == pytest.approx(found.link("a", "b").score / 4, rel=0.01)
    assert found.group_of("a") == found.group_of("b") != found.group_of("c")


def test_nothing_one_and_unreadable_messages():
    assert group([]).groups == ()
    assert group([note("a")]).groups == (("a",),)
    unread = [
        note(str(n), *texts) for n, texts in enumerate([("", ""), ("", ""), ("😀😀", "\x00\x07"), ("བོད་ཡིག", "བོད་ཡིག")])
    ]
    assert len(group(unread).groups) == 4  # nothing to go by: each alone
    grouper = Grouper()
    assert [grouper.add(m).is_new for m in unread] == [True] * 4
    with pytest.raises(events.UnknownMessage, match="'z'"):
        group([note("a")]).group_of("z")


def test_a_huge_message_and_lone_surrogates_are_read():
    huge = note("a", text="搅拌站噪音扰民。" * 1_300_000)
    found = group([huge, note("b"), note("c", text="\ud800搅拌站夜间施工，灰尘漫天")])
    assert found.group_of("a") == found.group_of("b") == found.group_of("c")


@pytest.mark.parametrize(
    ("messages", "error", "said"),
    [
        ([note("a"), note("a")], events.DuplicateId, "'a' comes twice"),
        ([note("")], events.UnusableMessage, "number 1 has no id"),
        ([note(7)], events.UnusableMessage, "no id"),
        ([note("a", title=None)], events.UnusableMessage, "no title"),
        ([note("a", text=float("nan"))], events.UnusableMessage, "no text"),
        ([note("a", at=None)], events.UnusableMessage, "no time"),
        ([note("a", at=float("nan"))], events.UnusableMessage, "no time"),
        ([note("a", place=3)], events.UnusableMessage, "place"),
        ([note("a"), note("b", at=AT.replace(tzinfo=UTC))], events.UnusableMessage, "all are naive"),
    ],
)
def test_bad_input_is_named(messages, error, said):
    with pytest.raises(error, match=said):
        group(messages)
    grouper = Grouper()
    with pytest.raises(error, match=said):
        for message in messages:
            grouper.add(message)
    assert len(grouper.memory.places) == len(messages) - 1


def test_senseless_settings_are_refused():
    for threshold in (0, -1, float("nan")):
        for make in (lambda t: group([], threshold=t), lambda t: Grouper(threshold=t)):
            with pytest.raises(ValueError, match="above 0"):
                make(threshold)
    with pytest.raises(ValueError, match="at least one"):
        Grouper(capacity=0)


def test_two_processes_find_what_one_finds():
    messages = [message for message, _ in stream(3, 2100)]
    assert group(messages, processes=2).groups == group(messages).groups


def test_a_web_process_groups_with_numpy_alone():
    code = """
import sys
from datetime import datetime
from bandeng.engines.similarity.events import Grouper, Message
grouper = Grouper(capacity=10)
for id_ in "ab":
    last = grouper.add(Message(id_, "青云路搅拌站噪音扰民", "搅拌站夜间施工", datetime(2026, 1, 1)))
assert not last.is_new
assert not {"scipy", "sklearn", "django"} & set(sys.modules), set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_b3_as_worked_out_by_hand():
    pairs = [("x", 1), ("x", 1), ("x", 2), ("y", 2)]
    assert b3(pairs).precision == pytest.approx((1 + 1 + 0.5 + 0.5) / 4)
    assert b3(pairs).recall == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1) / 4)
    assert b3([]).f1 == 0


def test_saved_memory_is_plain_data(tmp_path):
    import numpy as np

    grouper = Grouper(capacity=5)
    grouper.add(note("a"))
    grouper.write(tmp_path / "memory.npz")
    with np.load(tmp_path / "memory.npz", allow_pickle=False) as file:
        told = json.loads(file["told"].tobytes())
    assert told["ids"] == ["a"] and "搅拌站" not in json.dumps(told, ensure_ascii=False)


def test_a_memory_finds_by_every_bucket_however_many_are_taken(monkeypatch):
    """Rows are made as terms come: none, one, all; of each the latest are found, and nothing of another bucket."""
    monkeypatch.setattr(memory, "BUCKETS", 64)
    monkeypatch.setattr(memory, "FIRST_ROWS", 4)
    kept, numbers = memory.Memory(4096), np.zeros(memory.WORDS + memory.PIECES, np.int32)
    weights = np.zeros(len(numbers), np.float32)
    weights[0] = 1
    came: dict[int, list[int]] = {}
    for n in range(64 * 40):
        numbers[0] = term = 1 + n % (1 if n < 50 else 64)
        kept.counts.of[term] = 2  # said before: it tells
        at = kept.store(str(n), float(n), numbers, np.ones(len(numbers), np.uint8))
        expected = came.get(term, [])[-memory.DEPTH :]
        assert sorted(kept.near(at, weights, 100).tolist()) == expected
        kept.put(at, kept.new_group())
        kept.index(at)
        came.setdefault(term, []).append(at)
    assert len(came) == 64
