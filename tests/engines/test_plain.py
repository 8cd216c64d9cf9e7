"""Each rule finds what its bad examples show and is silent on its good ones; findings hold in the text."""

import time
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandeng.engines.language import Finding, findings
from bandeng.engines.language.plain import FAMILIES, checks, rules


def texts(example):
    """Give the reply and the message of an example: a text, a text repeated, or both by name."""
    if isinstance(example, str):
        return example, None
    if "repeat" in example:
        return example["repeat"] * example["times"] + example.get("tail", ""), None
    return example["reply"], example["message"]


def found_by(rule, example):
    reply, message = texts(example)
    return [found for found in findings(reply, message=message, kind=rule.kinds[0]) if found.rule == rule.id]


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.id)
def test_a_rule_finds_its_bad_examples_and_not_its_good_ones(rule):
    assert rule.bad and rule.good
    for example in rule.bad:
        assert found_by(rule, example), f"{rule.id} is silent on {example}"
    for example in rule.good:
        assert not found_by(rule, example), f"{rule.id} finds something in {example}"


def test_there_are_sixty_rules_in_five_families_each_told_in_two_languages():
    assert len({rule.id for rule in rules()}) == len(rules()) >= 60
    assert Counter(rule.family for rule in rules()).keys() == set(FAMILIES) and len(FAMILIES) == 5
    for rule in rules():
        assert rule.why_zh and rule.why_en.isascii() is not None and rule.plainer
        assert bool(rule.pattern) != bool(rule.check) and (not rule.check or callable(getattr(checks, rule.check)))


def test_a_finding_names_the_sentence_and_the_plainer_words():
    reply = "您好！您的来信已收悉。路灯5月6日修好。县城管局 2026年5月7日"
    assert [found for found in findings(reply) if found.rule == "jargon-shouxi"] == [
        Finding("jargon-shouxi", "jargon", 8, 10, "您的来信已收悉。", "“收悉”是公文用语。", "收到", "收到")
    ]


def test_a_replacement_can_be_put_in_place_and_is_not_found_again():
    for rule in rules():
        if rule.replacement is None:
            continue
        for example in rule.bad:
            reply, _message = texts(example)
            for found in reversed(found_by(rule, example)):
                reply = reply[: found.start] + found.replacement + reply[found.end :]
            assert not found_by(rule, reply), (rule.id, reply)


def test_a_good_reply_has_nothing_found():
    message = "南门桥头的路灯坏了一个月，什么时候能修好？"
    reply = (
        "您好！南门桥头的三盏路灯是电缆老化，5月6日已经换好。再有不亮的，请打7123456。\n龙泉县城市管理局\n2026年5月7日"
    )
    assert findings(reply, message=message) == []


def test_why_is_told_in_english_where_asked():
    [found] = [found for found in findings("已收悉。", language="en") if found.rule == "jargon-shouxi"]
    assert found.why == "A word of official letters."


@pytest.mark.parametrize("wrong", [{"kind": "letter"}, {"language": "fr"}])
def test_a_kind_or_language_that_is_none_is_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong.values()))):
        findings("您好", **wrong)


@pytest.mark.parametrize("nothing", ["", "  \n", "。！", "\x00", "👍"])
def test_nothing_is_found_in_nothing(nothing):
    assert findings(nothing) == findings(nothing, message="", kind="notice") == []


PIECES = [
    "高度重视",
    "根据有关规定",
    "您",
    "你",
    "尽快",
    "。",
    "，",
    "\n",
    "2026年5月6日",
    "不予受理",
    "已转相关部门",
    "因",
]
WORDS = st.text(st.one_of(st.characters(), st.sampled_from("的不非给予您你系均亦")), max_size=40)


@given(
    st.lists(st.one_of(st.sampled_from(PIECES), WORDS), max_size=12).map("".join),
    WORDS,
    st.sampled_from(["reply", "notice"]),
)
def test_findings_hold_in_the_text_and_stand_in_order(reply, message, kind):
    found = findings(reply, message=message, kind=kind)
    assert all(0 <= one.start < one.end <= len(reply) for one in found)
    assert [one.start for one in found] == sorted(one.start for one in found)
    assert all(one.sentence and one.sentence in reply for one in found)


def test_a_thousand_characters_take_under_fifty_milliseconds():
    reply = ("您好！您反映的问题已收悉，我局高度重视，立即组织人员对此进行了调查核实，现将有关情况回复如下：" * 25)[
        :1000
    ]
    message = "请问南门桥头的路灯什么时候修好？为什么坏了一个月没人管？" * 10
    findings(reply, message=message)  # rules are read and compiled once
    took = []
    for _ in range(5):
        began = time.perf_counter()
        findings(reply, message=message)
        took.append(time.perf_counter() - began)
    assert min(took) < 0.05


@pytest.mark.parametrize(
    "piece", ["高度重视", "一是", "的", "（", "进行", "加大", "您", "请", "系", "不", "1", " ", "责令"]
)
def test_a_long_text_made_to_be_slow_takes_bounded_time(piece):
    began = time.perf_counter()
    findings(piece * (100_000 // len(piece)), message=piece * 1000)
    assert time.perf_counter() - began < 10
