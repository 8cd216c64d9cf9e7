"""What identifies a person is found, and hardly anything else. All sentences are made up."""

import csv
import random
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.ground.core.test_masking import STAYS, id_number
from tests.ground.core.test_masking_properties import luhn

from bandeng.config.cli.evaluate.masking import measure, unmarked
from bandeng.engines import language
from bandeng.engines.language import find, mask
from bandeng.engines.language.persons import PLACEHOLDERS

GOLD = Path(__file__).parent / "data" / "persons.csv"
CHECKED = ("id_number", "card")  # what a check digit proves
# Lowest precision and recall by kind; names by F1.
LIMITS = {"phone": 0.95, "plate": 0.95, "email": 0.95, "account": 0.95, "address": 0.9}


def gold(part):
    with GOLD.open(encoding="utf-8", newline="") as file:
        return [row["marked"] for row in csv.DictReader(file) if row["part"] == part]


def test_there_are_enough_sentences():
    assert len(set(gold("develop")) | set(gold("held"))) >= 400
    assert len(set(gold("held")) - set(gold("develop"))) >= 150


@pytest.mark.parametrize("part", ["develop", "held", "fresh"])
def test_precision_and_recall_by_kind(part):
    kinds = measure(gold(part))["kinds"]
    told = {kind: (of["precision"], of["recall"], of["f1"]) for kind, of in kinds.items()}
    assert kinds["name"]["f1"] >= 0.85, told
    for kind in CHECKED:
        assert kinds[kind]["recall"] >= 0.99 and kinds[kind]["precision"] >= 0.95, told
    for kind, limit in LIMITS.items():
        assert kinds[kind]["recall"] >= limit and kinds[kind]["precision"] >= limit, told


CALLS = ["我的身份证是{}", "证件号：{}", "{}", "本人{}，请查", "身份证 {}，电话无"]
CARDS = ["卡号{}", "打到{}上", "农行{}。", "{}", "银行卡：{}"]
OTHERWISE = ["订单号{}", "工单编号：{}", "流水号 {}", "合同编号{}", "运单{}", "发票号码{}", "案号{}", "户号{}"]


def figures(chance, length):
    return "".join(chance.choice("0123456789") for _ in range(length))


def test_of_two_thousand_checked_numbers_99_in_100_are_found_and_95_in_100_finds_are_right():
    chance, right, missed, wrong = random.Random(4), 0, 0, 0
    for n in range(1000):
        number = id_number(n)
        found = find(chance.choice(CALLS).format(number))
        right, missed = (right + 1, missed) if [span.kind for span in found] == ["id_number"] else (right, missed + 1)
        card = luhn(chance.choice(["62", "43", "55"]) + figures(chance, chance.choice([13, 14, 16])))
        found = find(chance.choice(CARDS).format(card))
        right, missed = (right + 1, missed) if [span.kind for span in found] == ["card"] else (right, missed + 1)
    for n in range(1000):
        hard = [
            chance.choice(OTHERWISE).format(figures(chance, chance.choice([12, 16, 17, 18, 19]))),
            f"2024{chance.randint(1, 12):02d}{chance.randint(1, 28):02d}{figures(chance, 10)}号文件袋",
            f"{id_number(n)[:-1]}{'1' if id_number(n)[-1] != '1' else '2'}这一串",  # a check character that is none
            f"付了{chance.randint(1, 10**8)}.{figures(chance, 2)}元",
        ]
        wrong += sum(span.kind in CHECKED for text in hard for span in find(text))
    assert right / (right + missed) >= 0.99
    assert right / (right + wrong) >= 0.95, wrong


@pytest.mark.parametrize(
    "text", ["打12345、110、12315、95588都没用", "客服400-800-1234", "拨打12348咨询", "10086和12306"]
)
def test_public_numbers_stay_readable(text):
    assert find(text) == []


@pytest.mark.parametrize(
    "text, left",
    [
        ("我叫张桂兰，家住幸福小区3栋2单元501室", "我叫〔姓名〕，家住幸福小区〔住址〕"),
        ("东风路18号的张女士说，我叫她张女士", "东风路〔住址〕的〔姓名〕说，我叫她〔姓名〕"),
        ("王书记和李主任都来过", "王书记和李主任都来过"),
        ("村民刘大柱来过，后来刘大柱又来", "村民〔姓名〕来过，后来〔姓名〕又来"),
    ],
)
def test_the_text_stays_readable(text, left):
    assert mask(text) == left


def test_doors_of_homes_only():
    assert mask("我家住8幢1304室，6幢501室漏水", only_homes=True) == "我家住〔住址〕，6幢501室漏水"
    assert (
        mask("县住建局在府前街6号，店铺地址：府前街8号", only_homes=True) == "县住建局在府前街6号，店铺地址：府前街8号"
    )
    assert mask("住龙泉镇府前街6号，府前街6号漏水", only_homes=True) == "住龙泉镇〔住址〕，府前街6号漏水"


def test_every_find_says_why():
    spans = find("我叫张桂兰，电话13800001234")
    assert [(span.kind, span.why) for span in spans] == [("name", "called so"), ("phone", "form of a mobile number")]


def test_a_mark_of_no_kind_is_refused():
    with pytest.raises(Exception, match="nickname"):
        unmarked("我叫‹nickname 小花›")


ANY = st.text(
    st.one_of(st.characters(), st.sampled_from("我叫本人张王李欧阳女士住址路号栋单元室0123456789-、：·〔姓名〕")),
    max_size=60,
)


@given(ANY)
def test_spans_stand_in_order_apart_and_masking_twice_is_once(text):
    spans = find(text)
    assert all(0 <= span.start < span.end <= len(text) and span.kind in PLACEHOLDERS and span.why for span in spans)
    assert all(one.end <= two.start for one, two in zip(spans, spans[1:], strict=False))
    assert mask(mask(text)) == mask(text)


@given(st.lists(st.sampled_from(STAYS), min_size=1, max_size=3))
def test_what_the_first_rules_left_in_place_no_other_kind_takes_but_doors(sentences):
    assert {span.kind for span in find("。".join(sentences))} <= {"address"}


EVIL = ["1 ", "１", "一", "0-", "张", "我叫", "号", "12栋", "-1", "本人、", "先生", "微信a", "a@"]


@pytest.mark.parametrize("piece", EVIL)
def test_a_megabyte_made_to_be_slow_is_not(piece):
    text = piece * (1_000_000 // len(piece.encode()))
    began = time.perf_counter()
    find(text)
    assert time.perf_counter() - began < 20


def test_ten_megabytes_with_a_person_in_every_line_take_bounded_time():
    line = "村民张三丰的电话13912345678，住3栋2单元501室。"
    text = line * (10_000_000 // len(line.encode()))
    began = time.perf_counter()
    assert len(find(text)) >= 3 * (len(text) // len(line))
    assert time.perf_counter() - began < 60


def test_one_may_look_for_persons_with_the_engine_alone():
    assert language.find is language.persons.find
