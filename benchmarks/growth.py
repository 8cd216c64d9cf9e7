"""What a page costs as a county's history grows: two sizes of one store, served side by side and asked in turns.

    python -m benchmarks.growth --store postgresql --small 10000 --large 1000000

The machine's minutes differ by up to a third. So each size has web, worker and database of its own at the same time,
and each page is asked in short blocks, one size after the other. `serving` says what is counted.
"""

import argparse
import json
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from . import environment, serving, stores, texts
from .generate import SEED

BLOCK = 10  # requests
ROWS = 50  # what a page of a queue holds
FULL = f"queue, an office with {ROWS} rows"
WARM = 15


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--store", choices=("sqlite", "postgresql"), default="postgresql")
    parser.add_argument("--small", type=int, default=10_000, help="cases")
    parser.add_argument("--large", type=int, default=1_000_000, help="cases")
    parser.add_argument("--requests", type=int, default=100, help="how many of each page")
    parser.add_argument("--answer", type=int, metavar="CASES", help="be one of the two sizes")
    args = parser.parse_args()
    if args.answer:
        answer(args.store, args.answer)
    else:
        measure(args)


def measure(args: argparse.Namespace) -> None:
    """Measure both sizes, keep the result and show its ratios."""
    with running(args.store, args.small) as small, running(args.store, args.large) as large:
        result = compare([small, large], args.requests)
    target = environment.RESULTS / f"growth-{args.store}.json"
    environment.RESULTS.mkdir(exist_ok=True)
    target.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n")
    print(json.dumps({name: (page["cpu_ratio"], *page["cpu_ms"]) for name, page in result["pages"].items()}, indent=1))


def compare(sizes: list["Size"], requests: int) -> dict:
    """Ask both sizes for every page, `requests` times, in turns; give costs (ms for one) and ratios, large to small."""
    rng, pages = random.Random(11), {}
    told = in_both(sizes, "start", [said(rng) for _ in range(WARM)])

    def ask(page: str, inputs: list, *, is_act: bool = False) -> None:
        spent = [{"took": [], "cpu_s": {}} for _ in sizes]
        in_both(sizes, "begin")
        for number, at in enumerate(range(0, len(inputs), BLOCK)):
            for n in (0, 1) if number % 2 else (1, 0):
                block = sizes[n].ask("block", page, inputs[at : at + BLOCK])
                spent[n]["took"] += block["took"]
                for meter, seconds in block["cpu_s"].items():
                    spent[n]["cpu_s"][meter] = spent[n]["cpu_s"].get(meter, 0) + seconds
        if is_act:  # what the worker did for them belongs to them
            for one, whole in zip(spent, in_both(sizes, "settle"), strict=True):
                one["cpu_s"] = whole
        pages[page] = side_by_side(spent, len(inputs))

    cases = list(range(requests))
    ask("create", [said(rng) for _ in cases], is_act=True)
    if messages := serving.city_messages(requests):
        ask(serving.CITY, [(words, *texts.identity(rng)) for words in messages], is_act=True)
    ask("queue, an office", cases)
    ask("queue, all open", cases)
    ask("case page", cases)
    for act in serving.ACTS:
        ask(act, cases, is_act=True)
    ask("look-up", cases)
    in_both(sizes, "fill", [said(rng) for _ in range(ROWS)])
    ask(FULL, cases)
    memory = in_both(sizes, "memory")
    return {
        "machine": told[0]["machine"],
        "requests": requests,
        "cases": [each["cases"] for each in told],
        "idle": [each["idle"] for each in told],
        "memory": memory,
        "pages": pages,
    }


def said(rng: random.Random) -> tuple[str, str, str]:
    """Give (words, name, telephone) of one made-up message."""
    return (texts.message(rng), *texts.identity(rng))


def side_by_side(spent: list[dict], number: int) -> dict:
    """Give the cost of one request at both sizes, small first, and large to small."""
    meters = {
        f"{name}_ms": [round(one["cpu_s"][name] * 1000 / number, 2) for one in spent] for name in spent[0]["cpu_s"]
    }
    cpu = [sum(costs) for costs in zip(*meters.values(), strict=True)]
    p95 = [statistics.quantiles(one["took"], n=20)[18] for one in spent]
    return {
        **meters,
        "cpu_ms": [round(ms, 2) for ms in cpu],
        "p50_ms": [round(statistics.median(one["took"]), 2) for one in spent],
        "p95_ms": [round(ms, 2) for ms in p95],
        "cpu_ratio": round(cpu[1] / cpu[0], 2),
        "p95_ratio": round(p95[1] / p95[0], 2),
    }


