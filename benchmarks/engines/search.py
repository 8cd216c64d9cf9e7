"""How fast likes and typed queries are at size, how large the index is, how soon new messages are seen; and the peers.

    python -m benchmarks.engines.search 20000
    python tools/with_postgres.py python -m benchmarks.engines.search 1000000 --peers 50000

Messages are made of the stream's words (`search_corpus`); queries are messages of the same make that are not in the
index. Peers answer the same question: best ten of the telling words within twenty of two hundred scopes.
"""

import json
import multiprocessing
import os
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from bandeng.engines.language import Tokeniser
from bandeng.engines.similarity import search

from . import search_peers as peers
from .machine import machine
from .search_corpus import CHUNK, SCOPES, Corpus, stream

HERE = Path(__file__).resolve().parent.parent
CACHE, RESULTS = HERE / ".cache", HERE / "results"
DATA = Path(os.environ.get("BANDENG_DATA", HERE.parent / "../shared/data"))
# Beyond any size measured, so that what asks is not in the index.
OUTSIDE = 10_000_000
QUESTIONS = 200
NEW = 1_000


SIZES = {"small": 20_000, "full": 1_000_000}
BESIDE = 20_000  # messages that the peers are given: they take minutes for more


def main(size: str) -> int:
    """Measure so many messages (`small`, `full`, or a number) and write benchmarks/results/search-SIZE.json."""
    messages = SIZES.get(size) or int(size)
    if not DATA.is_dir():
        print(f"{DATA} is not there: set BANDENG_DATA.", file=sys.stderr)
        return 2
    corpus = Corpus(stream(DATA))
    result = {"machine": machine(), "size": messages, "index": _index(corpus, messages)}
    result["beside"] = _beside(corpus, min(messages, BESIDE))
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"search-{messages}.json"
    path.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n")
    print(json.dumps(result, indent=1, ensure_ascii=False))
    return 0


def _index(corpus: Corpus, size: int) -> dict:
    folder = CACHE / f"search-{size}"
    built = _build(corpus, size, folder)
    asked = _apart(_ask, folder, list(corpus.messages(QUESTIONS, OUTSIDE)))
    return built | asked | {"new": _apart(_visible, folder, list(corpus.documents(5 * NEW, OUTSIDE + CHUNK)))}


def _build(corpus: Corpus, size: int, folder: Path) -> dict:
    """Build the index, or take the one that an earlier run left; give its size."""
    took = None
    if not (folder / "current").exists():
        cpu, began = time.process_time(), time.perf_counter()
        search.rebuild(folder, corpus.documents(size))
        took = {"s": round(time.perf_counter() - began, 1), "cpu_s": round(time.process_time() - cpu, 1)}
    megabytes = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
    return {"build": took, "mb": round(megabytes, 1), "bytes_a_message": round(megabytes * 1e6 / size)}


