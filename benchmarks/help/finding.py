"""Both files imported by the product's command, its worker run; then likes, beside what one had before.

Every message with a known event asks for the others, as a dispatcher who sees all cases. Recall among the first ten,
averaged over the messages of an event, then over events.
"""

import json
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable

from . import county, stream

FIRST = 10
FILES = (("replied.xlsx", "replied"), ("stream.xlsx", "stream"))


def main() -> dict:
    """Measure, in a fresh county."""
    county.start("finding")
    county.build()
    result: dict = {"imports": {}}
    for file, source in FILES:
        result["imports"][file] = _command("import", "cases", str(county.DATA / file), "--source", source, "--json")
    began = time.perf_counter()
    _command("worker", "--once")
    result["worker_once_s"] = round(time.perf_counter() - began, 1)
    return result | {"likes": _likes(), "matters_as_imported": stream.judged("stream")}


def _command(*words: str) -> dict:
    """Run a command of the product; give its counts and time."""
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "bandeng.config.cli", *words], check=False, capture_output=True, text=True
    )
    if done.returncode not in (0, 1):
        raise SystemExit(f"{words[0]}: {done.stderr[-2000:]}")
    said = json.loads(done.stdout) if "--json" in words else {}
    names = ("rows", "imported", "open", "answered", "held", "repeated")
    counts = {name: said[name] for name in names if name in said}
    doubts: dict[str, int] = defaultdict(int)
    for one in said.get("doubts", ()):
        doubts[one["code"]] += 1
    return {**counts, "doubts": dict(doubts), "seconds": round(time.perf_counter() - began, 1)}


def _likes() -> dict:
    from datetime import UTC, datetime

    from bandeng.engines.language import Tokeniser
    from bandeng.speak.casework import api as cases
    from bandeng.speak.lookup import api as lookup
    from bandeng.speak.lookup import indexing

    who = county.permissions(f"dispatcher.{county.RECEPTION}", datetime.now(UTC))
    keys, event_of = stream.sources("stream"), stream.events()
    rows = cases.Case.objects.in_bulk([keys[id_] for id_ in event_of if id_ in keys])
    titles = {row["id"]: row["title"].strip() for row in stream.messages()}
    id_of = {key: id_ for id_, key in keys.items()}
    cut = Tokeniser(indexing.names()).words

    def containing(words: list[str]) -> list:
        rows = cases.visible(who).filter(source="stream")
        for word in words:
            rows = rows.filter(words_masked__icontains=word)
        return list(rows.order_by("-pk").values_list("pk", flat=True)[: FIRST + 1])

    def likes(id_: str) -> list:
        found = lookup.like(who, rows[keys[id_]].words_masked, but_not={keys[id_]}, limit=FIRST)
        return [like.case.pk for like in found or ()]

    def by_title(id_: str) -> list:
        found = lookup.like(who, titles[id_], but_not={keys[id_]}, limit=FIRST)
        return [like.case.pk for like in found or ()]

    def longest(id_: str) -> list:
        return containing([max(cut(titles[id_]), key=len, default=titles[id_])])

    def former(id_: str) -> list:
        return containing(titles[id_].split())

    def found(id_: str) -> list:
        hits = lookup.find(who, lookup.Asked(titles[id_][:100])).found
        return [hit.case.pk for hit in hits]

    asks = {
        "likes, whole message": likes,
        "likes, title": by_title,
        "search page, title": found,
        "LIKE on the title's longest word": longest,
        "former search, title": former,
    }
    return {name: _recall(ask, keys, event_of, id_of) for name, ask in asks.items()}


def _recall(ask: Callable[[str], list], keys: dict, event_of: dict[str, str], id_of: dict) -> dict:
    shares, took = defaultdict(list), []
    for id_, event in event_of.items():
        wanted = {other for other, its in event_of.items() if its == event and other != id_ and other in keys}
        began = time.perf_counter()
        hits = [id_of.get(key) for key in ask(id_) if key != keys[id_]][:FIRST]
        took.append((time.perf_counter() - began) * 1000)
        shares[event].append(len(wanted & set(hits)) / min(FIRST, len(wanted)))
    by_event = {event: round(statistics.mean(own), 3) for event, own in sorted(shares.items())}
    return {
        "recall_at_10": round(statistics.mean(by_event.values()), 3),
        "by_event": by_event,
        "p50_ms": round(statistics.median(took), 1),
        "p95_ms": round(statistics.quantiles(took, n=20)[18], 1),
    }
