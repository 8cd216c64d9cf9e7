"""`bandeng import cases`: portions, one report, and turns that leave those at the counters theirs."""

import csv
import json
from types import SimpleNamespace

import pytest
from django.db import connection
from django.utils import translation

from bandeng.config import cli
from bandeng.config.cli import import_cases
from bandeng.speak.casework import api as cases


@pytest.fixture
def clock(monkeypatch):
    """A clock that only sleeping and the test move; it notes how long was slept."""
    here = SimpleNamespace(now=1000.0, slept=[])

    def sleep(seconds):
        here.slept.append(round(seconds, 6))
        here.now += seconds

    monkeypatch.setattr(import_cases, "time", SimpleNamespace(monotonic=lambda: here.now, sleep=sleep))
    return here


def test_between_two_turns_others_may_write_for_a_breath_and_work_counts_as_pause(clock):
    turns = import_cases._Turns()
    for worked in (0.0, 0.0, 0.03, 5.0):
        clock.now += worked
        with turns():
            clock.now += 0.02  # a transaction is no pause
    assert clock.slept == [0, import_cases.BREATH, round(import_cases.BREATH - 0.03, 6), 0]


def test_a_turn_that_fails_is_followed_by_a_pause_too(clock):
    turns = import_cases._Turns()
    with pytest.raises(ValueError), turns():
        raise ValueError
    with turns():
        pass
    assert clock.slept == [0, import_cases.BREATH]


@pytest.fixture
def sheet(tmp_path):
    """Write messages of a board into a file, from and to a number."""

    def write(first, last):
        path = tmp_path / "messages.csv"
        with path.open("w", encoding="utf-8", newline="") as out:
            rows = csv.writer(out)
            rows.writerow(("留言编号", "留言主题", "留言详情", "留言时间"))
            rows.writerows((n, "路灯", f"第{n}盏路灯坏了。", "2026/3/5 9:30") for n in range(first, last))
            rows.writerow(("", "路灯", "没有编号。", "2026/3/5 9:30"))
        return str(path)

    return write


def imported(capsys, *words):
    with translation.override(None):
        code = cli.main(["import", "cases", *words, "--source", "board", "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_a_file_in_portions_gives_one_report_and_pauses_for_what_it_writes_alone(
    world, sheet, clock, capsys, monkeypatch
):
    monkeypatch.setattr(import_cases, "PORTION", 40)
    code, report = imported(capsys, sheet(0, 60))
    assert (code, report["rows"], report["imported"], report["held"]) == (1, 61, 60, 1)
    turns = len(clock.slept)
    assert turns == (3 if connection.vendor == "sqlite" else 0)  # 40 rows are two batches, 20 are one
    code, report = imported(capsys, sheet(0, 110))
    assert (report["imported"], report["seen"], report["changed"], report["held"]) == (50, 60, 0, 1)
    assert [one["code"] for one in report["doubts"]] == ["no_number"]
    assert len(clock.slept) - turns == (3 if connection.vendor == "sqlite" else 0)
    before = len(clock.slept)
    assert imported(capsys, sheet(0, 110))[1]["seen"] == 110
    assert imported(capsys, sheet(0, 110), "--dry-run")[1]["seen"] == 110
    assert len(clock.slept) == before
    assert cases.Case.objects.count() == 110
