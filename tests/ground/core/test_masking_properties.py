"""Masking, as properties: whatever the number's form, no digit of it stays, all else does, and twice is once."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.ground.core.test_masking import MOBILES, STAYS, WIDE, id_number

from bandeng.ground.core.masking import ADDRESS, ID_NUMBER, NAME, PHONE, mask

PLACEHOLDER = re.compile("〔[^〕]*〕")
# What stands between the groups of a number as people type it; the last ones are not even seen.
SEPARATORS = st.sampled_from(
    ["", " ", "-", "－", "—", "–", "_", "　", "\u00a0", "\u2009", "\n", "\u200b", "\u2060", "\ufeff"]
)
AROUND = st.text(st.sampled_from("我的电话是,。请打给路灯不亮村口"), max_size=10)
STYLES = st.sampled_from([str, lambda text: text.translate(WIDE), lambda text: shifted(text, 0x0660)])


def shifted(text: str, zero: int) -> str:
    return "".join(chr(zero + int(sign)) if sign in "0123456789" else sign for sign in text)


def luhn(body: str) -> str:
    """Complete a card number, by walking from the right (the code under test sums two slices)."""
    total = 0
    for place, digit in enumerate(reversed(body)):
        number = int(digit) * (2 if place % 2 == 0 else 1)
        total += number - 9 if number > 9 else number
    return body + str(-total % 10)


def grouped(number: str, sizes: list[int], separator: str) -> str:
    parts, at = [], 0
    for size in sizes:
        parts.append(number[at : at + size])
        at += size
    return separator.join([part for part in [*parts, number[at:]] if part])


CARDS = st.builds(
    lambda head, body, length: luhn((head + body)[: length - 1]),
    st.sampled_from(["62", "4", "55", "37"]),
    st.text(st.sampled_from("0123456789"), min_size=18, max_size=18),
    st.sampled_from([16, 17, 18, 19]),
).filter(lambda number: number[0] in "3456" and not number.startswith("0"))
LANDLINES = st.builds(
    lambda area, first, rest: (area, f"{first}{rest}"),
    st.sampled_from(["010", "021", "0571", "0999", "0455"]),
    st.integers(2, 8),
    st.text(st.sampled_from("0123456789"), min_size=6, max_size=7),
)


def nothing_but(masked: str, before: str, placeholder: str, after: str) -> None:
    assert masked == before + placeholder + after


@given(MOBILES, SEPARATORS, AROUND, AROUND, STYLES, st.sampled_from(["", "+86", "86-", "0086 ", "(+86)"]))
def test_no_digit_of_a_mobile_number_stays(number, separator, before, after, style, prefix):
    written = style(prefix + grouped(number, [3, 4, 4], separator))
    nothing_but(mask(before + written + after), before, PHONE, after)


@given(LANDLINES, SEPARATORS, AROUND, st.booleans(), STYLES)
def test_no_digit_of_a_landline_with_its_area_stays(number, separator, before, in_brackets, style):
    area, rest = number
    written = style(f"({area}){rest}" if in_brackets else separator.join([area, rest]))
    assert not any(sign.isdecimal() for sign in mask(f"{before},{written}。"))
    assert PLACEHOLDER.sub("", mask(f"{before},{written}。")) == f"{before},。"


@given(st.integers(), SEPARATORS, AROUND, STYLES, st.booleans())
def test_no_sign_of_an_id_number_stays(seed, separator, after, style, is_small):
    number = id_number(seed)
    number = number.lower() if is_small else number
    written = style(grouped(number, [6, 8, 4], separator))
    nothing_but(mask("证件" + written + after), "证件", ID_NUMBER, after)


@given(st.integers(), SEPARATORS, AROUND, STYLES)
def test_no_digit_of_an_old_id_number_stays(seed, separator, after, style):
    eighteen = id_number(seed)
    if eighteen[6:8] != "19":
        return
    fifteen = eighteen[:6] + eighteen[8:17]
    nothing_but(mask("老证" + style(grouped(fifteen, [6, 6, 3], separator)) + after), "老证", ID_NUMBER, after)


@given(CARDS, SEPARATORS, AROUND, STYLES)
def test_no_digit_of_a_card_number_stays(number, separator, after, style):
    masked = mask("卡" + style(grouped(number, [4, 4, 4, 4], separator)) + after)
    assert not any(sign.isdecimal() for sign in masked)
    assert PLACEHOLDER.sub("", masked) == "卡" + after


PEOPLE = ["王芳", "高峰", "欧阳芳", "阿依古丽·买买提", "𠮷野", "王*花", "李[明]", "(?:张)", "姓名", "电话", "A.B+"]
ANY = st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("王芳高峰欧阳·〔〕姓名电话139 -"))


@given(
    st.text(ANY, max_size=60),
    st.lists(st.sampled_from(PEOPLE), max_size=3),
    st.lists(st.sampled_from(["8000123", "13912345678"]), max_size=1),
)
@example("电话姓名", ["姓名", "电话"], [])
@example("〔姓名〕", ["姓名"], [])
def test_twice_is_once_and_the_rest_stays_in_order(text, names, phones):
    once = mask(text, names=names, phones=phones, addresses=["柳树村3组12号"])
    assert mask(once, names=names, phones=phones, addresses=["柳树村3组12号"]) == once
    rest = iter(text)
    assert all(sign in rest for sign in PLACEHOLDER.sub("", once)), "what is left was written so, in this order"


@given(st.lists(st.sampled_from(STAYS), min_size=1, max_size=4), st.sampled_from([",", "。", "\n", " ; "]))
def test_hard_cases_side_by_side_stay_too(sentences, between):
    text = between.join(sentences)
    assert mask(text, names=["张桂兰"]) == text


@given(st.dates(), st.integers(1, 99_999_999), st.integers(1, 999), st.sampled_from(["国办函", "青政办发", "信访复查"]))
def test_dates_amounts_and_papers_stay(day, fen, number, paper):
    for text in (
        f"{day:%Y-%m-%d}", f"{day:%Y%m%d}", f"{day.year}年{day.month}月{day.day}日", f"{fen / 100:.2f}元", f"{fen}元",
        f"{fen:,}元", f"{paper}〔{day.year}〕{number}号", f"({day.year})浙{number:04d}民初{fen % 10_000}号",
        f"订单号13{fen:09d}", f"工单{day:%Y%m%d}{fen:06d}", f"运单号1{number:03d}{fen:08d}",
    ):  # fmt: skip
        assert mask(f"关于{text}的事") == f"关于{text}的事"


@pytest.mark.parametrize(
    "address, written, left",
    [
        ("河西镇柳树村3组12号", "住河西镇 柳树村３组12号,路坏了", f"住{ADDRESS},路坏了"),
        ("人民路8号1幢2单元", "人民路8号1幢2单元301室", f"{ADDRESS}301室"),
        ("柳树村", "柳树村的路坏了", "柳树村的路坏了"),  # no house: a place, which everybody may know
        ("3号", "3号去过", "3号去过"),
    ],
)
def test_an_address_goes_where_it_tells_the_house(address, written, left):
    assert mask(written, addresses=[address]) == left


def test_an_id_number_given_goes_even_with_a_slip_in_it():
    assert mask("编号110105194912310020", id_numbers=["110105194912310020"]) == f"编号{ID_NUMBER}"


def test_a_name_inside_other_words_goes_with_what_stands_around_it_left():
    assert mask("李明亮家隔壁,李明亮的爱人", names=["李明亮"]) == f"{NAME}家隔壁,{NAME}的爱人"
