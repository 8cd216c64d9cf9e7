"""Words of messages, however they were typed."""

import re
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bandeng.engines.language import Tokeniser, normalise, sentences
from bandeng.engines.language.variants import STANDARD

# Any character at all, lone surrogates of broken imports too, and those that have given trouble.
TROUBLE = "乾隆瞭望徵於後裏ＡＢ１２　\u200b\u0301é⺠⼀豈㍿İΣﬁ。！\n\ue000"
ANY = st.text(st.one_of(st.characters(), st.sampled_from(TROUBLE)), max_size=60)


def test_width_characters_and_signs_nobody_sees_make_no_difference():
    assert normalise("ＡＢＣ１２３　龍泉鎮\u200b西湖村") == normalise("abc123 龙泉镇西湖村")


@pytest.mark.parametrize(
    "written, plain",
    [
        ("⺠政局⻓", "民政局长"),  # radicals, as papers turned into text have them
        ("⽔⽕", "水火"),
        ("豈有此理", "岂有此理"),  # CJK compatibility
        ("羣衆的牀", "群众的床"),
        ("隣居効率", "邻居效率"),
        ("關於答覆", "关于答复"),
        ("㎡ ㈱ ①", "m2 (株) 1"),
        ("葛\U000e0100城", "葛城"),  # a selector of a variant
    ],
)
def test_variants_are_one_spelling(written, plain):
    assert normalise(written) == plain


RIGHT = ["乾隆年间", "乾坤", "瞭望塔", "慰藉", "狼藉", "著名", "乾县", "乾安县", "角徵羽", "於潜镇", "毕昇", "皇后"]


@pytest.mark.parametrize("word", RIGHT)
def test_words_that_are_right_as_they_are_are_left_alone(word):
    assert normalise(word) == word


@pytest.mark.parametrize("name", ["陈喆", "李淼", "张昀堃"])
def test_a_given_name_keeps_its_own_character(name):
    assert normalise(name) == name


def test_every_entry_of_the_table_leads_to_a_character_that_stays():
    assert all(STANDARD.get(ord(to)) is None and normalise(to) == to for to in STANDARD.values())


@given(ANY)
@example("乾乾坤")
@example("e\u200b\u0301")
def test_twice_is_once(text):
    assert normalise(normalise(text)) == normalise(text)


@given(ANY, st.sampled_from(["\u200b", "\u2060", "\ufeff", "\u00ad"]))
def test_signs_nobody_sees_change_nothing(text, sign):
    assert normalise(sign.join(text)) == normalise(text)


def test_ten_megabytes_take_bounded_time():
    text = "路燈壞了，２４小時没人修。" * (10_000_000 // 39)
    assert len(text.encode()) > 9_900_000
    began = time.perf_counter()
    assert normalise(text).startswith("路灯坏了,24小时")
    assert len(Tokeniser(["路灯"]).words(text)) > 1_000_000
    assert len(sentences(text)) == 10_000_000 // 39
    assert time.perf_counter() - began < 30


def test_threads_may_normalise_at_once():
    texts = [f"第{n}號龍泉鎮後面的裏弄" for n in range(400)]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(normalise, texts)) == [f"第{n}号龙泉镇后面的里弄" for n in range(400)]


def test_the_countys_own_names_stay_whole():
    assert "魏家台子" in Tokeniser(["魏家台子"]).words("魏家台子的水费太高")
    assert "魏家台子" not in Tokeniser().words("魏家台子的水费太高")


def test_the_longest_name_wins_and_names_may_touch():
    words = Tokeniser(["龙泉", "龙泉镇", "信访局"]).words("龍泉鎮信访局和龙泉")
    assert words == ["龙泉镇", "信访局", "和", "龙泉"]


@given(st.lists(st.sampled_from(["龙泉镇", "龙泉", "泉镇口", "西村", "村口"]), max_size=4), ANY)
def test_nothing_is_lost_or_added(names, text):
    letters = re.compile(r"[\W_]")
    assert letters.sub("", "".join(Tokeniser(names).words(text))) == letters.sub("", normalise(text))


def test_words_of_minority_scripts_stay_whole():
    assert Tokeniser().words("ئۇيغۇر، تىلى 路灯") == ["ئۇيغۇر", "تىلى", "路灯"]
    assert Tokeniser().words("བོད་ཡིག") == ["བོད", "ཡིག"]


def test_signs_and_blanks_are_no_words():
    assert Tokeniser().words("！！！ \n……") == Tokeniser().words("") == Tokeniser().words("👍\x00") == []


@pytest.mark.parametrize(
    "text, parts",
    [
        ("路灯坏了。请修！", ["路灯坏了。", "请修！"]),
        ("他说：“没人管。”然后走了……真的？！", ["他说：“没人管。”", "然后走了……", "真的？！"]),
        ("修3.5米.谢谢", ["修3.5米.", "谢谢"]),
        ("您好!\n\n　　经查\r\n特此回复", ["您好!", "经查", "特此回复"]),
        ("一是修路；二是通水", ["一是修路；", "二是通水"]),
        ("  \n。。。", []),
        ("", []),
    ],
)
def test_sentences(text, parts):
    assert [text[start:end] for start, end in sentences(text)] == parts


@given(ANY)
def test_sentences_stand_in_order_and_hold_every_letter(text):
    spans = sentences(text)
    assert all(a < b for a, b in spans) and all(one[1] <= two[0] for one, two in zip(spans, spans[1:], strict=False))
    outside = "".join(sign for n, sign in enumerate(text) if not any(a <= n < b for a, b in spans))
    assert not any(sign.isalnum() for sign in outside)
