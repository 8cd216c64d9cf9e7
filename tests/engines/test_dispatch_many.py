"""Very many examples, and many classes: what is learned from, and that it is learned."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bandeng.engines.similarity.dispatch import ClassDescription, Example, Reader, Settings, learning, sampling, train


@settings(max_examples=200, deadline=None)
@given(labels=st.lists(st.sampled_from("aaaaaabbbcd"), min_size=1, max_size=80), most=st.integers(4, 60))
def test_a_sample_keeps_rare_classes_whole_and_frequent_ones_alike(labels, most):
    rows, stands_for = sampling.sample(labels, 3, most)
    assert len(rows) <= max(most, len(set(labels))) and list(rows) == sorted(set(rows.tolist()))
    times, kept = ({name: every.count(name) for name in "abcd"} for every in (labels, [labels[row] for row in rows]))
    cut = {kept[name] for name in "abcd" if kept[name] < times[name]}
    assert len(cut) <= 1 and all(kept[name] <= max(cut, default=80) for name in "abcd")
    # each stands for its share of the class, and together they stand for all
    assert np.isclose(stands_for.sum(), len(labels))


def test_few_examples_are_all_learned_from():
    rows, stands_for = sampling.sample(["a", "b"] * 20, 0)
    assert rows.tolist() == list(range(40)) and set(stands_for.tolist()) == {1.0}


def test_a_model_of_more_than_the_most_says_how_many_there_were(monkeypatch):
    monkeypatch.setattr(sampling.sample, "__defaults__", (60,))
    given = [Example(f"停水{number}", "water") for number in range(90)]
    given += [Example(f"公交{number}", "roads") for number in range(20)]
    model = train([], given, reader=Reader(bits=12))
    assert model.report.examples == 110 and model.report.examples_by_class == {"roads": 20, "water": 90}
    assert model.report.held_out == 60
    assert model.suggest("公交", 1).ranked[0].id == "roads"


@pytest.mark.parametrize("others", [5_000, 200])
def test_many_classes_are_learned_each_against_some_of_the_others(monkeypatch, others):
    monkeypatch.setattr(learning, "_OTHERS", others)
    source = random.Random(0)
    towns = [f"{first}{second}镇" for first in "龙凤青白金" for second in "泉山河桥林湾"]
    duties = {"水务": ("停水", "水管", "水表"), "交通": ("公交", "堵车", "路灯")}
    given = [
        Example(f"{town}{source.choice(words)}，{source.choice('请问希望多次')}{number}", f"{town}{duty}")
        for town in towns
        for duty, words in duties.items()
        for number in range(12)
    ]
    described = [ClassDescription(each.label) for each in given[::12]]
    model = train(described, given, settings=Settings(correction=0), reader=Reader(towns, 16))
    asked = [(f"{town}的{words[0]}", f"{town}{duty}") for town in towns for duty, words in duties.items()]
    right = [model.suggest(text, 1).ranked[0].id == office for text, office in asked]
    assert len(model.classes) == 60 and np.mean(right) > 0.95
