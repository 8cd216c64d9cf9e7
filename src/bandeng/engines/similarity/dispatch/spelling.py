"""Where a normalised word stands in a text as it was typed."""

from functools import cached_property

from bandeng.engines.language import normalise

from .reading import sound

_MOST = 1 << 14  # characters remembered: few are ever used


class _Normal(dict):
    """Each character normalised, once."""

    def __missing__(self, letter: str) -> str:
        if len(self) >= _MOST:
            self.clear()
        return self.setdefault(letter, normalise(letter))


_NORMAL = _Normal()


class Spelling:
    """Finds normalised words in one text. Letter by letter, so a spelling that only whole words have is not found."""

    def __init__(self, text: str):
        self._text = sound(text)

    def find(self, word: str) -> tuple[tuple[int, int], ...]:
        """Give the spans of a word in the original, none where it cannot be told."""
        plain, places = self._letters
        spans, at = [], 0
        while word and (found := plain.find(word, at)) >= 0:
            at = found + len(word)
            spans.append((places[found], places[at - 1] + 1))
        return tuple(spans)

    @cached_property
    def _letters(self) -> tuple[str, list[int] | range]:
        letters = list(map(_NORMAL.__getitem__, self._text))
        plain = "".join(letters)
        if len(plain) == len(self._text) and all(letters):
            return plain, range(len(plain))
        return plain, [place for place, letter in enumerate(letters) for _ in letter]
