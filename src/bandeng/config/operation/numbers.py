"""Counts of requests, over all processes of one server; written out together with the gauges (docs/adr/0011).

`bandeng serve` names a directory in memory, where each process keeps its counts in a file of its own and whichever
process is asked adds them up. Without such a directory a process counts for itself.
"""

import os

import prometheus_client
from prometheus_client import CollectorRegistry, Histogram
from prometheus_client.multiprocess import MultiProcessCollector

from .gauges import Gauges

prometheus_client.disable_created_metrics()

DIRECTORY = "PROMETHEUS_MULTIPROC_DIR"  # the library's own name for it, read when it is imported
CONTENT_TYPE = prometheus_client.CONTENT_TYPE_LATEST
SECONDS = (0.01, 0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 5.0, 15.0)  # 0.2 is what a page may take (p95)

own = CollectorRegistry()
requests = Histogram(
    "bandeng_request_seconds",
    "Requests by view and class of status, and how long until the answer began.",
    ("view", "status"),
    buckets=SECONDS,
    registry=own,
)


def count(view: str, status: int, seconds: float) -> None:
    """Count one request."""
    requests.labels(view, f"{status // 100}xx").observe(seconds)


def exposition(now) -> bytes:
    """Write everything in Prometheus' text format."""
    whole = CollectorRegistry()
    if os.environ.get(DIRECTORY):
        MultiProcessCollector(whole)
    else:
        whole.register(requests)
    whole.register(Gauges(now))
    return prometheus_client.generate_latest(whole)
