"""Find what identifies a person in free words, and mask it, and nothing else: the text stays readable.

Kinds: telephone, ID number and bank card (proved by their check digits), plate, mail address, QQ or WeChat account,
address to the door, names after cue words, and whatever is given as known. A masked text is still words of a person.
"""

import re
from collections.abc import Iterable

from .persons_doors import DOORS
from .persons_names import find_given_name, find_names
from .persons_numbers import find_given_number, find_numbers, find_signs, plain_copy, wide_to_plain
from .spans import ADDRESS, BLANK, ID_NUMBER, KINDS, PHONE, Span, note_all

__all__ = ["KINDS", "PLACEHOLDERS", "Span", "find", "mask"]

PLACEHOLDERS = {
    "phone": "〔电话〕",
    "id_number": "〔身份证号〕",
    "card": "〔卡号〕",
    "plate": "〔车牌号〕",
    "email": "〔邮箱〕",
    "account": "〔账号〕",
    "name": "〔姓名〕",
    "address": "〔住址〕",
}
_DONE = re.compile("|".join(PLACEHOLDERS.values()))


def find(
    text: str,
    *,
    names: Iterable[str] = (),
    phones: Iterable[str] = (),
    id_numbers: Iterable[str] = (),
    addresses: Iterable[str] = (),
    only_homes: bool = False,
) -> list[Span]:
    """Give where a text identifies a person, in order, none overlapping.

    `names`, `phones`, `id_numbers` and `addresses` are those that are known already. They are found with spaces or
    dashes between their characters, a name also with its form of address, an address only where it tells the house: a
    village is no secret. With `only_homes` a door is taken only where the text calls it somebody's home
    (家住…), and its road with it: what happened at 8幢1304室 stays to be read. Case numbers, dates, amounts and public
    numbers stay. Placeholders are no finds.
    """
    spans: list[Span] = []
    plain = _DONE.sub(lambda match: BLANK * len(match[0]), plain_copy(text))
    for address in addresses:
        plain = _find_given_address(plain, address, spans)
    for number in id_numbers:
        plain = find_given_number(plain, number, ID_NUMBER, spans)
    plain = find_numbers(plain, spans)
    for number in phones:
        plain = find_given_number(plain, number, PHONE, spans)
    plain = find_signs(plain, spans)
    for name in names:
        plain = find_given_name(plain, wide_to_plain(name), spans)
    plain = find_names(plain, spans)
    DOORS.find(plain, spans, only_homes=only_homes)
    return sorted(spans)


def mask(
    text: str,
    *,
    names: Iterable[str] = (),
    phones: Iterable[str] = (),
    id_numbers: Iterable[str] = (),
    addresses: Iterable[str] = (),
    only_homes: bool = False,
) -> str:
    """Replace what `find` finds by what it is: 〔电话〕. Masking a masked text changes nothing."""
    known = {
        "names": list(names),
        "phones": list(phones),
        "id_numbers": list(id_numbers),
        "addresses": list(addresses),
    }
    # A placeholder may be shorter than what stood there and bring a cue nearer to what follows: until nothing is found.
    while spans := find(text, **known, only_homes=only_homes):
        text = _filled(text, spans)
    return text


def _filled(text: str, spans: list[Span]) -> str:
    parts, at = [], 0
    for start, end, kind, _why in spans:
        parts += [text[at:start], PLACEHOLDERS[kind]]
        at = end
    return "".join([*parts, text[at:]])


def _find_given_address(plain: str, address: str, spans: list[Span]) -> str:
    """Note an address that is known, as it was written, if it has a number in it: the house, not the village."""
    signs = re.sub(r"[\s,\uff0c]", "", plain_copy(address))
    if len(signs) < 5 or not any(sign.isdecimal() for sign in signs):
        return plain
    pattern = re.compile(r"[\s,\uff0c]{0,2}".join(map(re.escape, signs)), re.IGNORECASE)
    return note_all(plain, pattern, ADDRESS, "known", spans)
