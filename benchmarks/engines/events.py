"""Grouping by event: time and memory as the stream grows, each message as it comes, and how flat the threshold is.

`python -m benchmarks.engines.events [small|full]`. Full: one million generated messages with the lengths of a city's
stream, in parts of 125,000 to 1,000,000, on two processes; then 2,000 more as they come, at a memory of a million.
"""

import multiprocessing
import resource
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from itertools import islice

import numpy as np

from bandeng.engines.similarity import events
from bandeng.engines.similarity.events.scoring import THRESHOLD

from .machine import keep, resident
from .planted import stream

SIZES = {"small": (1000, 2000, 4000), "full": (125_000, 250_000, 500_000, 1_000_000)}
STEPS = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 1.4, 1.5)
SEEDS = {"small": (1, 2), "full": tuple(range(1, 11))}
MORE = 2000


def main(size: str) -> int:
    """Measure and keep the result."""
    growth = []
    for count in SIZES[size]:
        # A process of its own, so that its peak is its own.
        growth.append(_apart(_batch, count))
        print(growth[-1], flush=True)
    live = _apart(_live, SIZES[size][-1])
    print(live, flush=True)
    result = {"growth": growth, "exponent": _exponent(growth), "live": live, "flatness": _flatness(SEEDS[size])}
    keep(f"events-{size}", result)
    return 0


def _apart(measure: Callable[[int], dict], count: int) -> dict:
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(measure, count).result()


def _batch(count: int) -> dict:
    messages = [message for message, _ in stream(7, count, days=365 * 3)]
    before = resident()
    began, used = time.perf_counter(), _cpu()
    found = events.group(messages, processes=2)
    took, used = time.perf_counter() - began, _cpu() - used
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1000
    return {
        "messages": count,
        "seconds": round(took, 1),
        "cpu_s": round(used, 1),
        "groups": len(found.groups),
        "texts_mb": before,
        "peak_mb": peak,
        "characters": round(sum(len(m.text) + len(m.title) for m in islice(messages, 10_000)) / min(count, 10_000)),
    }


def _live(count: int) -> dict:
    """Measure each of the next messages as it comes, the memory full of those before it."""
    came = stream(7, count + MORE, days=365 * 3)
    found = events.group([message for message, _ in islice(came, count)], processes=2)
    grouper = events.Grouper.of(found, capacity=count, processes=2)
    del found
    took = []
    for message, _ in came:
        start = time.perf_counter()
        grouper.add(message)
        took.append((time.perf_counter() - start) * 1000)
    return {
        "messages": count,
        "measured": len(took),
        "p50_ms": round(float(np.quantile(took, 0.5)), 2),
        "p95_ms": round(float(np.quantile(took, 0.95)), 2),
        "longest_ms": round(max(took), 2),
        "resident_mb": resident(),
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

    streams = [list(stream(seed, 3000)) for seed in seeds]
    rows = []
    for step in STEPS:
        values = []
        for planted in streams:
            found = events.group([message for message, _ in planted], threshold=THRESHOLD * step)
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
