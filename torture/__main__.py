"""`make torture`: both stores, one after the other, then the table. `SIZE=long` kills two hundred times."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.with_postgres import binaries

from . import report

SIZES = {"ci": 10, "long": 100}  # kills a store
SEED = 2026


def has_postgres() -> bool:
    """Tell whether PostgreSQL is installed here."""
    try:
        return bool(binaries())
    except SystemExit:
        return False


def main(size: str) -> int:
    if size not in SIZES:
        print(f"SIZE is {size!r}; choose from {', '.join(SIZES)}.", file=sys.stderr)
        return 2
    stores = ["sqlite", "postgresql"]
    if not has_postgres():
        print("PostgreSQL is not installed: SQLite only.")
        stores.remove("postgresql")
    place, codes = Path(tempfile.mkdtemp(prefix="bandeng-torture-results-")), []
    try:
        for store in stores:
            out = place / f"{store}.json"
            command = [sys.executable, "-m", "torture.store", store, str(SIZES[size]), "--seed", str(SEED)]
            codes.append(subprocess.run([*command, "--out", str(out)], check=False, env=os.environ).returncode)
        results = report.read(place)
        report.show(results)
        if size == "long" and results:
            report.keep(results)
    finally:
        shutil.rmtree(place, ignore_errors=True)
    return max(codes)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "ci"))
