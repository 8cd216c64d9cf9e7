"""How the installation stands, asked of the database when somebody scrapes: counts and ages, never a person.

No label holds an office, a place, a topic, a member of staff or a resident. `tests/expectations/metrics.toml` lists
every metric with its labels and its purpose; one that is not there fails.
"""

import time
from collections.abc import Iterator
from datetime import datetime

from django.db import DatabaseError
from prometheus_client.core import GaugeMetricFamily

import bandeng
from bandeng.config import worker
from bandeng.engines import deadlines
from bandeng.ground.clocks import api as clocks
from bandeng.ground.files import api as files
from bandeng.ground.ledger import api as ledger
from bandeng.ground.messaging import api as messaging
from bandeng.speak.casework import api as casework
from bandeng.speak.lookup import api as lookup

from . import room

RECOUNT = 600.0  # seconds for which counts of cases that wait for nobody are kept: they take a look at every row
_kept: tuple[float, list] = (float("-inf"), [])


class Gauges:
    """A collector for one scrape."""

    def __init__(self, now: datetime):
        self.now = now

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Give every gauge; of a database that does not answer, that alone."""
        yield _labelled("bandeng_build", "The version that runs.", ("version",), [((bandeng.__version__,), 1)])
        yield _gauge("bandeng_disk_free_bytes", "Room left where the installation's files lie.", room.free())
        try:
            found = [*self._cases(), *self._messages(), *self._ledger(), *self._search(), *self._work()]
        except DatabaseError:
            yield _gauge("bandeng_database_up", "1 if the database answered.", 0)
            return
        yield _gauge("bandeng_database_up", "1 if the database answered.", 1)
        yield from found

    def _cases(self) -> Iterator[GaugeMetricFamily]:
        rows = [((each.status, each.procedure, each.lateness), each.count) for each in casework.counts(now=self.now)]
        rows += [((each.status, each.procedure, each.lateness), each.count) for each in resting_cases()]
        yield _labelled(
            "bandeng_cases",
            "Cases by status, procedure and lateness (late, soon, fine; none where nobody is to move).",
            ("status", "procedure", "lateness"),
            rows,
        )

    def _messages(self) -> Iterator[GaugeMetricFamily]:
        standing = messaging.standing(now=self.now)
        states = [((channel, state), n) for (channel, state), n in sorted(standing.counts.items())]
        yield _labelled(
            "bandeng_outbox_messages",
            "Messages not delivered: held, queued, sending, dead.",
            ("channel", "state"),
            states,
        )
        yield _gauge("bandeng_outbox_oldest_seconds", "Age of the oldest message due to go out.", standing.oldest)

    def _ledger(self) -> Iterator[GaugeMetricFamily]:
        pending, oldest = ledger.pending(now=self.now)
        head = ledger.head()
        yield _gauge("bandeng_ledger_size", "Leaves under the latest signed head.", head.size if head else 0)
        yield _gauge("bandeng_ledger_pending", "Entries without a leaf.", pending)
        yield _gauge("bandeng_ledger_pending_oldest_seconds", "Age of the oldest of them.", oldest)
        if head:
            age = (self.now - head.signed_at).total_seconds()
            yield _gauge("bandeng_ledger_head_age_seconds", "Age of the latest signed head.", age)

    def _search(self) -> Iterator[GaugeMetricFamily]:
        there = lookup.standing()
        yield _gauge(
            "bandeng_search_up", "1 if this host's index can be asked and has every case.", int(there.is_whole)
        )
        yield _gauge("bandeng_search_behind", "Leaves of the log that this host's index has not read.", there.behind)

    def _work(self) -> Iterator[GaugeMetricFamily]:
        yield _gauge("bandeng_files_waiting", "Files received and not yet cleaned.", files.waiting())
        lag = clocks.lag(now=self.now)
        yield _gauge("bandeng_sweeper_lag_seconds", "How long an alert or a lawful date has waited for notice.", lag)
        left = (clocks.covers_until() - self.now.astimezone(deadlines.SHANGHAI).date()).days
        yield _gauge("bandeng_calendar_days_left", "Days until the holiday calendar ends.", left)
        age = worker.heartbeat_age(now=self.now)
        yield _gauge("bandeng_worker_up", "1 if a worker gave a sign of life.", int(worker.is_alive(now=self.now)))
        if age is not None:
            yield _gauge("bandeng_worker_heartbeat_age_seconds", "Seconds since the worker's last sign of life.", age)


def resting_cases() -> list:
    """Give the counts of cases that wait for nobody on the staff, counted at most every ten minutes a process."""
    global _kept
    counted_at, rows = _kept
    if time.monotonic() - counted_at > RECOUNT:
        rows = casework.resting_counts()
        _kept = time.monotonic(), rows
    return rows


def forget() -> None:
    """Count anew next time; for tests."""
    global _kept
    _kept = float("-inf"), []


def _gauge(name: str, help_: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, help_, value=value)


def _labelled(name: str, help_: str, labels: tuple[str, ...], rows: list) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, help_, labels=labels)
    for values, value in rows:
        family.add_metric([str(each) for each in values], value)
    return family
