"""Grouping by event: time and memory as the stream grows, each message as it comes, and how flat the threshold is.

`python -m benchmarks.engines.events [small|middle|full]`. Full: one million generated messages with the lengths of a
city's stream, in parts of 125,000 to 1,000,000, on two processes; then 2,000 more as they come, at a memory of a
million. Middle goes to 125,000.
"""

import multiprocessing
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import islice

import numpy as np

from bandeng.engines.similarity import events
from bandeng.engines.similarity.events.scoring import THRESHOLD

from .machine import keep, resident
from .planted import stream

SIZES = {
    "small": (1000, 2000, 4000),
    "middle": (31_250, 62_500, 125_000),
    "full": (125_000, 250_000, 500_000, 1_000_000),
}
STEPS = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 1.4, 1.5)
SEEDS = {"small": (1, 2), "middle": (1, 2), "full": tuple(range(1, 11))}
MORE = 2000


def main(size: str) -> int:
    """Measure and keep the result, after each part what there is so far."""
    *smaller, largest = SIZES[size]
    result = {"flatness": _flatness(SEEDS[size]), "growth": []}
    keep(f"events-{size}", result)
    growth, result["live"] = _apart(_batch, largest, True)
    result["growth"] = [growth]
    keep(f"events-{size}", result)
    for count in reversed(smaller):
        result["growth"].insert(0, _apart(_batch, count, False)[0])
        result["exponent"] = _exponent(result["growth"])
        keep(f"events-{size}", result)
    return 0


def _apart(measure: Callable, *given) -> tuple[dict, dict]:
    """Measure in a process of its own, so that its peak is its own."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        found = pool.submit(measure, *given).result()
    print(*found, flush=True)
    return found


def _batch(count: int, is_live: bool) -> tuple[dict, dict]:
    came = stream(7, count + MORE, days=365 * 3)
    messages = [message for message, _ in islice(came, count)]
    before = resident()
    began, used = time.perf_counter(), _cpu()
    found = events.group(messages, processes=2)
    took, used = time.perf_counter() - began, _cpu() - used
    growth = {
        "messages": count,
        "seconds": round(took, 1),
        "cpu_s": round(used, 1),
        "load": round(os.getloadavg()[0], 1),
        "groups": len(found.groups),
        "texts_mb": before,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1000,
        "characters": round(sum(len(m.text) + len(m.title) for m in messages) / count),
    }
    return growth, _live(found, came) if is_live else {}


def _live(found: events.Grouping, came: Iterator) -> dict:
    """Measure each of the next messages as it comes, the memory full of those before it."""
    before = resident()
    grouper = events.Grouper.of(found, capacity=len(found.messages), processes=2)
    took, used = [], []
    for message, _ in came:
        start, cpu = time.perf_counter(), time.process_time()
        grouper.add(message)
        took.append((time.perf_counter() - start) * 1000)
        used.append((time.process_time() - cpu) * 1000)
    return {
        "messages": len(found.messages),
        "measured": len(took),
        "p50_ms": round(float(np.quantile(took, 0.5)), 2),
        "p95_ms": round(float(np.quantile(took, 0.95)), 2),
        "longest_ms": round(max(took), 2),
        "cpu_p95_ms": round(float(np.quantile(used, 0.95)), 2),
        "memory_mb": resident() - before,
    }


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _exponent(growth: list[dict]) -> float:
    """Give the slope of log CPU time over log size: 1 is linear."""
    sizes, seconds = (np.log([g[key] for g in growth]) for key in ("messages", "cpu_s"))
    return round(float(np.polyfit(sizes, seconds, 1)[0]), 3)


def _flatness(seeds: tuple[int, ...]) -> list[dict]:
    """Give B³ on planted streams as the threshold moves: over their events, and with intruders counted."""
    from bandeng.config.cli.evaluate.merge import b3

    streams = [(events.Stream(m for m, _ in planted), planted) for planted in (list(stream(s, 3000)) for s in seeds)]
    rows = []
    for step in STEPS:
        values = []
        for read, planted in streams:
            found = read.group(threshold=THRESHOLD * step)
            labelled = [(event, found.group_of(message.id)) for message, event in planted if event]
            sizes = [len(found.groups[group]) for _, group in labelled]
            values.append((b3(labelled).f1, b3(labelled, sizes).f1))
        mean, spread = np.mean(values, 0), np.std(values, 0)
        rows.append({
            "threshold": round(THRESHOLD * step, 3),
            "b3_f1": round(float(mean[0]), 3),
            "b3_f1_sd": round(float(spread[0]), 3),
            "with_intruders": round(float(mean[1]), 3),
        })  # fmt: skip
        print(rows[-1], flush=True)
    return rows


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "small"))
