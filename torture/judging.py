"""The verdict: what was promised against what is there. Pure, so that tests can plant a loss and see it named."""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

CASE, FILE, ACT, WORDS, JUDGEMENT, NOTE = "case", "file", "act", "words", "judgement", "note"
AGAIN = "（重发）"  # what the receiver reads on a message that may have gone out before


@dataclass(frozen=True)
class Promise:
    """Something asked of the site. `mark` finds it again: it stands in the words, the file's name, or names the act."""

    kind: str
    mark: str
    code: str = ""


@dataclass
class Facts:
    """What a database holds, counted by what the clients know of it. `bad` lists what is there and does not open."""

    cases: dict[str, list[str]] = field(default_factory=dict)  # mark → codes
    things: Counter = field(default_factory=Counter)  # (kind, mark, code) → how many
    bad: list[str] = field(default_factory=list)


def losses(told: Collection[Promise], asked: Iterable[Promise], facts: Facts) -> list[str]:
    """Name what was acknowledged and is not there exactly once, and what was asked once and is there twice."""
    found = list(facts.bad)
    for promise in told:
        count = _count(promise, facts)
        if count == 0:
            found.append(f"lost: {promise.kind} {promise.mark} of {promise.code}, which was acknowledged")
        elif promise.kind == CASE and promise.code not in facts.cases[promise.mark]:
            found.append(f"other: case {promise.mark} was acknowledged as {promise.code} and is another")
    known = {(p.kind, p.mark, p.code if p.kind != CASE else "") for p in told}
    pressed = {(p.kind, p.mark, p.code if p.kind != CASE else "") for p in asked} | known
    for kind, mark, code in sorted(pressed):
        if (count := _count(Promise(kind, mark, code), facts)) > 1:
            found.append(f"double: {kind} {mark} of {code or facts.cases[mark]} is there {count} times")
    return found


def unlearned(before: Mapping[tuple[str, int], str], after: Mapping[tuple[str, int], str]) -> list[str]:
    """Name what a killed learning spoilt. Both: digest of the model in use, by (subject, number).

    Another may have come to its end meanwhile; then its number is the next one. None is lost, and none changes.
    """
    numbers = dict(after.keys())
    found = [f"two models of {s} are in use" for s, n in Counter(s for s, _number in after).items() if n > 1]
    for (subject, number), digest in before.items():
        if subject not in numbers:
            found.append(f"the model of {subject} is in use no more")
        elif numbers[subject] < number:
            found.append(f"an older model of {subject} is in use: {numbers[subject]} after {number}")
        elif numbers[subject] == number and after[subject, number] != digest:
            found.append(f"the model of {subject} in use has changed")
    return found


def _count(promise: Promise, facts: Facts) -> int:
    if promise.kind == CASE:
        return len(facts.cases.get(promise.mark, ()))
    return facts.things[promise.kind, promise.mark, promise.code]


@dataclass(frozen=True)
class Delivery:
    """A message as a provider got it. `was_taken`: it may have reached the receiver, whatever was answered."""

    channel: str
    key: str
    text: str
    was_taken: bool


@dataclass(frozen=True)
class Queued:
    """A message of the outbox at the end; `has_alarm`: an act and a finding of `check` say that nobody got it."""

    key: str
    state: str
    has_alarm: bool = False


def message_faults(deliveries: Iterable[Delivery], outbox: Iterable[Queued]) -> list[str]:
    """Name messages that nobody got and nobody was told of, and those that went out twice without saying so."""
    taken: dict[str, list[str]] = {}
    for delivery in deliveries:
        if delivery.was_taken:
            taken.setdefault(delivery.key, []).append(delivery.text)
    found, rows = [], {row.key: row for row in outbox}
    for key, row in rows.items():
        if row.state == "sent" and key not in taken:
            found.append(f"message {key}: counts as sent and no provider had it")
        elif row.state == "dead" and not row.has_alarm:
            found.append(f"message {key}: given up without an alarm")
        elif row.state not in {"sent", "dead"}:
            found.append(f"message {key}: still {row.state}")
    for key, texts in taken.items():
        if key not in rows:
            found.append(f"message {key}: went out and is in no outbox")
        unmarked = sum(1 for text in texts[1:] if AGAIN not in text)
        if unmarked:
            found.append(f"message {key}: went out {len(texts)} times, {unmarked} of them again without a mark")
    return found


def forks(heads: Sequence[tuple[int, bytes]], leaves: Sequence[bytes]) -> list[str]:
    """Hold every head, in the order seen, against the leaves of the end: each is the root of the first so many.

    Computed from RFC 6962's definition alone, with nothing of the software under test.
    """
    found, largest, wanted = [], 0, {}
    for size, root in heads:
        if size < largest:
            found.append(f"head of {size} was served after one of {largest}")
        largest = max(largest, size)
        if wanted.setdefault(size, root) != root:
            found.append(f"two heads of {size} with different roots")
    stack: list[tuple[int, bytes]] = []  # (leaves under it, hash), largest first
    for size, leaf in enumerate(leaves, 1):
        stack.append((1, leaf))
        while len(stack) > 1 and stack[-1][0] == stack[-2][0]:
            (n, right), (_n, left) = stack.pop(), stack.pop()
            stack.append((2 * n, _node(left, right)))
        if size in wanted and _root(stack) != wanted[size]:
            found.append(f"head of {size} is not the root of the first {size} leaves: the log was forked")
    if largest > len(leaves):
        found.append(f"head of {largest} was served and the log ends with {len(leaves)} leaves")
    return found


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def _root(stack: list[tuple[int, bytes]]) -> bytes:
    root = stack[-1][1]
    for _n, left in reversed(stack[:-1]):
        root = _node(left, root)
    return root