def _ask(folder: Path, messages: list[tuple[str, str]]) -> dict:
    """Ask on one core, in a process that has done nothing else."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    before = _memory()
    cpu, began = time.process_time(), time.perf_counter()
    index = search.Index.open(folder)
    opened = {"s": round(time.perf_counter() - began, 2), "cpu_s": round(time.process_time() - cpu, 2)}
    chosen = _scopes()
    fields = [{"title": title, "text": text} for title, text in messages]
    typed = [_two_words(text, seed) for seed, (_, text) in enumerate(messages)]
    texts = {"title": messages[0][0], "text": messages[0][1]}

    def explained(message: dict[str, str]) -> object:
        return index.likes(message, scopes=chosen, limit=5, fetch=lambda ids: dict.fromkeys(ids, texts))

    times = {
        "likes, 20 scopes": _times(lambda m: index.likes(m, scopes=chosen), fields),
        "likes, no limits": _times(lambda m: index.likes(m, scopes=None), fields),
        "likes, 20 scopes, all words": _times(lambda m: index.likes(m, scopes=chosen, terms=None), fields),
        "likes, 20 scopes, five explained": _times(explained, fields),
        "title alone, 20 scopes, with feedback": _times(explained, [{"title": title} for title, _ in messages]),
        "typed, 20 scopes": _times(lambda q: index.search(q, scopes=chosen), typed),
        "typed one word, 20 scopes, newest first": _times(
            lambda q: index.search(q, scopes=chosen, newest_first=True), ["小区", "路灯", "停水", "学校", "施工"] * 8
        ),
    }
    after = _memory()
    grown = {name: after[name] - before[name] for name in after}
    return {"open": opened, "times": times, "memory_mib": {"process": after, "grown": grown}}


def _two_words(text: str, seed: int) -> str:
    words = [word for word in Tokeniser().words(text) if len(word) > 1] or ["停水"]
    return " ".join(random.Random(seed).choices(words, k=2))


def _visible(folder: Path, documents: list[search.Document]) -> dict:
    """Add a thousand messages to the index, five times over, until a reader finds the last; then take them out."""
    index = search.Index.open(folder)
    took, cpus = [], []
    with index.writer() as writer:
        for at in range(0, len(documents), NEW):
            new = documents[at : at + NEW]
            cpu, began = time.process_time(), time.perf_counter()
            writer.add(new)
            writer.commit()
            assert new[-1].id in index.known([new[-1].id])
            took.append(time.perf_counter() - began)
            cpus.append(time.process_time() - cpu)
        writer.delete(document.id for document in documents)
        writer.commit()
    return {"messages": NEW, "s": [round(each, 3) for each in took], "cpu_s": [round(each, 3) for each in cpus]}


def _beside(corpus: Corpus, size: int) -> dict:
    """Ask the peers what the index is asked, on so many messages, and give their times over its time."""
    folder = CACHE / f"search-{size}"
    _build(corpus, size, folder)
    index, chosen = search.Index.open(folder), _scopes()
    messages = [{"title": title, "text": text} for title, text in corpus.messages(40, OUTSIDE)]
    telling = [index.explain(message, message).shared for message in messages]
    words = [[term.word for term in terms] for terms in telling]
    ours = _times(lambda message: index.likes(message, scopes=chosen), messages)
    found = {"bandeng": ours | {"mb": _build(corpus, size, folder)["mb"]}}
    for peer in peers.available(CACHE, corpus, size):
        found[peer.name] = _times(lambda asked, peer=peer: peer.ask(asked, chosen), words[: peer.questions])
        found[peer.name] |= {"mb": peer.megabytes(), "build_s": peer.took, "terms": peer.terms}
    ratios = {
        name: {each: round(other[each] / ours[each], 1) for each in ("p50_ms", "p95_ms")}
        for name, other in found.items()
        if name != "bandeng"
    }
    return {"size": size, "times": found, "ratios": ratios}


def _times(ask: Callable, questions: Iterable) -> dict:
    """Give percentiles by the clock and by this process's CPU: on a machine with others at work only CPU says much."""
    took, cpus = [], []
    for question in questions:
        cpu, began = time.process_time(), time.perf_counter()
        ask(question)
        took.append((time.perf_counter() - began) * 1000)
        cpus.append((time.process_time() - cpu) * 1000)
    return {
        "n": len(took),
        "p50_ms": round(statistics.median(took), 2),
        "p95_ms": round(statistics.quantiles(took, n=20)[18], 2),
        "p50_cpu_ms": round(statistics.median(cpus), 2),
        "p95_cpu_ms": round(statistics.quantiles(cpus, n=20)[18], 2),
    }


def _scopes() -> list[str]:
    return [f"s{n}" for n in random.Random(7).sample(range(SCOPES), 20)]


def _memory() -> dict[str, int]:
    rows = dict(line.split(":", 1) for line in Path("/proc/self/smaps_rollup").read_text().splitlines()[1:])
    mib = {name: int(rows[name].split()[0]) // 1024 for name in ("Rss", "Private_Dirty")}
    return {"resident": mib["Rss"], "private": mib["Private_Dirty"]}


def _apart(do: Callable, *args: object) -> dict:
    """Do something in a fresh process."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(do, args)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "small"))
