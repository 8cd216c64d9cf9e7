"""Write what an import planned: everything of a file or nothing, in one transaction, with one act."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from bandeng.ground.acts import api as acts
from bandeng.ground.core import api as core

from .. import small_tables
from ..authority import require
from ..models import Office, Role
from ..permissions import day_of
from .columns import Row, match_headers, read_cells
from .people import People
from .places import Areas, Offices
from .plan import Import, Plan
from .report import Finding, Report
from .subjects import Catalogue, Duties, Topics

# In the order in which a new county brings them: each refers to those before it.
IMPORTS: dict[str, Import] = {i.kind: i for i in (Areas(), Offices(), People(), Topics(), Duties(), Catalogue())}


def import_rows(
    kind: str,
    rows: Sequence[Mapping[str, Any]],
    *,
    by: acts.Actor,
    now: datetime,
    dry_run: bool,
    skip_bad: bool = False,
) -> Report:
    """Import rows keyed by column name (`code`, `label_zh`, …); row numbers in the report count from 1.

    Nothing is written in a dry run, nor while a row cannot be used, unless `skip_bad`. Importing the same again
    changes nothing and is no act. Needs `directory.import`, for staff `staff.manage`; raises NotPermitted.
    """
    columns = IMPORTS[kind].columns
    names = list(dict.fromkeys(name for row in rows for name in row))
    findings = match_headers(columns, names)[1]
    good = []
    if not findings:
        for number, cells in enumerate(rows, 1):
            row, wrong = read_cells(columns, number, cells)
            findings += wrong
            if not wrong:
                good.append(row)
    return write(kind, good, findings, len(rows), by=by, now=now, dry_run=dry_run, skip_bad=skip_bad)


def write(
    kind: str,
    rows: list[Row],
    findings: list[Finding],
    count: int,
    *,
    by: acts.Actor,
    now: datetime,
    dry_run: bool,
    skip_bad: bool,
) -> Report:
    """Plan and, unless it is a dry run, write rows already read; `findings` are those of reading them."""
    table = IMPORTS[kind]
    require(by, table.permission, now=now)
    report = Report(kind, is_dry_run=dry_run, rows=count, findings=sorted(findings))
    if any(not finding.row for finding in findings):  # the file itself cannot be used
        return report
    digest = _digest(rows)
    if dry_run:
        _count(report, table.plan(rows, day_of(now)))
        return report
    try:
        with transaction.atomic():
            # One import at a time, and none beside a posting: what was planned on is what is written on.
            list(Role.objects.select_for_update().order_by("pk").values_list("pk"))
            plan = table.plan(rows, day_of(now))
            _count(report, plan)
            if (report.is_clean or skip_bad) and (plan.creates or plan.updates):
                _write(plan)
                report.act_id = _emit(table, report, digest, by, now)
                report.is_written = True
    except IntegrityError:
        report.is_written, report.act_id = False, None
        report.findings.append(
            Finding(0, "", _("Somebody changed these tables meanwhile."), _("Import the file again."))
        )
    small_tables.forget()
    return report


def _count(report: Report, plan: Plan) -> None:
    report.findings = sorted([*report.findings, *plan.findings])
    report.created, report.updated = len(plan.new - plan.bad), len(plan.changed - plan.bad)
    report.unchanged = report.rows - report.skipped - report.created - report.updated


def _write(plan: Plan) -> None:
    # An office takes over dispatching only after the other has given it up: the index counts at every step.
    Office.objects.filter(pk__in=[row.pk for row, _fields in plan.updates if isinstance(row, Office)]).update(
        is_dispatching=False
    )
    for row, fields in plan.updates:
        if isinstance(row, Office):
            fields.append("is_dispatching")
    by_model = sorted(plan.updates, key=lambda update: update[0]._meta.label)
    for _label, updates in groupby(by_model, key=lambda update: update[0]._meta.label):
        batch = list(updates)
        fields = sorted({field for _row, names in batch for field in names})
        type(batch[0][0])._default_manager.bulk_update([row for row, _names in batch], fields, batch_size=200)
    # Stable: within a model rows stay in the order in which each finds what it refers to.
    for model in dict.fromkeys(type(row) for row in plan.creates):
        model._default_manager.bulk_create([row for row in plan.creates if type(row) is model], batch_size=200)


def _emit(table: Import, report: Report, digest: str, by: acts.Actor, now: datetime) -> Any:
    payload = {
        "rows": report.rows,
        "created": report.created,
        "updated": report.updated,
        "skipped": report.skipped,
        "sha256": digest,
    }
    draft = acts.Draft(table.act, "import", core.new_id(), by, payload)
    return acts.emit(draft, now=now).id


def _digest(rows: list[Row]) -> str:
    """Hash the values of the rows that could be read, so that the act proves what was brought in."""
    lines = [json.dumps(row.values, ensure_ascii=False, sort_keys=True, default=str) for row in rows]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
