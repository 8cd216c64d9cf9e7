"""Where messages belong: what training promises, on messages of an invented county."""

import math
import random
import subprocess
import sys
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bandeng.engines.similarity.dispatch import CannotTrain, ClassDescription, Example, Model, Reader, Settings, train

TOPICS = {
    "water": ("供水", "自来水 水费 停水", "水管 水压"),
    "roads": ("交通", "道路 公交 车站", "路灯 红绿灯"),
    "schools": ("教育", "学校 老师 招生", "幼儿园 学费"),
}
# words that go with a topic in messages and stand in no description
BESIDE = {
    "water": ("龙头", "浑浊", "水表", "泵房", "发黄"),
    "roads": ("坑洼", "堵车", "司机", "班次", "斑马线"),
    "schools": ("补课", "作业", "学位", "校长", "食堂"),
}
COMMON = ("我们", "小区", "希望", "领导", "解决", "多次", "反映", "没有", "最近", "村里", "你好", "谢谢")
DESCRIPTIONS = [ClassDescription(name, words) for name, words in TOPICS.items()]


def message(source: random.Random, topic: str, own: int = 1) -> str:
    told = [word for phrase in TOPICS[topic][1:] for word in phrase.split()]
    words = [*source.sample(told, own), *source.sample(BESIDE[topic], 2), *source.sample(COMMON, 6)]
    source.shuffle(words)
    return "，".join(words) + "。"


def messages(seed: int, number: int, own: int = 1) -> list[tuple[str, str]]:
    source = random.Random(seed)
    return [(message(source, topic, own), topic) for _ in range(number) for topic in TOPICS]


@pytest.fixture(scope="module")
def stream() -> list[str]:
    return [text for text, _topic in messages(1, 60)]


@pytest.fixture(scope="module")
def experienced(stream) -> Model:
    return train(DESCRIPTIONS, [Example(*each) for each in messages(2, 60)], stream)


def right(model: Model, given: list[tuple[str, str]]) -> float:
    return sum(model.suggest(text, 1).ranked[0].id == topic for text, topic in given) / len(given)


def test_without_a_label_the_classes_own_words_suffice(stream):
    assert right(train(DESCRIPTIONS, [], stream), messages(3, 20)) == 1


def test_the_stream_teaches_words_that_no_description_has(stream):
    unseen = messages(4, 20, own=0)
    assert right(train(DESCRIPTIONS, [], stream), unseen) > 0.9
    assert right(train(DESCRIPTIONS), unseen) < 0.5


def test_classes_without_a_description_are_learned_from_examples():
    model = train([], [Example(*each) for each in messages(2, 10)])
    assert right(model, messages(3, 20)) == 1


def test_what_people_dispatch_outweighs_what_descriptions_say(stream):
    # this county's offices have swapped water and roads
    swapped = {"water": "roads", "roads": "water", "schools": "schools"}
    examples = [Example(text, swapped[topic]) for text, topic in messages(2, 60)]
    model = train(DESCRIPTIONS, examples, stream)
    assert right(model, [(text, swapped[topic]) for text, topic in messages(3, 20)]) > 0.9


def test_a_few_labels_do_no_harm(stream):
    given = messages(5, 30)
    few = [Example(*each) for each in messages(6, 1)[:2]]
    assert right(train(DESCRIPTIONS, few, stream), given) >= right(train(DESCRIPTIONS, [], stream), given)


@pytest.fixture(scope="module")
def crowd() -> list[str]:
    return list(dict.fromkeys(text for text, _topic in messages(11, 200)))


def order(model: Model, given: list[tuple[str, str]]) -> list[list[str]]:
    return [[each.id for each in model.suggest(text).ranked] for text, _topic in given]


@pytest.mark.parametrize("labels", [1, 20, 50])
def test_up_to_fifty_labels_change_no_ranking_even_where_all_are_wrong(crowd, labels):
    given, first = messages(12, 40, own=0), train(DESCRIPTIONS, [], crowd)
    wrong = [Example(text, "schools") for text in random.Random(3).sample(crowd, labels)]
    shown = {each.text for each in wrong}
    model = train(DESCRIPTIONS, wrong, [text for text in crowd if text not in shown])
    assert order(model, given) == order(first, given)


def test_beyond_fifty_labels_rankings_are_learned(crowd):
    given, swapped = messages(12, 40), {"water": "roads", "roads": "water", "schools": "schools"}
    learned = [Example(text, swapped[topic]) for text, topic in messages(13, 60)]
    model = train(DESCRIPTIONS, learned, crowd)
    assert right(model, [(text, swapped[topic]) for text, topic in given]) > 0.9


def test_a_few_labels_teach_at_once_where_a_class_has_no_description(crowd):
    examples = [Example(*each) for each in messages(2, 6)]
    assert right(train(DESCRIPTIONS[:2], examples, crowd), messages(3, 20)) > 0.9


