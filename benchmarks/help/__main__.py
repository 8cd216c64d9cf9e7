"""What help beside a case is worth and costs, on a city's real messages; each part in a process of its own.

    python -m benchmarks.help [calibrating] [finding] [grouping] [learning] [cost] [cost_generated]

Results are kept in benchmarks/results/help.json, part by part: a part measured anew replaces itself alone.
"""

import importlib
import json
import subprocess
import sys

from benchmarks.environment import RESULTS

from . import county

PARTS = ("calibrating", "finding", "grouping", "learning", "cost", "cost_generated")
TARGET = RESULTS / "help.json"


def main(names: list[str]) -> int:
    """Measure the parts that are named, else all."""
    if not (county.DATA / "stream.xlsx").is_file():
        print(f"The messages are not in {county.DATA}; nothing is measured.", file=sys.stderr)
        return 0
    if unknown := set(names) - set(PARTS):
        print(f"There is no part {', '.join(sorted(unknown))}; choose from {', '.join(PARTS)}.", file=sys.stderr)
        return 2
    if len(names) == 1:  # settings are read once in a process
        keep(names[0], measure(names[0]))
        return 0
    for name in names or PARTS:
        if code := subprocess.run([sys.executable, "-m", "benchmarks.help", name], check=False).returncode:
            return code
    return 0


def measure(name: str) -> dict:
    """Measure one part."""
    result = importlib.import_module(f"benchmarks.help.{name}").main()
    from benchmarks import measuring

    return result if "machine" in result else {"machine": measuring.machine(), **result}


def keep(name: str, result: dict) -> None:
    """Write what there is, and show the new part."""
    RESULTS.mkdir(exist_ok=True)
    there = json.loads(TARGET.read_text()) if TARGET.is_file() else {}
    TARGET.write_text(json.dumps(there | {name: result}, indent=1, ensure_ascii=False) + "\n")
    print(json.dumps(result, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
