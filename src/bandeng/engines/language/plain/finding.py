"""Find what could be plainer, kinder or more to the point in a notice or reply. Findings only, never a score."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from ..sentences import sentences
from ..tokens import Tokeniser
from . import checks
from .rules import KINDS, Rule, rules


@dataclass(frozen=True)
class Finding:
    """What one rule found: where, in which sentence, why it matters, and what would be plainer.

    `replacement` is text for `start` to `end` that can be put there as it is, or None where a person must rewrite.
    """

    rule: str
    family: str
    start: int
    end: int
    sentence: str
    why: str
    plainer: str
    replacement: str | None


class Text:
    """A reply or notice under examination, with the message it answers; what checks ask of it is worked out once."""

    def __init__(self, words: str, message: str | None, tokeniser: Tokeniser):
        self.words, self.message, self._tokeniser = words, message, tokeniser

    @cached_property
    def sentences(self) -> list[tuple[int, int]]:
        return sentences(self.words)

    def sentence_at(self, start: int) -> tuple[int, int]:
        """Give the sentence in which a place stands; the place itself where it stands in none."""
        n = bisect_right(self.sentences, (start, len(self.words))) - 1
        return self.sentences[n] if n >= 0 and start < self.sentences[n][1] else (start, start)

    @cached_property
    def tokens(self) -> list[str]:
        return self._tokeniser.words(self.words)

    @cached_property
    def message_tokens(self) -> list[str]:
        return self._tokeniser.words(self.message or "")


_PLAIN = Tokeniser()


def findings(
    reply: str,
    *,
    message: str | None = None,
    kind: str = "reply",
    language: str = "zh",
    tokeniser: Tokeniser = _PLAIN,
) -> list[Finding]:
    """Give what the rules find in a reply or notice, in the order of the text.

    With `message`, the words that a reply answers, also whether it answers them. `language` is that of `why`. Raises
    ValueError on a kind or language that is none.
    """
    if kind not in KINDS:
        raise ValueError(f"kind is {kind!r}; it is one of {', '.join(KINDS)}")
    if language not in ("zh", "en"):
        raise ValueError(f"language is {language!r}; it is zh or en")
    text = Text(reply, message, tokeniser)
    if not text.sentences:
        return []
    found = (finding for rule in rules() if kind in rule.kinds for finding in _by(rule, text, language))
    return sorted(found, key=lambda finding: (finding.start, finding.end, finding.rule))


def _by(rule: Rule, text: Text, language: str) -> Iterator[Finding]:
    if rule.unless_reply and rule.unless_reply.search(text.words):
        return
    for start, end, replacement in _places(rule, text):
        begin, stop = text.sentence_at(start)
        if rule.unless and rule.unless.search(text.words, begin, max(stop, end)):
            continue
        why = rule.why_en if language == "en" else rule.why_zh
        sentence = text.words[begin : max(stop, end)] if end - begin <= 400 else text.words[begin:stop]
        yield Finding(rule.id, rule.family, start, end, sentence, why, rule.plainer, replacement)
        if rule.once:
            return


def _places(rule: Rule, text: Text) -> Iterator[tuple[int, int, str | None]]:
    if rule.pattern is None:
        yield from ((start, end, rule.replacement) for start, end in getattr(checks, rule.check)(text))
        return
    for match in rule.pattern.finditer(text.words):
        yield match.start(), match.end(), None if rule.replacement is None else match.expand(rule.replacement)
