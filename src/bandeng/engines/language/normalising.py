"""One spelling for what people type in many: width, variants, traditional characters, signs nobody sees."""

import re
import unicodedata
from functools import cache

_UNSEEN = re.compile("[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_SPACES = re.compile(r"\s+")


def normalise(text: str) -> str:
    """Give the text in half width and simplified characters, lower case, runs of white space as one blank.

    For comparing and searching only: lengths change, so spans found here do not hold in the original.
    """
    text = _UNSEEN.sub("", unicodedata.normalize("NFKC", text))
    return _SPACES.sub(" ", _simplifier().convert(text)).strip().lower()


@cache
def _simplifier():
    import opencc

    return opencc.OpenCC("t2s")
