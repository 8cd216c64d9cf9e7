"""Words, by rjieba's dictionary and the county's own names; runs of other scripts (Uyghur, Tibetan …) stay whole."""

import re
from collections.abc import Iterable, Iterator

from .cutting import rjieba
from .normalising import normalise

_WORD = re.compile(r"[^\W_]")
# What rjieba cuts into single letters. Without the signs of those scripts (، ؛ ؟ ۔, the Tibetan tsheg).
_OTHER = (
    "[\u00c0-\u024f\u0300-\u060b\u060d-\u061a\u0620-\u06d3\u06d5-\u0f0a\u0f18-\u1fff"
    "\u2c00-\u2dff\u3040-\u30ff\ua000-\ud7ff]+"
)
_OTHERS = re.compile(f"({_OTHER})")


class Tokeniser:
    """Cuts texts into words. `names` are words that stay whole: villages, roads, offices, housing estates."""

    def __init__(self, names: Iterable[str] = ()):
        kept = sorted({name for name in map(normalise, names) if len(name) > 1}, key=len, reverse=True)
        self._names: dict[str, list[str]] = {}  # by their first two signs, the longest first
        for name in kept:
            self._names.setdefault(name[:2], []).append(name)
        firsts = "".join(re.escape(sign) for sign in {name[0] for name in kept})
        self._first = re.compile(f"[{firsts}]") if kept else None

    def words(self, text: str) -> list[str]:
        """Give the words of a text in their order, normalised; signs and blanks are left out."""
        return [piece for piece in self.pieces(normalise(text)) if is_word(piece)]

    def pieces(self, plain: str) -> list[str]:
        """Give all of a text that is normalised already in pieces: words, and what lies between them."""
        pieces = []
        for part, is_whole in self._parts(plain):
            pieces += [part] if is_whole else _cut(part)
        return pieces

    def _parts(self, plain: str) -> Iterator[tuple[str, bool]]:
        """Give the text in parts, and whether a part is one of the names."""
        if self._first is None:
            yield plain, False
            return
        done, at = 0, 0
        while match := self._first.search(plain, at):
            start = match.start()
            names = self._names.get(plain[start : start + 2], ())
            name = next((name for name in names if plain.startswith(name, start)), None)
            at = start + (len(name) if name else 1)
            if name:
                yield plain[done:start], False
                yield name, True
                done = at
        yield plain[done:], False


def is_word(piece: str) -> bool:
    """Tell whether a piece has a letter or a digit in it."""
    return piece.isalnum() or bool(_WORD.search(piece))


def _cut(plain: str) -> list[str]:
    if not _OTHERS.search(plain):
        return rjieba().cut(plain)
    # split() with one group gives what stays whole at odd places
    parts = enumerate(_OTHERS.split(plain))
    return [word for n, part in parts for word in ([part] if n % 2 else rjieba().cut(part))]
