"""`bandeng evaluate merge`: whether messages on one event come together."""

import argparse
import json
import random
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from ..failures import NotReady
from ..words import gettext as _
from . import files

HELP = _("Group a stream by event and compare with the events known.")
ABOUT = _(
    "B³ over the messages whose event is known; what else lies in a group is not counted. The threshold is fixed"
    " beforehand: the values beside it show how much hangs on it."
)
EXAMPLE = "bandeng evaluate merge stream.xlsx events.csv --json"

AROUND = (-0.2, -0.1, 0.1, 0.2)
DRAWS = 1000
TIMES = ("%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M", "%Y-%m-%d", "%Y/%m/%d")


class B3(NamedTuple):
    """Bagga and Baldwin's measure (1998): precision and recall of each message's group, averaged."""

    f1: float
    precision: float
    recall: float


def add_arguments(parser: argparse.ArgumentParser) -> None:
    from bandeng.engines.similarity.events import THRESHOLD

    parser.add_argument("stream", type=Path, metavar=_("STREAM"), help=_("messages: id, title, text, time"))
    parser.add_argument("events", type=Path, metavar=_("EVENTS"), help=_("which message tells of what: event, id"))
    parser.add_argument("--threshold", type=float, default=THRESHOLD, help=_("instead of %s") % THRESHOLD)
    parser.add_argument("--seed", type=int, default=1, help=_("of the interval's draws"))
    parser.add_argument("--json", action="store_true", help=_("print one JSON object"))


def run(args: argparse.Namespace) -> int:
    messages, event_of = _read(args.stream, args.events)
    if not args.threshold > 0:
        raise NotReady(_("A threshold is a number above 0."), _("Give another."))
    result = measure(messages, event_of, args.threshold, args.seed)
    if args.json:
        print(json.dumps(result, ensure_ascii=False, indent=1))
        return 0
    low, high = result["b3_f1_interval"]
    print(_("B³ F1 %(f1).3f (%(low).3f to %(high).3f), precision %(p).3f, recall %(r).3f") % {
        "f1": result["b3_f1"], "low": low, "high": high, "p": result["b3_precision"], "r": result["b3_recall"],
    })  # fmt: skip
    for name, value in result["b3_f1_around"].items():
        print(_("threshold %(step)s: %(f1).3f") % {"step": name, "f1": value})
    for name, value in result["b3_f1_without_event"].items():
        print(_("without %(event)s: %(f1).3f") % {"event": name, "f1": value})
    return 0


def measure(messages: list, event_of: dict[str, str], threshold: float, seed: int = 1) -> dict:
    """Give B³ with its interval, without each event, beside the threshold, and of a baseline."""
    from bandeng.engines.similarity.events import Stream

    stream = Stream(messages)

    def labelled(at: float) -> list[tuple[str, int]]:
        found = stream.group(threshold=at)
        return [(event, found.group_of(id_)) for id_, event in event_of.items()]

    pairs = labelled(threshold)
    whole = b3(pairs)
    events = sorted(set(event_of.values()))
    return {
        "b3_f1": round(whole.f1, 4),
        "b3_precision": round(whole.precision, 4),
        "b3_recall": round(whole.recall, 4),
        "b3_f1_interval": interval(pairs, seed),
        "threshold": threshold,
        "messages": len(messages),
        "labelled": len(pairs),
        "b3_f1_without_event": {name: round(b3([p for p in pairs if p[0] != name]).f1, 4) for name in events},
        "recall_by_event": {name: round(_recall(pairs, name), 4) for name in events},
        "b3_f1_around": {f"{step:+.0%}": round(b3(labelled(threshold * (1 + step))).f1, 4) for step in AROUND},
        "connected_components": _baseline(messages, event_of),
    }  # fmt: skip


def b3(pairs: Sequence[tuple[str, int]], sizes: Sequence[int] = ()) -> B3:
    """Give B³ of (event, group) pairs. With `sizes`, what else lies in each one's group counts against precision."""
    if not pairs:
        return B3(0.0, 0.0, 0.0)
    both, events, groups = Counter(pairs), Counter(e for e, _ in pairs), Counter(g for _, g in pairs)
    within = sizes or [groups[group] for _, group in pairs]
    precision = sum(both[pair] / size for pair, size in zip(pairs, within, strict=True)) / len(pairs)
    recall = sum(both[pair] / events[pair[0]] for pair in pairs) / len(pairs)
    return B3(2 * precision * recall / (precision + recall), precision, recall)


def interval(pairs: Sequence[tuple[str, int]], seed: int) -> list[float]:
    """Give the middle 95 % of F1 over draws of messages within each event (few events: no draws of those)."""
    rng = random.Random(seed)  # noqa: S311 - no secret
    by_event: dict[str, list] = {}
    for pair in pairs:
        by_event.setdefault(pair[0], []).append(pair)
    drawn = sorted(
        b3([pair for own in by_event.values() for pair in rng.choices(own, k=len(own))]).f1 for _ in range(DRAWS)
    )
    return [round(drawn[int(DRAWS * share)], 4) for share in (0.025, 0.975)]


def _recall(pairs: Sequence[tuple[str, int]], event: str) -> float:
    own = [group for name, group in pairs if name == event]
    return sum(n * n for n in Counter(own).values()) / len(own) ** 2


def _baseline(messages: list, event_of: dict[str, str]) -> dict[str, float]:
    """Give F1 of connected components on the mean cosine of words and title characters, threshold by threshold."""
    from .components import components

    ids = [message.id for message in messages]
    found = {}
    for threshold, labels in components(messages):
        of = dict(zip(ids, labels, strict=True))
        found[f"{threshold:.3f}"] = round(b3([(event, of[id_]) for id_, event in event_of.items()]).f1, 4)
    return found


def _read(stream: Path, events: Path) -> tuple[list, dict[str, str]]:
    from bandeng.engines.similarity.events import Message

    rows = files.read(stream, ("id", "title", "text", "at"))
    messages, seen = [], set()
    for row in rows:
        if not row["id"] or row["id"] in seen:
            raise NotReady(
                _("%(file)s has the id %(id)r twice or empty.") % {"file": stream, "id": row["id"]},
                _("Give each message its own."),
            )
        seen.add(row["id"])
        messages.append(Message(row["id"], row["title"], row["text"], _time(row["at"], stream)))
    named = {row["id"]: row["event"] for row in files.read(events, ("event", "id"))}
    event_of = {id_: event for id_, event in named.items() if id_ in seen}
    if not event_of:
        raise NotReady(
            _("No message of %(events)s is in %(stream)s.") % {"events": events, "stream": stream},
            _("Look whether both are of one stream."),
        )
    return messages, event_of


def _time(text: str, stream: Path) -> datetime:
    from bandeng.engines.deadlines import SHANGHAI

    for form in TIMES:
        try:
            return datetime.strptime(text.strip(), form)  # noqa: DTZ007 - a file's wall clock
        except ValueError:
            continue
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        raise NotReady(
            _("%(file)s has a time that cannot be read: %(text)r.") % {"file": stream, "text": text[:40]},
            _("Write it as 2026-01-31 08:30."),
        ) from None
    return at.astimezone(SHANGHAI).replace(tzinfo=None) if at.tzinfo else at
