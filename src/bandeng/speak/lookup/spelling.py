"""How words are written and how they should be: common wrong characters, and names typed by their sound."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from bandeng.engines.language import normalise

DATA = Path(__file__).with_name("wrong_characters.txt")
SYLLABLES = Path(__file__).with_name("syllables.txt")
LONGEST_NAME = 12
_HAN = re.compile("[\u3400-\u9fff]{2,}")


@dataclass(frozen=True)
class Righted:
    """A text in one spelling, and what was put in place of what, as (wrong, right)."""

    text: str
    changes: tuple[tuple[str, str], ...]


@cache
def _table() -> tuple[dict[str, str], re.Pattern[str]]:
    right_of: dict[str, str] = {}
    for line in DATA.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            right, *wrong = line.split()
            right_of |= dict.fromkeys(wrong, right)
    return right_of, re.compile("|".join(sorted(right_of, key=lambda word: (-len(word), word))))


def righted(text: str) -> Righted:
    """Write a text in half width and simplified characters, with common wrong characters put right."""
    right_of, pattern = _table()
    changes: dict[str, str] = {}

    def put_right(match: re.Match[str]) -> str:
        changes[match[0]] = right_of[match[0]]
        return right_of[match[0]]

    return Righted(pattern.sub(put_right, normalise(text)), tuple(changes.items()))


def written(words: tuple[str, ...]) -> list[str]:
    """Give words and the ways they are often miswritten: what is to be marked in a text as it was said."""
    right_of, _pattern = _table()
    return [*words, *(wrong for wrong, right in right_of.items() if right in words or any(right in w for w in words))]


def right_words() -> tuple[str, ...]:
    """List the words that are often miswritten, as they should be."""
    return tuple(dict.fromkeys(_table()[0].values()))


@cache
def _syllables() -> dict[str, str]:
    lines = SYLLABLES.read_text(encoding="utf-8").splitlines()
    pairs = (line.split() for line in lines if line and not line.startswith("#"))
    return {character: _near(sound) for sound, characters in pairs for character in characters}


def _near(sound: str) -> str:
    """Fold what many do not tell apart when they type: zh and z, ch and c, sh and s, -ng and -n."""
    sound = re.sub("^([zcs])h", r"\1", sound)
    return re.sub("(?<=[aei]n)g$", "", sound)


def sound(text: str) -> tuple[str, ...] | None:
    """Give the syllables of Chinese characters, near ones made alike; None where one is not known."""
    found = tuple(_syllables().get(character, "") for character in text)
    return found if all(found) else None


@lru_cache(maxsize=4096)
def initials(text: str) -> str:
    """Give the first letters of the syllables, as people type a name: 民政局 → mzj; empty where one is not known."""
    return "".join(syllable[0] for syllable in sound(text) or ())


def by_sound(text: str, names: tuple[str, ...]) -> Righted:
    """Put names in place of what sounds like them and is written otherwise: 龙全镇 → 龙泉镇, 低宝 → 低保."""
    table = _sounds(names)
    changes: dict[str, str] = {}

    def heard(match: re.Match[str]) -> str:
        run, out, at = match[0], [], 0
        while at < len(run):
            for end in range(min(len(run), at + LONGEST_NAME), at + 1, -1):
                piece = run[at:end]
                name = table.get(sound(piece) or ())
                if name:
                    if piece != name:
                        changes[piece] = name
                    out.append(name)
                    at = end
                    break
            else:
                out.append(run[at])
                at += 1
        return "".join(out)

    return Righted(_HAN.sub(heard, text), tuple(changes.items()))


@lru_cache(maxsize=2)
def _sounds(names: tuple[str, ...]) -> dict[tuple[str, ...], str]:
    """Give the names by their sound; what two names share belongs to neither."""
    found: dict[tuple[str, ...], str] = {}
    shared = set()
    for name in sorted({piece for each in names for piece in _HAN.findall(normalise(each))}):
        heard = sound(name)
        if heard is None:
            continue
        if heard in found:
            shared.add(heard)
        found[heard] = name
    return {heard: name for heard, name in found.items() if heard not in shared}
