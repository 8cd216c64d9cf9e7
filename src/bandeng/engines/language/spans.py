"""What the finders of persons share: the span, and noting spans of a pattern while blanking them out."""

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

PHONE, ID_NUMBER, CARD, PLATE = "phone", "id_number", "card", "plate"
EMAIL, ACCOUNT, NAME, ADDRESS = "email", "account", "name", "address"
KINDS = (PHONE, ID_NUMBER, CARD, PLATE, EMAIL, ACCOUNT, NAME, ADDRESS)
HAN = "\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af"
BLANK = "\x00"  # stands in a copy for each character that has been found


class Span(NamedTuple):
    """Something of a person in a text: from `start` up to `end`, its kind, and why it was taken for one."""

    start: int
    end: int
    kind: str
    why: str


def note(plain: str, found: Iterable[tuple[int, int, str]], kind: str, spans: list[Span]) -> str:
    """Note spans (start, end, why) and blank them out against a second match, except where something was found before.

    Of those that overlap the one that begins first stays, the longer of two.
    """
    parts, done = [], 0
    for start, end, why in sorted(found, key=lambda one: (one[0], -one[1], one[2])):
        if start < done or BLANK in plain[start:end]:
            continue
        spans.append(Span(start, end, kind, why))
        parts += [plain[done:start], BLANK * (end - start)]
        done = end
    return "".join([*parts, plain[done:]]) if parts else plain


def note_all(
    plain: str,
    pattern: re.Pattern[str],
    kind: str,
    why: str,
    spans: list[Span],
    is_one: Callable[[str, re.Match[str], int], bool] | None = None,
) -> str:
    """Note the spans of a pattern (of its last group, where it has one) and blank them out.

    `is_one` is told where the one before ended: what stands before that is found already and speaks for nothing.
    """
    parts, done, at = [], 0, 0
    while match := pattern.search(plain, at):
        if is_one and not is_one(plain, match, done):
            at = match.start() + 1  # another number may begin inside what was no number
            continue
        start, end = match.span(match.lastindex or 0)
        spans.append(Span(start, end, kind, why))
        parts += [plain[done:start], BLANK * (end - start)]
        done = at = end
    return "".join([*parts, plain[done:]]) if parts else plain
