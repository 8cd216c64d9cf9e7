"""Processes killed in the middle of registering: what was acknowledged is there, the rest is whole or absent."""

import os
import random
import signal
import subprocess
import sys
from contextlib import contextmanager
from datetime import timedelta

from django.db import connections
from tests.speak.test_casework_walks import check
from tests.world import MONDAY, ZHANG, build

from bandeng.ground.acts import api as acts
from bandeng.ground.clocks.models import Clock
from bandeng.ground.core import api as core
from bandeng.ground.directory import api as directory
from bandeng.ground.ledger import api as ledger
from bandeng.ground.ledger.models import LedgerEntry, LedgerPending
from bandeng.ground.residents import api as residents
from bandeng.speak.casework import api as cases
from bandeng.speak.casework.models import CaseAccess

ROUNDS, AT_ONCE, MOST_STATEMENTS = 3, "ab", 160


def address(database: str) -> str:
    """Write where a database is as BANDENG_DATABASE says it."""
    given = connections["default"].settings_dict
    if connections["default"].vendor == "sqlite":
        return f"sqlite:///{database}"
    return f"postgres://{given['USER']}:{given['PASSWORD']}@{given['HOST']}:{given['PORT']}/{database}"


@contextmanager
def clerks(county, database: str):
    """Give the process from which the clerks' processes are forked; whatever happens, all of them are gone after."""
    more = {"BANDENG_DATABASE": address(database), "PYTHONPATH": "src:."}
    command = [sys.executable, "-m", "tests.speak.kill_child"]
    process = subprocess.Popen(
        [*command, str(county.office("hexi-centre")), str(county.areas["liushu"].pk)],
        env={**os.environ, **more, "DJANGO_SETTINGS_MODULE": "bandeng.config.settings"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def killed(process: subprocess.Popen, order: dict[str, int]) -> dict[str, str]:
    """Let clerks register until each stands in its statement, and kill it there; gives the key → code they told."""
    process.stdin.write(" ".join(f"{name} {stop_at}" for name, stop_at in order.items()) + "\n")
    process.stdin.flush()
    told: dict[str, str] = {}
    for line in process.stdout:
        _name, what, *rest = line.split()
        if what == "stopped":
            # At once: on SQLite it may hold the lock that the other waits for.
            os.kill(int(rest[0]), signal.SIGKILL)
        elif what == "ended":
            assert rest == ["-9"], "it ended before it could be killed"
        elif what == "gone":
            break
        else:
            told |= dict(pair.split(":") for pair in [what, *rest])
    return told


def test_what_was_acknowledged_survives_and_nothing_is_half(committed_database):
    directory.forget()
    county, rng = build(), random.Random(20261123)
    connections["default"].close()  # the clerks write, we watch
    names = [f"{n}{letter}" for n in range(ROUNDS) for letter in AT_ONCE]
    told: dict[str, str] = {}
    with clerks(county, committed_database) as process:
        for n in range(0, len(names), len(AT_ONCE)):
            told |= killed(process, {name: rng.randint(1, MOST_STATEMENTS) for name in names[n : n + len(AT_ONCE)]})
    codes = dict(cases.Case.objects.values_list("pk", "code"))
    found = {act.idempotency_key: act for act in acts.Act.objects.filter(kind="case.registered")}
    assert len(told) > 3 and {key: codes[found[key].subject_key] for key in told} == told
    _nothing_is_half(len(codes))
    # Whoever heard nothing sends the form again: one case each, whether the first attempt had come through or not.
    again = [county.registration(identity=ZHANG, idempotency_key=f"{name}-{n}-0") for name in names for n in range(9)]
    results = cases.register_many(again, by=cases.ON_THE_WEB, now=MONDAY)
    assert len({r.case.pk for r in results}) == len(again)
    sent = {item.idempotency_key for item in again}
    assert {r.act.idempotency_key for r in results if r.is_repeat} == found.keys() & sent
    while ledger.sequence(now=MONDAY + timedelta(minutes=5)):
        pass
    assert ledger.head().size == acts.Act.objects.count() and not LedgerPending.objects.exists()
    assert list(ledger.rebuild_check()) == [] and all(finding is None for finding in acts.verify())
    directory.forget()


def _nothing_is_half(count: int) -> None:
    for case in cases.Case.objects.select_related("seal_key"):
        check(case)
        assert case.statement().startswith("第")
    keys = set(cases.Case.objects.values_list("pk", flat=True))
    assert set(acts.Act.objects.values_list("subject_key", flat=True)) == keys
    assert set(Clock.objects.values_list("subject_key", flat=True)) == keys
    assert set(CaseAccess.objects.values_list("case_id", flat=True)) == keys
    assert acts.Act.objects.count() == LedgerEntry.objects.count() == LedgerPending.objects.count() == count
    assert core.SealKey.objects.count() == residents.Resident.objects.count() == Clock.objects.count() == count
