"""The stream of messages and which of them tell of one event; what was proposed, held against it."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime
from itertools import count

from . import county

PLACES = re.compile(r"[A-M]\d{1,2}(?:区|县|市)")


def messages() -> list[dict[str, str]]:
    """Give the messages by the names of their columns, each with its time, oldest first."""
    from bandeng.config.cli.evaluate import files

    rows = files.read(county.DATA / "stream.xlsx", ("id", "user", "title", "at", "text"))
    return sorted(rows, key=lambda row: county.written(row["at"]))


def events() -> dict[str, str]:
    """Give the event of each labelled message that is in the stream."""
    from bandeng.config.cli.evaluate import files

    there = {row["id"] for row in messages()}
    rows = files.read(county.DATA / "events.csv", ("event", "id"))
    return {row["id"]: row["event"] for row in rows if row["id"] in there}


def sources(source: str) -> dict[str, object]:
    """Give the key of each imported case by its number in the sheet."""
    from bandeng.speak.casework import api as cases

    return dict(cases.Case.objects.filter(source=source).values_list("source_number", "pk"))


def judged(source: str, at: dict[str, datetime] | None = None) -> dict:
    """Hold the open proposals against the events: B³ over the labelled messages, and what proposals look like.

    Proposals that share a case count as one group; who is in none is alone. `at`: when each message came.
    """
    from bandeng.config.cli.evaluate.merge import b3, interval
    from bandeng.speak.casework import api as cases
    from bandeng.speak.matters.models import ProposedCase

    members: dict[object, list] = defaultdict(list)
    for proposal, case in ProposedCase.objects.filter(proposal__state="open").values_list("proposal", "case"):
        members[proposal].append(case)
    group = _joined(list(members.values()))
    keys, event_of = sources(source), events()
    alone = count(-1, -1)
    pairs = [
        (event, group[keys[id_]] if keys[id_] in group else next(alone))
        for id_, event in event_of.items()
        if id_ in keys
    ]
    sizes = Counter(group.values())
    whole = b3(pairs)
    strict = b3(pairs, [sizes.get(number, 1) for _event, number in pairs])
    said = dict(cases.Case.objects.filter(pk__in=group).values_list("pk", "words_masked"))
    spread = [len({found for key in own for found in PLACES.findall(said[key])}) for own in members.values()]
    number_of = {key: id_ for id_, key in keys.items()}
    found = {
        "labelled": len(pairs),
        "b3_f1": round(whole.f1, 3),
        "b3_precision": round(whole.precision, 3),
        "b3_recall": round(whole.recall, 3),
        "b3_f1_interval": interval(pairs, 1),
        "b3_f1_with_intruders": round(strict.f1, 3),
        "in_a_proposal": round(sum(number in sizes for _event, number in pairs) / len(pairs), 3),
        "by_event": _by_event(pairs, sizes),
        "proposals": len(members),
        "cases_in_proposals": len(group),
        "cases_in_several": sum(n > 1 for n in Counter(key for own in members.values() for key in own).values()),
        "sizes": _sizes([len(own) for own in members.values()]),
        "several_districts_named": round(sum(n > 1 for n in spread) / max(1, len(spread)), 3),
    }
    if at:
        days = [_days([at[number_of[key]] for key in own if key in number_of]) for own in members.values()]
        found["longer_than_sixty_days"] = sum(n > 60 for n in days)
    return found


def _joined(groups: Sequence[Sequence]) -> dict[object, int]:
    """Number the groups, those that share a member alike."""
    number: dict[object, int] = {}
    for own in groups:
        there = {number[key] for key in own if key in number}
        target = min(there, default=len(number) + 1)
        for key, old in number.items():
            if old in there:
                number[key] = target
        number |= dict.fromkeys(own, target)
    return number


def _by_event(pairs: Sequence[tuple[str, int]], sizes: Counter) -> dict[str, dict]:
    found = {}
    for event in sorted({event for event, _number in pairs}):
        own = Counter(number for name, number in pairs if name == event)
        largest, in_it = own.most_common(1)[0]
        found[event] = {
            "messages": sum(own.values()),
            "in_its_largest_group": in_it,
            "strangers_there": sizes.get(largest, 1) - in_it,
            "groups": len(own),
        }
    return found


def _sizes(sizes: Sequence[int]) -> dict[str, int]:
    edges = (("2", 2), ("3 to 5", 5), ("6 to 20", 20), ("over 20", 10**6))
    counted = Counter(next(name for name, most in edges if size <= most) for size in sizes)
    return {name: counted[name] for name, _most in edges}


def _days(times: Sequence[datetime]) -> int:
    return (max(times) - min(times)).days if times else 0