class Size:
    """One of the two, in a process of its own: asked in lines of JSON, and answering in them."""

    def __init__(self, store: str, cases: int):
        command = [sys.executable, "-m", "benchmarks.growth", "--store", store, "--answer", str(cases)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, what: str, *given):
        self.process.stdin.write(json.dumps([what, *given]) + "\n")
        self.process.stdin.flush()
        if not (line := self.process.stdout.readline()):
            raise SystemExit(f"A size ended at {what!r}; what it said stands above.")
        return json.loads(line)


def in_both(sizes: list[Size], what: str, *given) -> list:
    """Ask both at the same time, for what is not measured or takes its time."""
    with ThreadPoolExecutor(len(sizes)) as pool:
        return list(pool.map(lambda size: size.ask(what, *given), sizes))


@contextmanager
def running(store: str, cases: int) -> Iterator[Size]:
    """Run one size; it ends with its input."""
    size = Size(store, cases)
    try:
        yield size
    finally:
        size.process.stdin.close()
        size.process.wait(120)


def answer(store: str, cases: int) -> None:
    """Be one size: serve a filled database and do what the lines of the input say, one line of output for each."""
    place = stores.directory(store, cases, SEED).resolve()
    if not stores.is_complete(place):
        raise SystemExit(f"Fill it first: python -m benchmarks.generate --store {store} --cases {cases}")
    with serving.database(store, place) as (url, server, home):
        environment.start(url, home)
        from bandeng.config.cli.static import collect

        collect()
        site = serving.Site(url, server)
        site.people = serving.People()
        with site.running():
            asked = Asked(site)
            for line in sys.stdin:
                what, *given = json.loads(line)
                print(json.dumps(getattr(asked, what)(*given)), flush=True)


class Asked:
    """What one size can be asked to do."""

    def __init__(self, site: serving.Site):
        self.site = site
        self.visits = serving.Visits(site.port, site.people, site.rng)
        self.codes: list[str] = []
        self.before: dict[str, float] = {}
        self.began = 0.0

    def start(self, messages: list) -> dict:
        """Warm up, rest, and give the facts."""
        from bandeng.speak.casework import api as cases

        from . import measuring

        for message in messages:  # a process of some minutes: templates, tables and plans are known
            self._register(message)
            self.visits.queue("handler")
            self.visits.case(self.codes.pop())
        self.site.catch_up()
        self.site.rest = self.site.idle()
        return {"machine": measuring.machine(), "cases": cases.Case.objects.count(), "idle": self.site.rest}

    def begin(self) -> None:
        """An act begins, whose worker is measured too."""
        self.before, self.began = self.site.read(), time.monotonic()

    def block(self, page: str, inputs: list) -> dict:
        """Ask for a page some times; give what each took (ms) and what all cost (s of CPU by meter)."""
        do, before, took = self._page(page), self.site.read(), []
        for given in inputs:
            at = time.perf_counter()
            do(given)
            took.append((time.perf_counter() - at) * 1000)
        return {"took": took, "cpu_s": {name: now - before[name] for name, now in self.site.read().items()}}

    def settle(self) -> dict[str, float]:
        """Give the CPU seconds since `begin`, what the worker did afterwards among them."""
        return self.site.spent(self.before, self.began)

    def fill(self, messages: list) -> None:
        """Put cases before an office, as many as a page shows."""
        for message in messages:
            self._register(message)
            self.visits.act(self.codes.pop(), "dispatch")
        self.site.catch_up()

    def memory(self) -> dict[str, float]:
        return self.site.memory(1_000)

    def _page(self, page: str) -> Callable:
        visits, codes = self.visits, self.codes
        if page == "look-up":
            receipts = visits.secrets(codes)
            return lambda n: visits.look_up(receipts[n])
        if page in serving.ACTS:
            return lambda n: visits.act(codes[n], page)
        return {
            "create": lambda message: self._register(message),
            serving.CITY: lambda message: visits.register(*message),
            "queue, all open": lambda _n: visits.queue("everywhere", "?tab=scope"),
            "case page": lambda n: visits.case(codes[n]),
            "queue, an office": lambda _n: visits.queue("handler"),
            FULL: lambda _n: visits.queue("handler"),
        }[page]

    def _register(self, message: list[str]) -> None:
        self.codes.append(self.visits.register(*message))


if __name__ == "__main__":
    main()
