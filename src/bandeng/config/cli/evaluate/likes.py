"""`bandeng evaluate likes`: does a message find the others on the same event, or its own reply?"""

import argparse
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..failures import NotReady
from ..output import print_json, progress, table
from ..words import gettext as _
from . import files

if TYPE_CHECKING:
    from bandeng.engines.similarity import search

HELP = _("Does a message find the others on its event, or its own reply, among the first ten?")
ABOUT = _(
    "With EVENTS (columns event, id) each message named there asks for the others of its event among all MESSAGES:\n"
    "found among the first ten, of ten or of as many as there are, averaged over the messages of an event, then over\n"
    "events. Without EVENTS the messages need a column of replies, and each asks for its own reply.\n\n"
    "Beside it, on the same messages, plain methods over everything: TF-IDF cosine on words and BM25 on character\n"
    "bigrams; intervals are 95 % of a paired bootstrap over the messages of each event. What the pruning of long\n"
    "queries to the forty most telling words loses is the recall with all words less the recall with forty."
)
EXAMPLE = "bandeng evaluate likes stream.xlsx events.csv --query title --json\n  bandeng evaluate likes replied.xlsx"

# Nothing here depends on time, and a document must have one.
SOME_TIME = datetime(2000, 1, 1, tzinfo=UTC)
FIRST = 10
Fields = dict[str, str]
# By group (an event, or the one group of all replies): for each message asked, the share found.
Shares = dict[str, list[float]]
Ask = Callable[[str], Sequence[str]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("messages", metavar="MESSAGES", type=Path, help=_("csv or xlsx: id, title, text (and reply)"))
    parser.add_argument("events", metavar="EVENTS", type=Path, nargs="?", help=_("csv or xlsx: event, id"))
    parser.add_argument("--query", choices=("whole", "title"), default="whole", help=_("what of a message asks"))
    parser.add_argument("--seed", type=int, default=1, help=_("of the bootstrap"))
    parser.add_argument("--json", action="store_true", help=_("for programs"))


def run(args: argparse.Namespace) -> int:
    rows = files.read(args.messages, ["id", "title", "text"] + ([] if args.events else ["reply"]))
    messages = {row["id"]: row for row in rows if row["id"].strip()}
    left_out = {"messages": len(rows) - len(messages)}
    by_title = args.query == "title"
    if args.events:
        groups, left_out["event_rows"] = _events(args.events, messages)
        found = {key: {"title": row["title"], "text": row["text"]} for key, row in messages.items()}
        task = Task(messages, found, groups, by_title)
    else:
        replies = {key: {"title": "", "text": row["reply"]} for key, row in messages.items()}
        task = Task(messages, replies, {"replies": list(messages)}, by_title, is_reply=True)
    result = _measure(task, args.seed) | {"left_out": left_out}
    if args.json:
        print_json(result)
    else:
        _print(result)
    return 0


@dataclass
class Task:
    """What asks, what can be found, and what should be: the other ids of a group, or a message's own reply."""

    messages: dict[str, Fields]
    documents: dict[str, Fields]
    groups: dict[str, list[str]]
    by_title: bool
    is_reply: bool = False

    def recall(self, ask: Ask, text: str) -> Shares:
        """Give for each message of each group the share of what it should find that is among the first ten."""
        shares: Shares = {}
        with progress(sum(map(len, self.groups.values())), text) as bar:
            for name, ids in self.groups.items():
                shares[name] = []
                for key in ids:
                    wanted = {key} if self.is_reply else set(ids) - {key}
                    shares[name].append(len(wanted & set(ask(key)[:FIRST])) / min(FIRST, len(wanted)))
                    bar.update()
        return shares

    def engine(self, index: "search.Index", terms: int | None) -> Ask:
        """Ask the engine, with so many telling words."""

        def ask(key: str) -> Sequence[str]:
            message = {name: self.messages[key][name] for name in (("title",) if self.by_title else ("title", "text"))}
            hits = index.likes(
                message,
                scopes=["all"],
                limit=FIRST,
                exclude=self._not(key),
                fetch=lambda ids: {each: self.documents[each] for each in ids},
                terms=terms,
                is_explained=False,
            )
            return [hit.id for hit in hits]

        return ask

    def plain(self) -> Iterator[tuple[str, Ask]]:
        """Give the plain methods by name, each with the whole message and with its title."""
        from bandeng.engines.language import Tokeniser
        from bandeng.engines.similarity.search import bigrams

        from .plain import Plain, best

        keys = list(self.documents)
        for name, cut in (("word_tfidf", Tokeniser().words), ("bigram_bm25", bigrams)):
            there = Plain([cut(f"{row['title']}\n{row['text']}") for row in self.documents.values()])
            score = there.tfidf if name == "word_tfidf" else there.bm25
            for part in (("title", "text"), ("title",)):

                def ask(key: str, cut=cut, score=score, part=part) -> Sequence[str]:
                    asked = cut("\n".join(self.messages[key][each] for each in part))
                    without = keys.index(key) if self._not(key) else None
                    return [keys[n] for n in best(score(asked), FIRST, without)]

                yield f"{name}_{'whole' if len(part) > 1 else 'title'}", ask

    def _not(self, key: str) -> list[str]:
        return [] if self.is_reply else [key]


def _events(path: Path, messages: dict[str, Fields]) -> tuple[dict[str, list[str]], int]:
    """Give the ids of each event that are among the messages, and how many rows that leaves out."""
    groups: dict[str, list[str]] = {}
    rows = files.read(path, ["event", "id"])
    for row in rows:
        if row["id"] in messages and row["id"] not in groups.setdefault(row["event"], []):
            groups[row["event"]].append(row["id"])
    groups = {event: ids for event, ids in groups.items() if len(ids) > 1}
    if not groups:
        raise NotReady(_("No event has two of the messages."), _("Look whether both files are of the same messages."))
    return groups, len(rows) - sum(map(len, groups.values()))


def _measure(task: Task, seed: int) -> dict:
    from bandeng.engines.similarity import search

    from .plain import interval

    with tempfile.TemporaryDirectory(prefix="bandeng-likes-") as folder:
        rows = (search.Document(key, fields, ["all"], SOME_TIME) for key, fields in task.documents.items())
        try:
            search.rebuild(folder, rows)
        except search.InvalidDocument as error:
            raise NotReady(_("A message cannot be read: %s.") % error, _("Mend it or leave it out.")) from None
        index = search.Index.open(folder)
        ours = task.recall(task.engine(index, search.TELLING), _("asking"))
        unpruned = task.recall(task.engine(index, None), _("asking with all words"))
    others = {name: task.recall(ask, name) for name, ask in task.plain()}

    def told(shares: Shares) -> dict:
        arrays = [np.array(each) for each in shares.values()]
        return {"mean": _mean(shares), "interval": [round(bound, 4) for bound in interval(arrays, seed)]}

    result = {
        "query": "title" if task.by_title else "whole",
        "messages": len(task.messages),
        "asked": sum(map(len, ours.values())),
        "recall_at_10": _mean(ours),
        "interval": told(ours)["interval"],
        "recall_at_10_by_event": {name: round(sum(found) / len(found), 4) for name, found in ours.items()},
        "baselines": {name: _mean(found) for name, found in others.items()},
        "gains": {name: told(_less(ours, found)) for name, found in others.items()},
        "pruning_loss": told(_less(unpruned, ours)),
    }
    if task.is_reply:
        del result["recall_at_10_by_event"]
    return result


def _less(one: Shares, other: Shares) -> Shares:
    return {name: [a - b for a, b in zip(one[name], other[name], strict=True)] for name in one}


def _mean(shares: Shares) -> float:
    return round(sum(sum(found) / len(found) for found in shares.values()) / len(shares), 4)


def _print(result: dict) -> None:
    name = _("recall within the first ten")
    rows = [(name, f"{result['recall_at_10']:.3f}", "{:.3f} – {:.3f}".format(*result["interval"]))]
    rows += [(event, f"{found:.3f}", "") for event, found in result.get("recall_at_10_by_event", {}).items()]
    for other, found in result["baselines"].items():
        gain = result["gains"][other]
        rows.append((other, f"{found:.3f}", "{:+.3f} ({:+.3f} – {:+.3f})".format(gain["mean"], *gain["interval"])))
    loss = result["pruning_loss"]
    rows.append((_("lost by pruning"), f"{loss['mean']:+.3f}", "{:+.3f} – {:+.3f}".format(*loss["interval"])))
    print(table((_("what"), _("measure"), _("95 %, gain over it")), rows))
    print(_("%(asked)d of %(messages)d messages asked.") % result)