def test_the_words_that_spoke_are_those_of_the_message_at_their_place(experienced):
    text = "領導你好，小区龍頭的水浑浊，自来水发黄，希望解决"
    (first,) = experienced.suggest(text, 1).ranked
    words = {word.text: word for word in first.words}
    assert first.id == "water" and {"浑浊", "自来水", "发黄"} <= set(words)
    assert [text[begin:end] for begin, end in words["自来水"].spans] == ["自来水"]
    assert [word.weight for word in first.words] == sorted((word.weight for word in first.words), reverse=True)


def test_spans_hold_in_the_text_as_it_was_typed(experienced):
    (first,) = experienced.suggest("Ａ小区㈱停　水\u200b，龍頭浑濁，自來水没有", 1).ranked
    spans = {word.text: word.spans for word in first.words}
    text = "Ａ小区㈱停　水\u200b，龍頭浑濁，自來水没有"
    assert [text[b:e] for b, e in spans["自来水"]] == ["自來水"]


def test_sure_only_where_held_out_messages_were_right(experienced, stream):
    assert experienced.report.held_out == 180 and experienced.report.sure_accuracy >= 0.97
    assert experienced.suggest(messages(9, 1)[0][0]).is_sure
    assert not experienced.suggest("你好，希望领导解决").is_sure
    assert not train(DESCRIPTIONS, [], stream).suggest(messages(9, 1)[0][0]).is_sure


def test_a_description_that_is_no_answer_only_draws_away(stream):
    described = [*DESCRIPTIONS[:2], ClassDescription("schools", TOPICS["schools"], is_answer=False)]
    model = train(described, [], stream)
    assert model.classes == ("water", "roads")


def test_a_parents_words_count_for_its_children(stream):
    described = [
        ClassDescription("works", TOPICS["water"], is_answer=False),
        ClassDescription("water office", (), parent="works"),
        ClassDescription("road office", TOPICS["roads"]),
    ]
    assert train(described, [], stream).suggest("停水三天，水费照收", 1).ranked[0].id == "water office"


def test_offices_by_the_hundred_are_classes_like_any_other():
    towns = [f"{first}{second}镇" for first in "龙凤青白金" for second in "泉山河桥"]
    duties = (
        "水利",
        "教育",
        "卫生",
        "交通",
        "民政",
        "环保",
        "住房",
        "林业",
        "畜牧",
        "旅游",
        "消防",
        "劳动",
        "粮食",
        "广电",
        "文化",
    )
    offices = [(f"{town}{duty}", (town, duty)) for town in towns for duty in duties]
    model = train([ClassDescription(name, words) for name, words in offices], names=towns)
    found = [model.suggest(f"请{town}管{duty}的来看看", 1).ranked[0].id for _name, (town, duty) in offices]
    assert len(offices) == 300 and found == [name for name, _words in offices]


def test_the_same_input_gives_the_same_model(stream):
    examples = [Example(*each) for each in messages(2, 8)]
    one, two = (train(DESCRIPTIONS, examples, stream, seed=5) for _ in range(2))
    given = [text for text, _topic in messages(3, 5)]
    assert np.array_equal(one.probabilities(given), two.probabilities(given))


def test_switching_a_part_off_changes_what_is_learned(stream):
    given = [text for text, _topic in messages(3, 5)]
    whole = train(DESCRIPTIONS, [], stream).probabilities(given)
    assert not np.allclose(whole, train(DESCRIPTIONS, [], stream, settings=Settings(guesses=0)).probabilities(given))


@pytest.mark.parametrize(
    ("descriptions", "examples", "unlabelled", "said"),
    [
        ([], [], [], "0 classes"),
        ([ClassDescription("a"), ClassDescription("a")], [], [], "more than once: a"),
        ([ClassDescription("a", parent="b")], [], [], "not described: b"),
        ([ClassDescription("a")], [Example("x", "")], [], "no label"),
        ([ClassDescription("a")], [Example(math.nan, "a")], [], "no text"),
        ([ClassDescription("a")], [Example("x", "a", math.nan)], [], "weight is nan"),
        ([ClassDescription("a")], [Example("x", "a", 0)], [], "weight is 0"),
        ([ClassDescription("a", is_answer=False)], [Example("x", "a")], [], "no answer"),
        ([ClassDescription("a")], [], [math.nan], "not float"),
    ],
)
def test_what_cannot_be_learned_from_is_refused_by_name(descriptions, examples, unlabelled, said):
    with pytest.raises(CannotTrain, match=said):
        train(descriptions, examples, unlabelled)


