"""Texts into terms: words, a title's character bigrams, and how much each tells."""

import math
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping

import rjieba

from bandeng.engines.language import Tokeniser, normalise

# What is read of one field. A message of ten million characters is an attachment gone astray, or an attack.
LONGEST_TEXT = 50_000
LONGEST_WORD = 64
TELLING = 40

# Words that stand in every tenth message or more and say nothing of what it is about: they never tell, and their
# postings are the longest.
_EMPTY = frozenset(
    re.split(
        " ",
        "的 了 是 在 有 都 和 也 我 我们 到 就 还 一个 为 给 与 对 要 能 后 等 请 这 但 被 可以 没有 现在 并 让 将 从"
        " 又 该 而 来 向 及 会 未 已 以 吗 过 就是 于 没 他们 把 个 很 不是 如果 因为 却 此 但是 这个 什么 这样 还是",
    )
)

_RUN = re.compile(r"[0-9a-z\u3400-\u9fff\U00020000-\U000323af]+")
_NUMBER = re.compile(r"[0-9]+")
# 东山村 and 幸福小区 are places; 水厂 and 小区 are kinds of place, and differ between no two messages
_PLACE = re.compile(
    ".{2,}(?:[省市区县旗镇乡村组屯路街道巷弄里桥河湖山站厂园苑城湾庭府邸寓居]|社区|小区|花园|大厦|广场|公寓|学校|中学|小学|大学|医院)"
)


class Reader:
    """Reads with the names of one county; an index is read and asked with the same names."""

    def __init__(self, names: Iterable[str] = ()):
        self.names = tuple(sorted(set(names)))
        self._places = {normalise(name) for name in self.names}
        self._tokeniser = Tokeniser(self.names)

    def words(self, text: str) -> list[str]:
        """Give the words of the first LONGEST_TEXT characters but the empty ones, each cut to LONGEST_WORD.

        A blank within a name becomes "_": the index parts words at blanks.
        """
        found = (word for word in self._tokeniser.words(text[:LONGEST_TEXT]) if word not in _EMPTY)
        return [word[:LONGEST_WORD].replace(" ", "_") for word in found]

    def parts(self, text: str, words: Collection[str]) -> set[str]:
        """Give all words of the dictionary that stand in a text, but those it was cut into and their beginnings.

        路灯不亮 is cut into 路 and 灯不亮; who types 路灯 must find it all the same. A word's beginning
        is found by asking for longer words, which saves a third of the parts.
        """
        found = {word[:LONGEST_WORD] for word in rjieba.cut_all(normalise(text)) if len(word) > 1}
        beginnings = {word[:end] for word in words for end in range(2, len(word))}
        return {word for word in found.difference(words, beginnings) if _RUN.fullmatch(word)}

    def readings(self, query: str) -> list[list[str]]:
        """Give the words of a typed query, as cut with guesses at unknown words and without where that differs."""
        guessed = list(dict.fromkeys(self.words(query)))
        plain = [word[:LONGEST_WORD] for word in rjieba.cut(normalise(query[:LONGEST_TEXT]), hmm=False)]
        known = list(dict.fromkeys(word for word in plain if _RUN.fullmatch(word) and word not in _EMPTY))
        return [guessed] if set(known) == set(guessed) or not known else [guessed, known]

    def counted(self, fields: Mapping[str, str]) -> Counter[str]:
        """Count the words of a message; one of the title counts twice."""
        title = self.words(fields.get("title", ""))
        return Counter(title + title + self.words(fields.get("text", "")))

    def is_place(self, word: str) -> bool:
        """Say whether a word is one of the county's names, or ends like the name of a place."""
        return word in self._places or bool(_PLACE.fullmatch(word))


def bigrams(text: str) -> list[str]:
    """Give each two neighbouring characters; signs and blanks part them, a character alone stands for itself."""
    runs = _RUN.findall(normalise(text[:LONGEST_TEXT]))
    return [run[at : at + 2] for run in runs for at in range(max(1, len(run) - 1))]


def numbers(text: str) -> list[str]:
    """Give the numbers of a text in their order, each once."""
    return list(dict.fromkeys(_NUMBER.findall(normalise(text[:LONGEST_TEXT]))))


def rarity(frequency: int, total: int) -> float:
    """Give the inverse document frequency as BM25 has it: ln(1 + (N - n + ½) / (n + ½)), never below 0."""
    return math.log1p(max(0.0, (total - frequency + 0.5) / (frequency + 0.5)))


def telling(
    counted: Mapping[str, float], frequency: Callable[[str], int], total: int, limit: int | None = TELLING
) -> dict[str, float]:
    """Give the words that tell most, with weights whose mean is 1.

    A word weighs (1 + ln count) · √idf, times the idf that BM25 multiplies by itself; words the index has not are left
    out. Raising the idf's power to 1.5 lifts replies above their boilerplate and leaves events where they were.
    """
    known = {word: rarity(there, total) for word in counted if (there := frequency(word))}
    weights = {word: (1 + math.log(counted[word])) * math.sqrt(idf) for word, idf in known.items() if idf > 0}
    best = sorted(weights, key=lambda word: (-weights[word] * known[word], word))[:limit]
    mean = sum(weights[word] for word in best) / len(best) if best else 1
    return {word: weights[word] / mean for word in best}
