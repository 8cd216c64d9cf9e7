"""Write docs/explanation/cost.md (what an act costs) and speed.md (what a page costs) from the results there are."""

import json

from .environment import HERE, RESULTS

TARGET = HERE.parent / "docs" / "explanation" / "cost.md"
HEAD = """# What an act costs

Written by `make bench` from `benchmarks/results/`; do not edit. An act here is a whole one: the row, the clocks, who
may see it, the history line, the ledger entry, words sealed under a key of the case's own. Times are single runs on the
machine named, with others at work on it: trust the order, not the digits.

*CPU ratio* is CPU of Python and database together, against a plain Django insert of the same row in the same run
(no date, no history, no ledger, no seals, no message). *Queries* include BEGIN-like statements that Django sends.
"""


def main() -> None:
    results = sorted(
        map(_read, RESULTS.glob("registering-*.json")), key=lambda r: (r["machine"]["store"], r["cases_there"])
    )
    parts = [HEAD, *map(_section, results), _filling(results)]
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text("\n".join(parts))
    print(TARGET)
    write_speed()


SPEED = HERE.parent / "docs" / "explanation" / "speed.md"
SPEED_HEAD = """# What a page costs

Written by `make bench` from `serving-*.json` and `growth-*.json` in `benchmarks/results/`; do not edit. Measured over
HTTP against `bandeng serve` with one process and `bandeng worker`, the load generator's CPU not counted; one request
after another, so that p95 is a page's own time. An act is its form sent (the page that shows the form is a page, not
the act); its cost holds what the worker does for it afterwards. A *create* is the counter's form with name and
telephone, all that follows included: clocks, access, history, ledger entry and leaf, notices, and the short message
handed to a provider on this machine. Of the worker's part of a create most is what reads the words: search, the right
office, and whether it is one event with others. The generated messages are made of few sentences, so that each is like
hundreds of others, which is the dearest case there is for it; real ones are seldom like any. A *look-up* is code and
secret sent, and the resident's page. *Statements* leave out BEGIN and its like.

Times are of the machine and hour named; the same code took up to a third more in other hours. What holds elsewhere are
the ratios: django-helpdesk 2.6 in its own environment, on the same server and the same kind of store, with 10,000
tickets, its mail handed to a server on this machine, each of its pages asked half before and half after ours. Its list
is the page and the request for its fifty rows.
"""
PAIRS = {"create": "create", "queue, an office": "list", "case page": "detail"}


def write_speed() -> None:
    found = sorted(map(_read, RESULTS.glob("serving-*.json")), key=lambda r: (r["machine"]["store"], r["cases_there"]))
    grown = map(_read, sorted(RESULTS.glob("growth-*.json")))
    parts = [SPEED_HEAD, *(_beside(r) for r in found if "helpdesk" in r), *map(_growth, grown), *map(_pages, found)]
    SPEED.write_text("\n".join(parts))
    print(SPEED)


