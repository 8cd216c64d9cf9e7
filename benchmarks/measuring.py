"""CPU, queries and percentiles of one thing done many times, and the facts of the machine it was done on."""

import os
import platform
import resource
import statistics
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

from django.db import connection
from django.test.utils import CaptureQueriesContext


def machine() -> dict:
    """Say where and when a result was got."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        platform.machine(),
    )
    with connection.cursor() as cursor:
        is_sqlite = connection.vendor == "sqlite"
        cursor.execute("SELECT sqlite_version()" if is_sqlite else "SHOW server_version")
        version = cursor.fetchone()[0]
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cpu": model,
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        "store": f"{connection.vendor} {version}",
    }


def own_cpu() -> float:
    """Give the CPU seconds of this process; on SQLite the database's are among them."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def each(do: Callable, inputs: Iterable, database_cpu: Callable[[], float], *, per: int = 1) -> tuple[dict, list]:
    """Do something for each input; give what it cost (in milliseconds for each of the `per` acts) and the results.

    Queries are counted on the first input alone, which is then not timed.
    """
    inputs = list(inputs)
    with CaptureQueriesContext(connection) as queries:
        results = [do(inputs[0])]
    took, own, database = [], own_cpu(), database_cpu()
    for given in inputs[1:]:
        began = time.perf_counter()
        results.append(do(given))
        took.append((time.perf_counter() - began) * 1000 / per)
    own, database = own_cpu() - own, database_cpu() - database
    number = len(took) * per
    quantiles = statistics.quantiles(took, n=20)
    return {
        "acts": number,
        "queries": round(len(queries) / per, 2),
        "python_ms": round(own * 1000 / number, 3),
        "database_ms": round(database * 1000 / number, 3),
        "p50_ms": round(statistics.median(took), 3),
        "p95_ms": round(quantiles[18], 3),
    }, results
