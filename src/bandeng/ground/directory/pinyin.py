"""Initials of Chinese labels for the pickers, without a dictionary."""

import bisect
import unicodedata

# GB 2312 keeps its 3,755 common characters (rows 16–55) in the order of their pinyin; these are the first code of each
# initial. Rarer characters and second readings give nothing or the common reading: a table's own column wins.
_STARTS = [
    0xB0A1, 0xB0C5, 0xB2C1, 0xB4EE, 0xB6EA, 0xB7A2, 0xB8C1, 0xB9FE, 0xBBF7, 0xBFA6, 0xC0AC, 0xC2E8,
    0xC4C3, 0xC5B6, 0xC5BE, 0xC6DA, 0xC8BB, 0xC8F6, 0xCBFA, 0xCDDA, 0xCEF4, 0xD1B9, 0xD4D1,
]  # fmt: skip
_LETTERS = "abcdefghjklmnopqrstwxyz"
_END = 0xD7F9


def initials(text: str) -> str:
    """Give the first letters of the pinyin of `text`: 民政局 → "mzj". Letters and digits stay, the rest is left out."""
    out = []
    for char in unicodedata.normalize("NFKC", text).casefold():
        if char.isascii():
            out.append(char if char.isalnum() else "")
            continue
        coded = char.encode("gb2312", errors="ignore")
        number = int.from_bytes(coded, "big") if len(coded) == 2 else 0
        if _STARTS[0] <= number <= _END:
            out.append(_LETTERS[bisect.bisect_right(_STARTS, number) - 1])
    return "".join(out)
