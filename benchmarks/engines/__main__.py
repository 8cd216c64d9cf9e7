"""Every engine beside its peers: each module here that has `main(size)`, one after another, in a process of its own."""

import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
SIZED = re.compile(r"^def main\(size\b", re.MULTILINE)


def modules() -> list[str]:
    """Give the names of the modules that measure an engine."""
    return [path.stem for path in sorted(HERE.glob("*.py")) if SIZED.search(path.read_text()) and path.stem[0] != "_"]


def main(size: str) -> int:
    """Run them all; give the first code that is not 0."""
    codes = []
    for name in modules():
        command = [sys.executable, "-m", f"benchmarks.engines.{name}", size]
        print("$", *command[1:], flush=True)
        codes.append(subprocess.run(command, check=False).returncode)
    return next(filter(None, codes), 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "small"))
