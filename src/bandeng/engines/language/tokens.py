"""Words, by rjieba's dictionary and the county's own names."""

import re
from collections.abc import Iterable

import rjieba

from .normalising import normalise

_WORD = re.compile(r"[0-9a-z\u3400-\u9fff\U00020000-\U000323af]")


class Tokeniser:
    """Cuts texts into words. `names` are words that stay whole: villages, roads, offices, housing estates."""

    def __init__(self, names: Iterable[str] = ()):
        kept = sorted({name for name in map(normalise, names) if len(name) > 1}, key=len, reverse=True)
        self._names = re.compile("(" + "|".join(map(re.escape, kept)) + ")") if kept else None

    def words(self, text: str) -> list[str]:
        """Give the words of a text in their order, normalised; signs and blanks are left out."""
        plain = normalise(text)
        if self._names is None:
            return [word for word in rjieba.cut(plain) if _WORD.search(word)]
        # split() with one group gives names at odd places
        parts = enumerate(self._names.split(plain))
        cut = (word for n, part in parts for word in ([part] if n % 2 else rjieba.cut(part)))
        return [word for word in cut if _WORD.search(word)]
