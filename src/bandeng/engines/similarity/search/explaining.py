"""Why: what two messages share and where they differ, and the piece of a text that shows it."""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from bandeng.engines.language import normalise

from .documents import Likeness, Snippet, Term
from .reading import LONGEST_TEXT, Reader, numbers

# So many words on each side are as many as somebody reads.
TOLD = 12


def compare(
    reader: Reader, rarity: Callable[[str], float], here: Mapping[str, str], there: Mapping[str, str]
) -> Likeness:
    """Say what two messages share and what differs, most telling first. Numbers are compared as such, not as words."""
    ours, theirs = (set(reader.counted(fields)) for fields in (here, there))
    digits, other_digits = (numbers(" ".join(f.get(n, "") for n in ("title", "text"))) for f in (here, there))
    return Likeness(
        shared=_told(ours & theirs, rarity),
        here=_told(ours - theirs, rarity),
        there=_told(theirs - ours, rarity),
        numbers_here=tuple(number for number in digits if number not in other_digits)[:TOLD],
        numbers_there=tuple(number for number in other_digits if number not in digits)[:TOLD],
        places_here=_places(ours - theirs, reader, rarity),
        places_there=_places(theirs - ours, reader, rarity),
    )


def _told(words: Iterable[str], rarity: Callable[[str], float]) -> tuple[Term, ...]:
    terms = (Term(word, round(rarity(word), 3)) for word in words if len(word) > 1 and not word.isdigit())
    return tuple(sorted(terms, key=lambda term: (-term.weight, term.word))[:TOLD])


def _places(words: Iterable[str], reader: Reader, rarity: Callable[[str], float]) -> tuple[str, ...]:
    places = (word for word in words if len(word) > 1 and reader.is_place(word))
    return tuple(sorted(places, key=lambda word: (-rarity(word), word))[:TOLD])


def spans(text: str, words: Collection[str]) -> list[tuple[int, int]]:
    """Give where the words stand in a text as it was written, whatever its width or characters; longest word first."""
    folded, places = _fold(text[:LONGEST_TEXT])
    asked = sorted({word.replace("_", " ") for word in map(normalise, words) if word}, key=len, reverse=True)
    if not asked:
        return []
    pattern = re.compile("|".join(map(re.escape, asked)))
    return [(places[found.start()], places[found.end() - 1] + 1) for found in pattern.finditer(folded)]


def snippet(text: str, words: Collection[str], width: int = 80) -> Snippet:
    """Give the piece of a text, at most `width` characters, with most of the words; else its beginning."""
    found = spans(text, words)
    starts = [max(0, min(start - width // 4, len(text) - width)) for start, _ in found] or [0]

    def worth(start: int) -> tuple[int, int]:
        seen = [text[a:b] for a, b in found if start <= a and b <= start + width]
        return len(set(seen)), len(seen)

    # a long text full of the words: the first hundred places decide
    start = max(starts[:100], key=worth)
    piece = text[start : start + width]
    return Snippet(piece, tuple((a - start, b - start) for a, b in found if start <= a and b <= start + width))


def _fold(text: str) -> tuple[str, Sequence[int]]:
    """Give the text normalised character by character, and for each character of it the place of its original."""
    folded = [_PLAIN[character] for character in text]
    plain = "".join(folded)
    if all(folded) and len(plain) == len(text):  # as nearly always: each character stays one
        return plain, range(len(text))
    return plain, [at for at, character in enumerate(folded) for _ in character]


class _Plain(dict[str, str]):
    """Characters as they are compared, remembered: a result page asks for ten thousand of them."""

    def __missing__(self, character: str) -> str:
        if len(self) >= 1 << 14:
            self.clear()
        if character.isspace():
            plain = " "
        else:
            plain = normalise(unicodedata.normalize("NFKC", character)) if ord(character) > 127 else character.lower()
        self[character] = plain
        return plain


_PLAIN = _Plain()
