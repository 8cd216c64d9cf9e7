"""What of a message can tell one event from another: words, what stands before a word for a place, title characters.

A term is a 24-bit number (CRC-32 of its text, cut): counts then need no dictionary that grows with the stream. Terms
of the title's characters have the highest bit set, so that each of the two fields can be brought to the same length.
"""

import re
import zlib
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from bandeng.engines.language import Tokeniser, normalise

from .message import Message

BITS = 24
SIZE = 1 << BITS
TITLE = 1 << BITS - 1
TITLE_WORDS = 2  # a word of the title counts as often as two of the text
GIVEN_PLACE = 4  # a place that the county knows counts as often as four mentions
LONGEST = 20_000  # characters of a text that are read: nobody's event begins on the fifteenth page
MOST_COUNTED = 255

# Villages, roads, estates. What stands before them is a name, of which nobody has the list.
_CUE = re.compile("小区|花园|公寓|社区|家园|广场|山庄|公馆|[村镇路街苑城湾园府庭]")
NAME_LENGTHS = (2, 3, 4)


class Terms(NamedTuple):
    """The terms of many messages: those of message i are numbers[starts[i]:starts[i + 1]], each `counts` times."""

    numbers: np.ndarray  # int32
    counts: np.ndarray  # uint8
    starts: np.ndarray  # int64


def number_of(term: str, is_title: bool) -> int:
    """Give the number of a term."""
    return zlib.crc32(term.encode()) % TITLE | (TITLE if is_title else 0)


def spell(message: Message, tokeniser: Tokeniser) -> tuple[Counter, Counter]:
    """Give a message's terms as texts: words and names (which begin with @), and pieces of the title."""
    title = _words(message.title, tokeniser)
    text = _words(message.text[:LONGEST], tokeniser)
    words = Counter(word for word in text if _tells(word))
    words.update(Counter({word: TITLE_WORDS * n for word, n in Counter(filter(_tells, title)).items()}))
    plain = "".join(title)
    words.update(_names("".join(text)))
    for name in _names(plain):
        words[name] += TITLE_WORDS
    if message.place and (place := normalise(message.place)):
        words["@" + place] += GIVEN_PLACE
    pieces = Counter(plain[at : at + size] for size in (2, 3) for at in range(len(plain) - size + 1))
    return words, pieces


def read(messages: Sequence[Message], tokeniser: Tokeniser) -> Terms:
    """Give the terms of messages as numbers."""
    numbers: list[int] = []
    counts: list[int] = []
    starts = [0]
    for message in messages:
        words, pieces = spell(message, tokeniser)
        found = Counter()
        for is_title, terms in enumerate((words, pieces)):
            for term, count in terms.items():
                found[number_of(term, bool(is_title))] += count
        numbers += found.keys()
        counts += found.values()
        starts.append(len(numbers))
    kept = np.minimum(np.array(counts, dtype=np.int64), MOST_COUNTED).astype(np.uint8)
    return Terms(np.array(numbers, dtype=np.int32), kept, np.array(starts, dtype=np.int64))


def join(parts: Sequence[Terms]) -> Terms:
    """Put the terms of parts of a stream behind one another."""
    lengths = np.concatenate([np.diff(part.starts) for part in parts])
    starts = np.concatenate([[0], np.cumsum(lengths)])
    return Terms(np.concatenate([p.numbers for p in parts]), np.concatenate([p.counts for p in parts]), starts)


def _words(text: str, tokeniser: Tokeniser) -> list[str]:
    # a lone surrogate is no character, and nothing downstream can write it
    return tokeniser.words(text.encode("utf-8", "replace").decode() if not text.isascii() else text)


def _tells(word: str) -> bool:
    return len(word) > 1


def _names(plain: str) -> list[str]:
    """Give what may be names: the two, three and four characters before each word for a place."""
    found = []
    for cue in _CUE.finditer(plain):
        end = cue.start()
        found += ["@" + plain[end - size : end] for size in NAME_LENGTHS if size <= end]
    return found
