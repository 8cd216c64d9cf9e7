"""Where and when a result was got, and how much memory it took: for engines, which know no database."""

import json
import os
import platform
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.environment import RESULTS


def machine() -> dict:
    """Say where and when a result was got."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.partition(":")[2].strip() for line in lines if "model name" in line), platform.machine())
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cpu": model,
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
    }


def resident() -> int:
    """Give the resident size of this process now, in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGESIZE") // 1_000_000


def keep(name: str, result: dict) -> Path:
    """Keep a result beside the others."""
    target = RESULTS / f"{name}.json"
    target.write_text(json.dumps({"machine": machine(), **result}, ensure_ascii=False, indent=1) + "\n")
    print(target)
    return target
