"""Canaries: numbers, names, addresses and words that nobody writes by chance, and every form they may come out in.

Each place where something is typed has a bird of its own, so that what is found tells where it was typed. All birds of
a kind begin alike (the mark); what is searched for is the mark, in every writing and every encoding.
"""

import html
import re
from base64 import b64encode
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote

PHONE_MARK, ID_MARK, CARD_MARK = "1993717", "53293219371107", "621700937177"
NAME_MARK, ADDRESS_MARK, WORDS_MARK = "鹮鸻", "鸮鹮路", "鸻鸮"
TAGS = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥天地玄黄宇宙洪荒日月盈昃列张寒来暑往秋收冬藏"
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
MARKS = {
    "number": (PHONE_MARK, ID_MARK, CARD_MARK),
    "name": (NAME_MARK,),
    "address": (ADDRESS_MARK,),
    "words": (WORDS_MARK,),
}
GROUPS = {PHONE_MARK: (3, 7), ID_MARK: (6, 14), CARD_MARK: (4, 8, 12)}


def check_character(body: str) -> str:
    """Complete an ID number (ISO 7064 MOD 11-2)."""
    remainder = 0
    for digit in body:
        remainder = (remainder + int(digit)) * 2 % 11
    return body + "0123456789X"[(12 - remainder) % 11]


def luhn(body: str) -> str:
    total = sum(sum(divmod(int(digit) * (2 if place % 2 == 0 else 1), 10)) for place, digit in enumerate(body[::-1]))
    return body + str(-total % 10)


def grouped(text: str, ends: tuple[int, ...], between: str) -> str:
    starts = (0, *ends)
    return between.join(part for part in (text[a:b] for a, b in zip(starts, (*ends, None), strict=True)) if part)


@dataclass(frozen=True)
class Bird:
    """The canaries of one place where something is typed; `number` is that of the place."""

    number: int

    @cached_property
    def phone(self) -> str:
        return f"{PHONE_MARK}{self.number:04}"

    @cached_property
    def id_number(self) -> str:
        return check_character(f"{ID_MARK}{self.number:03}")

    @cached_property
    def card(self) -> str:
        return luhn(f"{CARD_MARK}{self.number:03}")

    @property
    def tag(self) -> str:
        return TAGS[self.number]

    @property
    def name(self) -> str:
        return NAME_MARK + self.tag

    @property
    def address(self) -> str:
        return f"{ADDRESS_MARK}{self.number + 1}号院{self.tag}座"

    @property
    def words(self) -> str:
        return WORDS_MARK + self.tag

    def speech(self, speaker: "Bird") -> str:
        """Say it all in the speaker's name, numbers in every writing."""
        wide, spaced = self.phone.translate(WIDE), grouped(self.phone, (3, 7), " ")
        card = grouped(self.card, (4, 8, 12), " ")
        return (
            f"{self.words}说:我是{speaker.name},住{speaker.address}。电话{self.phone},也写{spaced},{wide},+86-{self.phone};"
            f"证{self.id_number},{grouped(self.id_number, (6, 14), '-')};卡{self.card},{card}。"
        )


def writings(mark: str) -> set[str]:
    """Give the ways in which a mark may be written."""
    if mark not in GROUPS:
        return {mark, " ".join(mark)}
    texts = {grouped(mark, ends, between) for between in ("", " ", "-") for ends in [GROUPS[mark]]}
    return {text.rstrip(" -") for text in texts} | {mark.translate(WIDE)}


def encodings(text: str) -> set[bytes]:
    """Give the bytes in which a text may lie somewhere."""
    raw = text.encode()
    percent = "".join(f"%{byte:02X}" for byte in raw)
    escaped = "".join(f"\\u{ord(sign):04x}" for sign in text)
    found = {
        raw, text.encode("utf-16-le"), text.encode("utf-16-be"), text.encode("gb18030"), quote(text).encode(),
        quote(text).lower().encode(), percent.encode(), percent.lower().encode(), raw.hex().encode(),
        raw.hex().upper().encode(), html.escape(text).encode(), "".join(f"&#{ord(s)};" for s in text).encode(),
        "".join(f"&#x{ord(s):x};" for s in text).encode(), "".join(f"&#x{ord(s):X};" for s in text).encode(),
        escaped.encode(), re.sub("[a-f]", lambda m: m[0].upper(), escaped).replace("\\U", "\\u").encode(),
    }  # fmt: skip
    return found | aligned(raw)


def aligned(raw: bytes) -> set[bytes]:
    """Give what base64 makes of the bytes wherever they begin, in both alphabets, without what stands around them."""
    found = set()
    for offset in range(3):
        whole = b64encode(b"\x00" * offset + raw).rstrip(b"=")
        first, last = -(-offset * 8 // 6), (offset + len(raw)) * 8 // 6
        middle = whole[first:last]
        found |= {middle, middle.translate(bytes.maketrans(b"+/", b"-_"))}
    return found


NEEDLES: dict[bytes, str] = {
    needle: kind
    for kind, marks in MARKS.items()
    for mark, text in ((mark, text) for mark in marks for text in writings(mark))
    for needle in encodings(text)
}
PATTERN = re.compile(b"|".join(re.escape(needle) for needle in sorted(NEEDLES, key=len, reverse=True)))
TAG = re.compile(f"(?:{WORDS_MARK}|{NAME_MARK}|{ADDRESS_MARK}[0-9]+号院)([{TAGS}])")


@dataclass(frozen=True)
class Found:
    """One canary found: its kind, where it was typed if that can be told, and what stood around it."""

    kind: str
    number: int | None
    around: bytes


def find(heap: bytes) -> list[Found]:
    """Give every canary in a heap of bytes."""
    found = []
    for match in PATTERN.finditer(heap):
        kind, at = NEEDLES[match[0]], match.start()
        tag = TAG.match(heap[at : at + 40].decode(errors="ignore"))
        found.append(Found(kind, TAGS.index(tag[1]) if tag else None, heap[max(0, at - 80) : match.end() + 60]))
    return found
