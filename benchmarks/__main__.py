"""`make bench`: fill, measure, write the tables. Small by default; `SIZE=full` takes the better part of an hour."""

import subprocess
import sys

PEER_AT = 10_000
SIZES = {
    "small": [("sqlite", 0), ("sqlite", 10_000), ("postgresql", 10_000)],
    "full": [
        ("sqlite", 0),
        ("sqlite", 10_000),
        ("sqlite", 100_000),
        ("postgresql", 0),
        ("postgresql", 10_000),
        ("postgresql", 1_000_000),
    ],
}


def main(size: str) -> int:
    if size not in SIZES:
        print(f"SIZE is {size!r}; choose from {', '.join(SIZES)}.", file=sys.stderr)
        return 2
    for store, cases in SIZES[size]:
        for module in ("generate", "registering", "serving"):
            command = [sys.executable, "-m", f"benchmarks.{module}", "--store", store, "--cases", str(cases)]
            # A measure is read against what is measured beside it, in the same minutes.
            command += ["--peer"] if module == "serving" and cases == PEER_AT else []
            if module == "serving" and not cases:
                continue  # an empty county has no queue
            print("$", *command[1:], flush=True)
            if code := subprocess.run(command, check=False).returncode:
                return code
    rest = [["benchmarks.engines", size], ["benchmarks.report"]]
    if size == "full":
        rest.insert(0, ["benchmarks.growth"])
    for module in rest:
        if code := subprocess.run([sys.executable, "-m", *module], check=False).returncode:
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "small"))
