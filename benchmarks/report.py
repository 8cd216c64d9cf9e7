"""Write docs/explanation/cost.md from the results that are there."""

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
