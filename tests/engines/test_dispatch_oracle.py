"""What a model says, computed again in plain Python from its definition; the measures by scikit-learn."""

import math
import tracemalloc
from collections import Counter

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from sklearn.metrics import accuracy_score, f1_score, top_k_accuracy_score

from bandeng.engines.language import normalise
from bandeng.engines.similarity.dispatch import (
    ClassDescription,
    Example,
    Reader,
    Settings,
    calibrating,
    correcting,
    grouping,
    measures,
    squares,
    train,
)
from bandeng.engines.similarity.dispatch.reading import RUNS

MASK = (1 << 64) - 1
BASE, MIX = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9
CLASSES = st.integers(2, 5)


def number(run: str, salt: int, bits: int) -> int:
    value = sum((ord(letter) + 1) * pow(BASE, place, 1 << 64) for place, letter in enumerate(run)) + salt & MASK
    value ^= value >> 29
    return (value * MIX & MASK) >> 64 - bits


def scores(model, text: str) -> list[float]:
    plain, table, bits = normalise(text), model._table, model._reader.bits
    kinds = [
        [number(word, 77, bits) for word in model._reader.words(text)],
        *([number(plain[n : n + size], size, bits) for n in range(len(plain) - size + 1)] for size in (1, 2)),
    ]
    result = [float(value) for value in table.bias]
    for kind in kinds:
        values = {each: times * float(table.rarity[each]) for each, times in Counter(kind).items()}
        length = math.sqrt(sum(value**2 for value in values.values())) or 1
        for column in range(len(result)):
            weighed = sum(value * int(table.weights[each, column]) for each, value in values.items())
            result[column] += weighed / length * float(table.scales[column])
    return result


def test_suggestions_are_what_the_definition_says():
    texts = ["小区停水三天了，水费照收", "公交车总堵在桥上", "水压太低ABC", "修路修了一年，路灯不亮", "你好", "你"]
    described = [ClassDescription("水", ("供水 停水 水压",)), ClassDescription("路", ("道路 公交 修路",))]
    model = train(described, [Example(texts[0], "水"), Example(texts[1], "路")], texts, reader=Reader(bits=14))
    for text, row in zip(texts, model.probabilities(texts), strict=True):
        certain = model._certainty
        told = scores(model, text)
        mean = sum(told) / len(told)
        root = (sum((score - mean) ** 2 for score in told) / len(told)) ** 0.25 or 1
        powers = [
            math.exp((score - mean) / root / certain.temperature + shift)
            for score, shift in zip(told, certain.shift, strict=True)
        ]
        assert np.allclose(row, np.array(powers) / sum(powers), atol=1e-5)


@settings(max_examples=50, deadline=None)
@given(text=st.text(alphabet="水电路费停修不了，。 a1", max_size=60), kinds=st.sampled_from([RUNS, ((1, 2, 3),), ()]))
def test_features_are_the_runs_and_words_of_the_text(text, kinds):
    reader = Reader(bits=20, runs=kinds)
    plain = reader.plain(text)
    words, *runs = reader.parts(plain)
    for kind, sizes in zip(runs, kinds, strict=True):
        every = [plain[n : n + size] for size in sizes for n in range(len(plain) - size + 1)]
        assert [plain[b:e] for b, e in zip(kind.begins, kind.ends, strict=True)] == every
        assert kind.numbers.tolist() == [number(run, len(run), 20) for run in every]
    assert words.numbers.tolist() == [number(word, 77, 20) for word in reader.words(plain)]


@settings(max_examples=50, deadline=None)
@given(data=st.data(), classes=CLASSES, rows=st.integers(1, 40))
def test_measures_are_scikit_learns(data, classes, rows):
    source = np.random.default_rng(data.draw(st.integers(0, 1 << 30)))
    chances = source.dirichlet(np.ones(classes), rows)
    labels = source.integers(0, classes, rows)
    found, present = chances.argmax(axis=1), np.unique(labels)
    assert math.isclose(
        measures.macro_f1(found, labels, classes), f1_score(labels, found, labels=present, average="macro")
    )
    assert math.isclose(measures.top(chances, labels, 1), accuracy_score(labels, found))
    if classes > 2:
        expected = top_k_accuracy_score(labels, chances, k=2, labels=range(classes))
        assert math.isclose(measures.top(chances, labels, 2), expected)


@settings(max_examples=30, deadline=None)
@given(data=st.data(), classes=CLASSES, rows=st.integers(1, 12))
def test_a_correction_is_the_penalised_logistic_regression_over_features(data, classes, rows):
    # with the identity as likeness, features are the examples themselves and the penalty is the weights' length
    source = np.random.default_rng(data.draw(st.integers(0, 1 << 30)))
    before, labels = source.normal(size=(rows, classes)), source.integers(0, classes, rows)
    given_settings = Settings(correction=0.5, correction_shift=2.0)
    said, shift = correcting._solved(np.eye(rows), before, labels, np.ones(rows), given_settings)
    chances = measures.softmax(before + said + shift)
    hit = np.eye(classes)[labels]
    # at the least of the loss its slope is nothing
    assert np.allclose(chances - hit + 0.5 * said, 0, atol=1e-3)
    assert np.allclose((chances - hit).sum(axis=0) + 2.0 * shift, 0, atol=1e-3)


