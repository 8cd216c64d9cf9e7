"""The command: exit codes, one-line errors with a remedy, two languages, JSON, imports, and what `check` finds."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from django.utils import translation
from tests.ground.directory_county import COUNTY
from tests.speak.lookup_index import fed
from tests.world import MONDAY

from bandeng.config import checks, cli
from bandeng.config.calendars import put_years
from bandeng.config.cli import importing, output
from bandeng.ground.acts import api as acts
from bandeng.ground.clocks import api as clocks
from bandeng.ground.directory import api as directory

SOURCE = Path(cli.__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def language(monkeypatch):
    """English for the command under test, and its activation undone for the tests that follow."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    with translation.override(None):
        yield


def command(*words, **environment):
    """Run the command in a process of its own, with an environment of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("BANDENG_", "DJANGO_", "L"))}
    return subprocess.run(
        [sys.executable, "-m", "bandeng.config.cli", *words],
        env={**kept, "PYTHONPATH": str(SOURCE), **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def one_line(done, code):
    """The process ended with this code and one line of complaint, without a traceback."""
    assert (done.returncode, done.stderr.count("\n")) == (code, 1), done.stderr
    assert done.stderr.startswith("bandeng: ")
    return done.stderr


# ---- errors ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "setting, says",
    [
        ({"BANDENG_DATABASE": "mysql://county"}, "BANDENG_DATABASE must begin with"),
        ({"BANDENG_DATABASE": "postgres://nobody@127.0.0.1:1/none"}, "cannot be reached"),
        ({"BANDENG_DEMO": "perhaps"}, "write 0 or 1"),
        ({}, "Run `bandeng migrate`"),
    ],
)
def test_an_environment_that_is_not_ready_gets_one_line_and_3(tmp_path, setting, says):
    assert says in one_line(command("verify", BANDENG_HOME=str(tmp_path), **setting), 3)


def test_a_busy_port_names_the_next_one(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        for words in (["serve"], ["demo", "--serve"]):
            done = command(*words, "--port", str(port), BANDENG_HOME=str(tmp_path))
            assert f"--port {port + 1}" in one_line(done, 3)
    assert not (tmp_path / "demo").exists()


def test_a_directory_that_is_no_demonstration_is_not_cleared(tmp_path):
    (tmp_path / "accounts.txt").write_text("ours")
    one_line(command("demo", "--reset", "--home", str(tmp_path)), 3)
    assert (tmp_path / "accounts.txt").read_text() == "ours"


@pytest.mark.parametrize("words", [[], ["chek"], ["import", "people", "x.csv"], ["serve", "--port", "many"]])
def test_wrong_usage_is_2_and_says_where_help_is(words, capsys):
    assert cli.main(words) == 2
    assert "--help" in capsys.readouterr().err


def test_an_unforeseen_error_tells_its_place_and_not_its_text(monkeypatch, capsys):
    def fail(args):
        raise RuntimeError("张桂兰说:……")

    monkeypatch.setattr("bandeng.config.cli.version.run", fail)
    monkeypatch.delenv("BANDENG_DEBUG")
    assert cli.main(["version"]) == 3
    told = capsys.readouterr().err
    assert "RuntimeError" in told and "张桂兰" not in told


# ---- help and output ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_every_command_has_help_with_the_exit_codes(name, capsys):
    assert cli.main([name, "--help"]) == 0
    assert "Exit codes" in capsys.readouterr().out


def test_the_command_speaks_chinese_where_the_locale_does(tmp_path):
    told = command("--help", LANG="zh_CN.UTF-8", PYTHONUTF8="1").stdout
    assert "选项" in told and "退出码" in told
    told = one_line(command("check", "--json", LANG="zh_CN.UTF-8", PYTHONUTF8="1", BANDENG_DEMO="x"), 3)
    assert "BANDENG_DEMO" in told


def test_migrate_says_what_it_did_and_does_it_once(tmp_path):
    first = json.loads(command("migrate", "--json", BANDENG_HOME=str(tmp_path)).stdout)
    assert first["migrations"] and first["shipped"]["procedures"] == 4
    assert {"tokens.key", "ledger.ed25519", "words-1.key"} <= {key.name for key in Path(first["keys"]).iterdir()}
    again = json.loads(command("migrate", "--json", BANDENG_HOME=str(tmp_path)).stdout)
    assert again["migrations"] == []


def test_tables_line_up_chinese_columns():
    lines = output.table(("名", "n"), [("张桂兰", 1), ("Li", 22)]).splitlines()
    assert {output.wide(line.rpartition("  ")[0]) for line in lines} == {6}


# ---- imports --------------------------------------------------------------------------------------------------------


def test_every_table_of_the_directory_can_be_imported():
    assert set(importing.TABLES) == {*directory.importing.IMPORTS, "calendar"}


@pytest.mark.django_db
def test_a_dry_run_writes_nothing_and_the_import_everything(capsys):
    file = str(COUNTY / "areas.csv")
    assert cli.main(["import", "areas", file, "--dry-run", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["created"] == 29
    assert not directory.Area.objects.exists()
    assert cli.main(["import", "areas", file]) == 0
    assert directory.Area.objects.count() == 29
    assert cli.main(["import", "areas", file, "--json"]) == 0
    capsys_out = capsys.readouterr().out
    assert '"unchanged": 29' in capsys_out


@pytest.mark.django_db
def test_findings_stand_in_a_table_with_what_to_do(tmp_path, capsys):
    bad = tmp_path / "单位.csv"
    bad.write_text("单位编码,所属区域,类别,单位名称\nx1,nowhere,部门,某局\n", encoding="utf-8")
    assert cli.main(["import", "offices", str(bad)]) == 1
    told = capsys.readouterr().out
    assert "nowhere" in told and "2" in told and "--skip-bad" in told


@pytest.mark.django_db
def test_one_sheet_of_a_workbook_keeps_its_row_numbers(tmp_path, capsys):
    import openpyxl

    book = openpyxl.Workbook()
    book.active.title = "说明"
    sheet = book.create_sheet("区域")
    for row in (
        ["区域表"],
        [],
        ["区域编码", "上级编码", "级别", "区域名称"],
        ["qh", None, "县", "青禾县"],
        ["a", "zz", "村", "甲村"],
    ):
        sheet.append(row)
    book.save(tmp_path / "表.xlsx")
    assert cli.main(["import", "areas", str(tmp_path / "表.xlsx"), "--sheet", "区域", "--json"]) == 1
    assert {finding["row"] for finding in json.loads(capsys.readouterr().out)["findings"]} == {5}


@pytest.mark.django_db
def test_a_calendar_file_replaces_its_own_years_alone():
    before = clocks.CalendarVersion.objects.get()
    kept = set(before.days.filter(on__year=2025).values_list("on", flat=True))
    day = directory.CalendarDay
    from datetime import date

    assert put_years([day(date(2027, 1, 1), "holiday", "元旦")], source="x", now=MONDAY)
    after = clocks.CalendarVersion.objects.order_by("-loaded_at").first()
    assert after.covers_until == date(2027, 12, 31) and after.covers_from == before.covers_from
    assert set(after.days.filter(on__year=2025).values_list("on", flat=True)) == kept
    assert not put_years([day(date(2027, 1, 1), "holiday", "元旦")], source="x", now=MONDAY)
    assert acts.Act.objects.filter(kind="calendar.loaded").count() == 1


# ---- check ----------------------------------------------------------------------------------------------------------


def findings(now=MONDAY):
    return {(finding.code, finding.is_warning) for each in checks.CHECKS for finding in each.run(now)}


@pytest.fixture
def case(world):
    from django.conf import settings

    settings.KEYRING.make_all()
    return world.registered()


def test_a_sound_case_has_no_finding(case):
    fed()
    assert findings() <= {("calendar-ends", True)}


@pytest.mark.parametrize(
    "sql, code",
    [
        (
            "UPDATE clocks_clock SET due_legal = due_strict, stopped_at = due_strict, stop_reason = 'met'",
            "clock-missing",
        ),
        ("UPDATE casework_case SET due_at = received_at", "due-differs"),
        ("UPDATE casework_case SET version = version + 1", "history-differs"),
        ("DELETE FROM casework_caseaccess WHERE reason = 'holder'", "access-missing"),
        ("UPDATE casework_caseaccess SET reason = 'escalated' WHERE reason = 'received'", "access-unexplained"),
        ("UPDATE messaging_outboxmessage SET subject_key = resident_key_", "orphan-message"),
    ],
)
def test_each_disagreement_has_its_code(case, sql, code):
    if "resident_key_" in sql:
        from bandeng.ground.core import api as core
        from bandeng.ground.messaging import api as messaging

        messaging.OutboxMessage.objects.update(subject_key=core.new_id())
    else:
        with connection.cursor() as cursor:
            cursor.execute(sql)
    assert (code, False) in findings()


def test_a_case_that_waits_in_two_proposals_is_named(case, world):
    from bandeng.speak.matters import api as matters

    group = matters.Group((case.pk, world.registered().pk))
    for _twice in range(2):
        matters.propose([group], now=MONDAY)
        assert ("proposed-twice", False) not in findings()
        matters.Proposal.objects.update(state="declined", settled_at=MONDAY, settled_by="staff:somebody")
    matters.Proposal.objects.update(state="open", settled_at=None, settled_by="")
    assert ("proposed-twice", False) in findings()


def test_what_the_worker_left_undone_is_found(case):
    late = clocks.running("case", [case.pk])[case.pk][0].due_legal
    from datetime import timedelta

    assert {("ledger-pending", False), ("clock-unwatched", False)} <= findings(late + timedelta(hours=2))


def test_drafts_beyond_their_days_are_found(case):
    from datetime import timedelta

    from bandeng.speak.casework import api as cases

    cases.save_draft("staff:x", "intake", {"words": "说到一半"}, now=MONDAY - timedelta(days=30))
    assert ("draft-expired", False) in findings()
    assert cases.expire_drafts(now=MONDAY) == 1
    assert ("draft-expired", False) not in findings()


@pytest.mark.parametrize(("days", "is_warned"), [(61, False), (60, False), (59, True), (0, True)])
def test_the_calendars_end_is_told_sixty_days_before(case, days, is_warned):
    from datetime import datetime, timedelta
    from datetime import time as hour

    from tests.world import SHANGHAI

    noon = datetime.combine(clocks.covers_until() - timedelta(days=days), hour(12), SHANGHAI)
    told = {(f.code, f.is_warning) for each in checks.CHECKS if each.name == "calendar_reaches" for f in each.run(noon)}
    assert told == ({("calendar-ends", True)} if is_warned else set())


def test_a_lost_key_is_found_and_not_made_anew(case, settings, tmp_path):
    from bandeng.ground.core.keys import Keyring

    settings.KEYRING = Keyring(tmp_path)
    assert ("key-missing", False) in findings()
    assert list(tmp_path.iterdir()) == []


def test_check_says_it_in_json_and_by_its_exit_code(case, capsys, monkeypatch):
    monkeypatch.setattr("bandeng.ground.core.clock.now", lambda: MONDAY)
    assert cli.main(["check", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["is_clean"]
    type(case).objects.update(version=9)
    assert cli.main(["check", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert [f["subject"] for f in told["findings"] if f["code"] == "history-differs"] == [case.code]
