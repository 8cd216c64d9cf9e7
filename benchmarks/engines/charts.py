"""Draw the charts of docs/explanation/engines from benchmarks/results: `python -m benchmarks.engines.charts`."""

import json
import sys

from benchmarks.environment import HERE, RESULTS

from .svg import chart

PAGES = HERE.parent / "docs" / "explanation" / "engines"


def main() -> int:
    """Draw every chart whose results are there."""
    for name, draw in (
        ("events-full", _events),
        ("events-middle", _growth),
        ("events-full", _growth),
        ("merkle-full", _merkle),
        ("deadlines-full", _deadlines),
    ):
        if (RESULTS / f"{name}.json").is_file():
            draw(json.loads((RESULTS / f"{name}.json").read_text()))
    return 0


def _events(result: dict) -> None:
    rows = result["flatness"]
    chart(
        PAGES / "events-flatness.svg",
        "B³ F1 on ten planted streams as the threshold moves",
        "threshold (fixed at 0.3)",
        "B³ F1",
        [
            ("events' messages", [(row["threshold"], row["b3_f1"]) for row in rows]),
            ("intruders counted", [(row["threshold"], row["with_intruders"]) for row in rows]),
        ],
    )


def _growth(result: dict) -> None:
    if len(growth := result["growth"]) > 1:
        chart(
            PAGES / "events-growth.svg",
            f"Grouping a whole stream: CPU time, exponent {result['exponent']}",
            "messages",
            "CPU seconds",
            [("group()", [(row["messages"], row["cpu_s"]) for row in growth])],
            is_log=True,
        )


def _merkle(result: dict) -> None:
    naive = result["naive"]
    per_leaf = naive["append_us"] / naive["leaves"]
    sizes = result["append"]
    chart(
        PAGES / "merkle-append.svg",
        "One append, by the size of the tree",
        "leaves",
        "microseconds",
        [
            ("frontier", [(row["size"], row["us"]) for row in sizes]),
            ("whole tree, linear", [(row["size"], row["size"] * per_leaf) for row in sizes]),
        ],
        is_log=True,
    )


def _deadlines(result: dict) -> None:
    rows = result["limits"]
    both = [row for row in rows if "numpy_cpu_s" in row]
    amounts = [(int(row["limit"].split()[0]), row) for row in both]
    chart(
        PAGES / "deadlines-walker.svg",
        f"{result['deadlines']:,} deadlines, by the length of the limit",
        "working days of the limit",
        "CPU seconds",
        [
            ("Counter.due_many", [(days, row["cpu_s"]) for days, row in amounts]),
            ("day by day", [(days, row["walker_cpu_s"]) for days, row in amounts]),
            ("NumPy, end alone", [(days, row["numpy_cpu_s"]) for days, row in amounts]),
        ],
    )


if __name__ == "__main__":
    sys.exit(main())