@settings(max_examples=30, deadline=None)
@given(data=st.data(), classes=CLASSES, rows=st.integers(5, 40))
def test_least_squares_are_those_solved_directly_with_an_intercept_that_is_not_shrunk(data, classes, rows):
    source = np.random.default_rng(data.draw(st.integers(0, 1 << 30)))
    features, weights = source.normal(size=(rows, 8)), source.uniform(0.1, 2, rows)
    labels = np.concatenate([np.arange(classes), source.integers(0, classes, rows)])[:rows]
    found, learned, intercepts = squares.fitted(csr_matrix(features), labels, weights, 0.7)
    own = weights / np.bincount(labels, weights=weights)[labels] * weights.sum() / classes
    wide = np.column_stack([features, np.ones(rows)])
    shrunk = 0.7 * np.diag([1.0] * 8 + [0.0])
    expected = np.linalg.solve(
        wide.T @ (own[:, None] * wide) + shrunk, wide.T @ (own[:, None] * np.eye(classes)[labels])
    )
    assert found.tolist() == list(range(classes))
    assert np.allclose(learned, expected[:-1].T, atol=0.02) and np.allclose(intercepts, expected[-1], atol=0.02)


def test_sure_begins_where_enough_were_right_with_one_more_taken_for_wrong():
    first = np.linspace(0.99, 0.6, 100)
    chances = np.column_stack([first, 1 - first])
    all_right = np.zeros(100, np.int64)
    assert calibrating.sure_from(chances, all_right) == first[-1]
    assert calibrating.sure_from(chances[:49], all_right[:49]) == calibrating.NEVER
    wrong = all_right.copy()
    wrong[[60, 70, 80]] = 1
    # of 70 one is wrong: 69 of 71 is .972; of 80 two, 78 of 81 is .963; of 100 three, 97 of 101 is .960
    assert calibrating.sure_from(chances, wrong) == first[69]


def test_bending_keeps_the_order_and_takes_the_root_of_the_spread():
    rows = np.array([[4.0, -4.0, 0.0], [0.1, 0.2, 0.3], [5.0, 5.0, 5.0]])
    roots = calibrating.bent(rows, 0.5)
    assert np.allclose(roots.std(axis=1), np.sqrt(rows.std(axis=1)))
    assert np.array_equal(np.argsort(roots[:2]), np.argsort(rows[:2])) and not roots[2].any()


def test_calibration_error_by_hand():
    chances = np.array([[0.9, 0.1], [0.9, 0.1], [0.6, 0.4], [0.4, 0.6]])
    labels = np.array([0, 1, 0, 0])
    # two bins of two: |.6 - .5| and |.9 - .5|
    assert math.isclose(measures.calibration_error(chances, labels, bins=2), (2 * 0.1 + 2 * 0.4) / 4)
    assert [part[2] for part in measures.reliability(chances, labels, bins=2)] == [2, 2]


def test_the_bootstrap_of_what_is_the_same_is_nothing_and_of_what_is_better_above_it():
    labels = np.tile([0, 1, 2], 50)
    worse = np.where(np.arange(150) % 5 == 0, (labels + 1) % 3, labels)
    groups = np.arange(150) // 2
    assert measures.bootstrap(labels, worse, worse, groups, 3, seed=0, draws=100) == (0, 0)
    low, high = measures.bootstrap(labels, labels, worse, groups, 3, seed=0, draws=200)
    assert 0.1 < low < high < 0.35


def test_near_duplicates_stay_on_one_side():
    from bandeng.engines.similarity.dispatch import evaluation

    texts = [
        "小区停水三天，水费照收",
        "小区停水三天，水费照收啊",
        "公交车堵在桥上",
        "学校食堂价格太贵",
        "学校食堂价格真的太贵",
    ]
    alike = evaluation.groups(Reader(bits=14), texts + ["村里修路修了一年", "路灯不亮"])
    assert len(set(alike)) == 5 and alike[0] == alike[1] and alike[3] == alike[4]
    for learned, held in grouping.folds(alike, np.zeros(len(alike), int), 3, seed=0):
        assert not set(alike[learned]) & set(alike[held])


def test_many_messages_with_the_same_words_need_no_memory_for_every_pair():
    """3,000 of them are nine million pairs, 100 MB; a campaign of form letters must not end the worker."""
    words = csr_matrix(np.ones((3_000, 12)))
    tracemalloc.start()
    try:
        alike = grouping.groups(words)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert set(alike) == {0} and peak < 50e6
