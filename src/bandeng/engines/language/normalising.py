"""One spelling for what people type in many: width, variants, traditional characters, signs nobody sees.

In this order: signs nobody sees go; NFKC (width, Kangxi radicals, CJK compatibility); radicals and variants of our own
table; traditional to simplified by opencc's t2s (phrases before characters, so that 乾隆 and 瞭望 stay); blanks; lower
case. Where t2s does harm in simplified words it is kept from it: see `_KEPT`. Limits: Japanese forms become Chinese
ones; a Taiwan term (計程車) gets other characters, not another word.
"""

import re
import unicodedata
from functools import cache

from .variants import STANDARD

# Controls, soft hyphen, joiners, directions, lone surrogates (a broken import), selectors of variants, tags.
_UNSEEN = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u0084\u0086-\u009f\u00ad\u034f\u061c\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f"
    "\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e01ef]"
)
_SPACES = re.compile(r"\s+")
_VARIANT = re.compile("[" + "".join(map(chr, STANDARD)) + "]")
# Names and words that are right in simplified writing too, which t2s would change: 乾县 is no 干县, 徵 is a note of the
# old scale (宫商角徵羽), 於 a surname and in 於潜, 昇 in the name of 毕昇.
_KEPT = re.compile("乾(?=[县州安陵西]|[\u2e80-\u9fff]?宫|清)|(?<=角)徵(?=羽)|於(?=潜|陵|先生|女士)|夥(?=颐)|(?<=毕)昇")
_MARK = 0xE000  # private use; stands for a kept character while opencc converts


def normalise(text: str) -> str:
    """Give the text in half width and simplified characters, lower case, runs of white space as one blank.

    For comparing and searching only: lengths change, so spans found here do not hold in the original. Twice is once.
    """
    if text.isascii():
        return _SPACES.sub(" ", _UNSEEN.sub("", text)).strip().lower()
    while True:
        text = _once(text)
        # Lower case may give what NFKC composes, and a phrase may hold back a character only where it stood before.
        if unicodedata.is_normalized("NFKC", text) and not _traditional().search(text):
            return text
        if (again := _once(text)) == text:
            return text
        text = again


def _once(text: str) -> str:
    text = unicodedata.normalize("NFKC", _UNSEEN.sub("", text))
    if _VARIANT.search(text):
        text = text.translate(STANDARD)
    if _traditional().search(text):
        text = _simplified(text)
    return _SPACES.sub(" ", text).strip().lower()


def _simplified(text: str) -> str:
    kept: list[str] = []

    def put_aside(match: re.Match[str]) -> str:
        kept.append(match[0])
        return chr(_MARK)

    if chr(_MARK) in text or not _KEPT.search(text):
        return _simplifier().convert(text)
    rest = iter(_simplifier().convert(_KEPT.sub(put_aside, text)).split(chr(_MARK)))
    return next(rest) + "".join(sign + part for sign, part in zip(kept, rest, strict=True))


@cache
def _simplifier():
    """Make opencc's converter once. Converting does not change it, so threads may share it."""
    import opencc

    return opencc.OpenCC("t2s")


@cache
def _traditional() -> re.Pattern[str]:
    """Give what finds a character that t2s may change: most messages have none and need no converting.

    Beyond the basic plane it is every one: a set with some of them would be searched one by one.
    """
    signs = list(map(chr, range(0x3400, 0xA000)))
    converted = _simplifier().convert("\n".join(signs)).split("\n")
    changed = sorted(sign for sign, to in zip(signs, converted, strict=True) if sign != to)
    return re.compile("[" + "".join(changed) + "]|[\U00020000-\U000323af]")