@pytest.mark.parametrize("described", [[ClassDescription("only")], [ClassDescription("only", ("供水",))]])
def test_one_class_is_always_the_answer(described):
    (only,) = train(described, [Example("停水", "only")], ["停水", "修路"]).suggest("停水").ranked
    assert (only.id, only.probability) == ("only", 1.0)


def test_a_message_that_is_no_text_is_refused(experienced):
    with pytest.raises(TypeError, match="not float"):
        experienced.suggest(math.nan)


@pytest.mark.parametrize("text", ["", " \n", "\x00\x07", "😀😀", "ཁྲིམས་ཁང", "\ud800", "。。。"])
def test_what_has_no_known_word_gets_shares_and_is_never_sure(experienced, text):
    suggestion = experienced.suggest(text)
    assert not suggestion.is_sure and all(not ranked.words for ranked in suggestion.ranked)
    assert math.isclose(sum(ranked.probability for ranked in suggestion.ranked), 1, abs_tol=1e-9)


def test_ten_megabytes_cost_no_more_than_what_is_read(experienced):
    long = "停水，水管坏了。" * 500_000
    assert (
        experienced.suggest(long, 1).ranked[0].probability
        == experienced.suggest(long[:40_000], 1).ranked[0].probability
    )


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=200), limit=st.integers(-1, 5))
def test_any_text_gets_ranked_probabilities_and_words_of_its_own(experienced, text, limit):
    suggestion = experienced.suggest(text, limit)
    chances = [ranked.probability for ranked in suggestion.ranked]
    assert len(chances) == min(max(limit, 0), 3) and chances == sorted(chances, reverse=True)
    assert all(0 <= chance <= 1 for chance in chances)
    for ranked in suggestion.ranked:
        for word in ranked.words:
            assert word.weight > 0 and all(0 <= begin < end <= len(text) for begin, end in word.spans)
    (row,) = experienced.probabilities([text])
    assert math.isclose(row.sum(), 1) and chances == sorted(row, reverse=True)[: len(chances)]


def test_a_web_process_suggests_with_numpy_alone(experienced, tmp_path):
    experienced.save(tmp_path / "model.npz")
    code = (
        "import sys; from pathlib import Path; from bandeng.engines.similarity.dispatch import Model;"
        "print(Model.load(Path(sys.argv[1])).suggest('停水三天').ranked[0].id,"
        "[name for name in ('sklearn', 'scipy', 'django') if name in sys.modules])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "model.npz")], capture_output=True, text=True, check=True
    )
    assert ran.stdout.split(maxsplit=1) == ["water", "[]\n"]


def test_asked_among_some_classes_only_these_are_ranked_and_sum_to_one(experienced):
    text = "自来水发黄，龙头的水浑浊"
    whole = {ranked.id: ranked.probability for ranked in experienced.suggest(text).ranked}
    asked = experienced.suggest(text, among=["schools", "roads", "unknown"]).ranked
    share = whole["schools"] + whole["roads"]
    assert {one.id for one in asked} == {"schools", "roads"}
    assert all(math.isclose(one.probability, whole[one.id] / share, rel_tol=1e-6) for one in asked)
    assert asked[0].words == experienced.suggest(text, among=[asked[0].id]).ranked[0].words
    nothing = experienced.suggest(text, among=["unknown"])
    assert nothing.ranked == () and not nothing.is_sure


@settings(max_examples=25, deadline=None)
@given(
    texts=st.lists(st.sampled_from(["停水", "路灯不亮", "学费", "", "。", "水", "停水停水"]), min_size=2, max_size=20),
    labels=st.lists(st.sampled_from(["a", "b", "c"]), min_size=20, max_size=20),
    unlabelled=st.lists(st.sampled_from(["停水三天", "修路", ""]), max_size=4),
)
def test_however_little_there_is_to_learn_from_a_model_comes_out_without_a_warning(texts, labels, unlabelled):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = train([], map(Example, texts, labels), unlabelled, reader=Reader(bits=12))
    for text in [*texts, "别的"]:
        chances = [one.probability for one in model.suggest(text).ranked]
        assert math.isclose(sum(chances), 1, rel_tol=1e-6) and min(chances) >= 0


def test_one_example_of_each_of_two_classes_is_enough_to_tell_them_apart():
    model = train([], [Example("小区停水三天", "water"), Example("公交车堵在桥上", "roads")])
    assert model.suggest("停水", 1).ranked[0].id == "water" and model.suggest("公交", 1).ranked[0].id == "roads"


def test_classes_with_one_example_each_are_learned_from_without_a_warning():
    given = [Example(f"{text}{number}", f"{topic}{number}") for number, (text, topic) in enumerate(messages(8, 6))]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        alone = train([], given)
        mixed = train([], [*given[:1], *(Example(*each) for each in messages(2, 6))])
    assert len(alone.classes) == alone.report.held_out == 18 and len(mixed.classes) == 4