def _beside(result: dict) -> str:
    """Hold three pages against the peer's."""
    lines = [
        f"## Beside a help desk: {result['machine']['store']}, 10,000 cases and 10,000 tickets",
        "",
        "| page | Bandeng CPU ms | help desk CPU ms | ratio | statements | of the help desk | ratio |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for ours, theirs in PAIRS.items():
        cost, peer = result["pages"][ours]["cpu_ms"], result["helpdesk"]["pages"][theirs]["cpu_ms"]
        sent, peer_sent = result["queries"][ours]["statements"], result["helpdesk"]["queries"][theirs]["statements"]
        ratios = result["ratios"][ours]
        lines.append(f"| {ours} | {cost} | {peer} | {ratios['cpu']} | {sent} | {peer_sent} | {ratios['statements']} |")
    return "\n".join([*lines, ""])


def _pages(result: dict) -> str:
    machine = result["machine"]
    meters = [name for name in ("web", "worker", "database") if f"{name}_ms" in result["pages"]["create"]]
    lines = [
        f"## {machine['store']}, {result['generated']['cases']:,} cases",
        "",
        f"{machine['at'][:16]}, {machine['cpu']}, {machine['cores']} cores, load {machine['load']} at the beginning;"
        f" {result['requests']} of each.",
        "",
        f"| page | {' | '.join(f'{m} CPU ms' for m in meters)} | all | statements | p50 ms | p95 ms |",
        f"|---|{'--:|' * (len(meters) + 4)}",
    ]
    for name, cost in result["pages"].items():
        sent = result["queries"].get(name, {}).get("statements", "")
        cells = [cost[f"{m}_ms"] for m in meters] + [cost["cpu_ms"], sent, cost["p50_ms"], cost["p95_ms"]]
        lines.append(f"| {name} | {' | '.join(map(str, cells))} |")
    memory = result["memory"]
    family = memory.get("web_family_mib")  # measured since a process is forked from one that has loaded everything
    lines += [
        "",
        f"The whole loop (create to look-up): {result['loop_cpu_ms']} CPU ms. With nobody there: "
        + ", ".join(f"{name} {ms} ms of CPU a second" for name, ms in result["idle"].items())
        + f". Private memory of the web's process after 1,000 more requests: {memory['web_private_mib']} MiB, of which"
        f" {memory['of_which_mapped_files']} are unchanged pages of mapped files, which the kernel takes back"
        + (f"; with the process it is forked from, what both have counted once, {family} MiB." if family else "."),
    ]
    if beside := result.get("under_import"):
        lines += [
            "",
            f"While {beside['rows']:,} rows are imported beside it ({beside['import_s']} s): p95 {beside['p95_ms']} ms"
            f" over {beside['requests']} requests, the longest {beside['longest_ms']} ms.",
        ]
    return "\n".join([*lines, ""])


def _growth(result: dict) -> str:
    """Hold pages of two sizes, asked in turns, against each other."""
    small, large = result["cases"]
    machine, meters = result["machine"], [m for m in ("web", "worker", "database") if f"{m}_ms" in _first(result)]
    lines = [
        f"## {large:,} cases against {small:,}: {machine['store']}",
        "",
        f"{machine['at'][:16]}, {machine['cpu']}, {machine['cores']} cores. Both are served at the same time, each by"
        f" processes of its own, and asked in turns, ten requests at one and ten at the other; {result['requests']} of"
        " each page.",
        "",
        f"| page | {' | '.join(f'{m} CPU ms' for m in meters)} | all | ratio | p95 ms | ratio |",
        f"|---|{'--:|' * (len(meters) + 4)}",
    ]
    for name, page in result["pages"].items():
        costs = [" → ".join(map(str, page[f"{m}_ms"])) for m in (*meters, "cpu", "p95")]
        cells = [*costs[:-1], page["cpu_ratio"], costs[-1], page["p95_ratio"]]
        lines.append(f"| {name} | {' | '.join(map(str, cells))} |")
    memory = " and ".join(f"{each['web_private_mib']} MiB" for each in result["memory"])
    families = " and ".join(f"{each['web_family_mib']} MiB" for each in result["memory"])
    rest = " and ".join(", ".join(f"{name} {ms}" for name, ms in each.items()) for each in result["idle"])
    lines += [
        "",
        "The office's queue is short at the small size and a full page at the large one, so it is measured once more"
        " after fifty cases were sent there.",
        f"Private memory of the web's process after 1,000 more requests: {memory}; with the process it is forked from,"
        f" what both have counted once: {families}. With nobody there, ms of CPU a second: {rest}.",
    ]
    return "\n".join([*lines, ""])


def _first(result: dict) -> dict:
    return next(iter(result["pages"].values()))


def _read(path) -> dict:
    return json.loads(path.read_text())


def _section(result: dict) -> str:
    machine = result["machine"]
    lines = [
        f"## {machine['store']}, {result['cases_there']:,} cases there",
        "",
        f"{machine['at'][:10]}, {machine['cpu']}, {machine['cores']} cores, load {machine['load']}.",
        "",
        "| act | queries | Python ms | database ms | CPU ratio | p50 ms | p95 ms |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for name, c in result["costs"].items():
        cells = (
            c.get("queries", ""),
            c["python_ms"],
            c["database_ms"],
            c["cpu_ratio"],
            c["p50_ms"],
            c.get("p95_ms", ""),
        )
        lines.append(f"| {name} | {' | '.join(map(str, cells))} |")
    if "sqlite" in machine["store"]:
        lines += ["", "The database works inside the Python process; its CPU is in that column."]
    if writers := result.get("writers"):
        lines += ["", f"{writers['writers']} writers at once, acts a second:", "", "| way | acts/s |", "|---|--:|"]
        lines += [f"| {name} | {rate} |" for name, rate in writers["acts_a_second"].items()]
    return "\n".join([*lines, ""])


def _filling(results: list[dict]) -> str:
    lines = [
        "## Filling and proving",
        "",
        "Databases are filled by `benchmarks/generate.py`; every act's leaf is then recomputed, the log rebuilt and",
        "every check of `bandeng check` asked. CPU seconds of the checking process.",
        "",
        "| store | cases | acts | filled in s | acts verified, CPU s | log rebuilt, CPU s | checks, CPU s |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for result in results:
        made = result["generated"]
        took = dict(made.get("verified", {}))
        verified, rebuilt = took.pop("acts.verify_cpu_s", ""), took.pop("ledger.rebuild_check_cpu_s", "")
        checks = round(sum(took.values()), 2) if took else ""
        cells = (made["cases"], made["acts"], made["all_s"], verified, rebuilt, checks)
        lines.append(f"| {result['machine']['store']} | {' | '.join(map(str, cells))} |")
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    main()
