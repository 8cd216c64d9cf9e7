"""Where a normalised word stands in a text as it was typed."""

from functools import cached_property, lru_cache

from bandeng.engines.language import normalise

from .reading import sound

_normal = lru_cache(maxsize=1 << 14)(normalise)  # of one character: few are ever used


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
        normal = {letter: _normal(letter) for letter in set(self._text)}
        letters = [normal[letter] for letter in self._text]
        plain = "".join(letters)
        if len(plain) == len(self._text) and all(letters):
            return plain, range(len(plain))
        return plain, [place for place, letter in enumerate(letters) for _ in letter]
