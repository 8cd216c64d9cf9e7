"""Importing for good: killed at any moment and taken up, two at once, and real sheets where they are at hand."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from tests.commits import in_threads
from tests.speak.test_casework_walks import check
from tests.speak.test_import_plan import DATA
from tests.speak.test_import_service import many, planned
from tests.world import MONDAY, build

from bandeng.ground.acts import api as acts
from bandeng.ground.clocks import api as clocks
from bandeng.ground.messaging.models import OutboxMessage
from bandeng.speak.casework import api as cases
from bandeng.speak.casework import integrity
from bandeng.speak.casework.models import ImportedOriginal, Reply
from bandeng.speak.casework.services.importing import BATCH

ROOT = Path(__file__).resolve().parents[2]
ROWS = 300

# Imports in a process of its own, on the test's own database and keys, and waits to be killed after some batches.
CHILD = """
import sys, time
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
import django
django.setup()
from tests.speak.test_import_service import take_over, many
def slow(done, total):
    print(done, flush=True)
    if done >= int(sys.argv[2]):
        time.sleep(60)
if sys.argv[4] == "inside a batch":
    from bandeng.speak.casework.services import importing
    emit = importing.acts.emit_many
    def hang(drafts, **more):
        done = emit(drafts, **more)
        if importing.Case.objects.count() > int(sys.argv[2]):
            print(sys.argv[2], flush=True)
            time.sleep(60)
        return done
    importing.acts.emit_many = hang
    take_over(*many(int(sys.argv[3])))
else:
    take_over(*many(int(sys.argv[3])), progress=slow)
"""


def killed_after(database: str, done: int, rows: int, moment: str) -> None:
    """Start an import, and end it by SIGKILL behind `done` rows: after their commit, or in the next transaction."""
    environment = os.environ | {
        "PYTHONPATH": f"{ROOT}:{ROOT / 'src'}",
        "DJANGO_SETTINGS_MODULE": "bandeng.config.settings",
    }
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, database, str(done), str(rows), moment],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        for line in child.stdout:
            if int(line) >= done:
                break
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait()


def counts() -> set[int]:
    """Count what a case never is without: all the same number, or something was torn."""
    return {
        cases.Case.objects.count(),
        ImportedOriginal.objects.count(),
        acts.Act.objects.filter(kind="case.imported").count(),
        clocks.Clock.objects.running().filter(subject_kind="case").count(),
    }


@pytest.mark.parametrize("moment", ["between batches", "inside a batch"])
def test_killed_and_started_again_every_row_is_there_once(committed_database, moment):
    build()
    rows = many(5 * BATCH)
    killed_after(committed_database, 2 * BATCH, len(rows), moment)
    there = cases.Case.objects.count()
    assert there == 2 * BATCH  # the work of 40 % is kept, and nothing of the batch that was under way
    assert counts() == {there}
    report = cases.import_plan(planned(*rows), source="12345", by=cases.IMPORT, now=MONDAY)
    assert (report.seen, report.imported, report.changed) == (there, len(rows) - there, 0)
    assert counts() == {len(rows)}
    assert all(found is None for found in integrity.altered())


def test_two_at_once_make_each_row_once(committed_database):
    build()
    rows = planned(*many(3 * BATCH))

    def run():
        return cases.import_plan(rows, source="12345", by=cases.IMPORT, now=MONDAY)

    reports = in_threads(run, run)
    assert sum(report.imported for report in reports) == counts().pop() == 3 * BATCH
    assert all(report.imported + report.seen == 3 * BATCH for report in reports)
    assert len(counts()) == 1


@pytest.mark.parametrize(
    ("file", "sheet", "answered"),
    [("stream.xlsx", None, False), ("replied.xlsx", None, True), ("river_complaints.xlsx", "汇总", True)],
)
def test_real_sheets_arrive_whole_once_and_silently(world, file, sheet, answered):
    path = DATA / "messages" / file
    if not path.exists():
        pytest.skip(f"{path} is not here; set BANDENG_DATA")
    plan = cases.read_plan(path, sheet=sheet, now=MONDAY)
    plan = replace(plan, rows=plan.rows[:ROWS])
    report = cases.import_plan(plan, source="real", by=cases.IMPORT, now=MONDAY)
    assert (report.imported, report.answered) == (ROWS, ROWS if answered else 0)
    made = cases.Case.objects.filter(source="real").select_related("seal_key", "imported_original")
    assert {case.status for case in made} == {"replied" if answered else "registered"}
    assert {case.outcome for case in made} == {""}
    assert Reply.objects.count() == report.answered
    assert OutboxMessage.objects.count() == 0
    for case in made:
        check(case)
        cells = case.imported_original.cells()
        assert all(cells[refused.header] is None for refused in report.dropped_columns)
    payloads = str(list(acts.Act.objects.filter(kind="case.imported").values_list("payload", flat=True)))
    assert not [refused.header for refused in report.dropped_columns if refused.header in payloads]
    assert all(found is None for found in integrity.altered())
    again = cases.import_plan(plan, source="real", by=cases.IMPORT, now=MONDAY)
    assert (again.imported, again.seen, again.changed) == (0, ROWS, 0)
