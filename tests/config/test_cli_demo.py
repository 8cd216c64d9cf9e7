"""The fictional county: the same seed makes the same, everything in it agrees, and whatever is changed is named."""

import json
from collections import Counter
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import translation
from tests.world import SHANGHAI

from bandeng.config import checks, cli
from bandeng.config.demo import hours, voices
from bandeng.config.demo.build import FATES, build, shares
from bandeng.ground.acts import api as acts
from bandeng.ground.clocks import api as clocks
from bandeng.ground.directory import api as directory
from bandeng.ground.files import api as files
from bandeng.ground.ledger import api as ledger
from bandeng.ground.ledger import triggers
from bandeng.judge.evaluation import api as evaluation
from bandeng.speak.casework import api as casework

NOW = datetime(2026, 11, 24, 16, 20, tzinfo=SHANGHAI)
CASES = 40
SHAPES = []


@pytest.fixture
def county(committed_database, settings, tmp_path):
    settings.DEMO, settings.FILES_DIR = True, tmp_path / "files"
    settings.KEYRING.make_all()
    directory.forget()
    with translation.override("en"):
        yield build(now=NOW, cases=CASES)
    directory.forget()


@pytest.fixture(autouse=True)
def language(monkeypatch):
    monkeypatch.setattr("bandeng.ground.core.clock.now", lambda: NOW)
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    with translation.override(None):
        yield


def shape():
    """What one sees of a county: its cases without what chance of keys and codes gives."""
    rows = casework.Case.objects.select_related("area", "holder", "topic", "seal_key")
    return sorted(
        (
            c.received_at,
            c.statement(),
            c.procedure,
            c.status,
            c.outcome,
            c.area.code,
            c.holder.code,
            c.channel,
            c.due_at,
        )
        for c in rows
    )


@pytest.mark.parametrize("time", ["once", "again"])
def test_the_same_seed_makes_the_same_county_and_everything_in_it_agrees(county, time, capsys):
    SHAPES.append(str(shape()))
    assert len(set(SHAPES)) == 1
    assert (county.cases, county.fallen) == (CASES, [])

    found = Counter(casework.Case.objects.values_list("status", flat=True))
    assert found.keys() == {*casework.rules.Status} - {"merged", "terminated"}  # no service does these yet
    assert {*casework.Case.objects.values_list("outcome", flat=True)} == {"", *casework.rules.Outcome}
    kinds = set(acts.Act.objects.values_list("kind", flat=True))
    assert {
        "case.deemed_accepted", "case.overdue", "case.alerted", "case.idle", "case.lapsed", "case.escalated",
        "case.return_settled", "case.redispatched", "case.reply_sent_back", "case.replied_on_the_spot",
        "case.trip_noted", "case.corrected", "identity.opened", "file.cleaned", "evaluation.given",
    } <= kinds  # fmt: skip
    assert {*casework.Case.objects.values_list("identity_mode", flat=True)} == {"anonymous", "hidden", "shown"}
    assert evaluation.Judgement.objects.exists()
    assert acts.Act.objects.latest("at").at <= NOW

    assert [finding for each in checks.CHECKS for finding in each.run(NOW) if not finding.is_warning] == []
    assert cli.main(["check", "--json"]) == 0
    assert cli.main(["verify"]) == 0
    assert "0 broken" in capsys.readouterr().out


# ---- whoever changes something behind our back ----------------------------------------------------------------------


@contextmanager
def without_triggers():
    """Act as somebody who owns the database."""
    with connection.cursor() as cursor:
        for statement in triggers.removals(connection.vendor):
            cursor.execute(statement)
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE acts_act DISABLE TRIGGER USER")
        else:
            for name in ("act_fixed", "act_emptied_only", "act_kept"):
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
    yield


def broken(capsys):
    code = cli.main(["verify", "--json"])
    told = json.loads(capsys.readouterr().out)
    assert code == (0 if told["is_intact"] else 1)
    return {(each["kind"], each["key"]) for each in told["broken"]}


@contextmanager
def changed(row, **values):
    """Change a row by SQL alone, and back."""
    rows, before = type(row).objects.filter(pk=row.pk), {name: getattr(row, name) for name in values}
    rows.update(**values)
    yield
    rows.update(**before)


def test_whatever_is_changed_is_named_and_nothing_else(county, capsys):
    late = timedelta(days=30)
    with without_triggers():
        act = acts.Act.objects.filter(kind="case.dispatched").first()
        with changed(act, at=act.at - late):
            assert broken(capsys) == {("act", str(act.pk))}

        case = casework.Case.objects.filter(status="working").first()
        with changed(case, status="drafted"):
            assert broken(capsys) == {("case", str(case.pk))}

        clock = clocks.running("case", [case.pk])[case.pk][0]
        with changed(clock, due_legal=clock.due_legal + late):
            assert broken(capsys) == {("case", str(case.pk))}
            assert "due-differs" in {finding.code for each in checks.CHECKS for finding in each.run(NOW)}

        reply = casework.Reply.objects.filter(served_at__isnull=False).select_related("case__seal_key").first()
        other = reply.case.seal_key.seal("什么也没答应过。", reply.context("opinion"))
        with changed(reply, opinion=other):
            assert broken(capsys) == {("case", str(reply.case_id))}

        judgement = evaluation.Judgement.objects.filter(is_solved="no").first()
        with changed(judgement, is_solved="yes"):
            assert broken(capsys) == {("judgement", str(judgement.pk))}

        leaf = ledger.leaves(5, 1)[0]
        entry = acts.Act.objects.get(pk=leaf.entry_id)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE ledger_entry SET leaf_hash = %s WHERE id = %s", [b"\1" * 32, _id(leaf.entry_id)])
        found = broken(capsys)
        assert ("act", str(entry.pk)) in found and any(kind == "log" for kind, _key in found)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE ledger_entry SET leaf_hash = %s WHERE id = %s", [leaf.leaf_hash, _id(leaf.entry_id)])

        stored = files.StoredFile.objects.filter(state="clean").first()
        path = Path(settings.FILES_DIR) / stored.path
        content = path.read_bytes()
        path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        assert broken(capsys) == {("file", str(stored.pk))}
        path.write_bytes(content)
    assert broken(capsys) == set()


def _id(key):
    return key if connection.vendor == "postgresql" else key.hex


# ---- its parts ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [0, 1, 10, 24, 25, 60, 199, 200, 1000])
def test_fates_share_any_number_of_cases(count):
    given = shares(count)
    assert sum(given) == count and min(given) >= (1 if count >= len(FATES) else 0)


def test_voices_are_many_and_complete():
    everything = voices.read()
    assert len({voice.words for voice in everything}) >= 60
    from random import Random

    for voice in everything:
        spoken = voice.spoken("禾塘湾村", Random(1))
        assert "{" not in spoken.words + spoken.opinion + spoken.facts
        if voice.procedure == "general" and not voice.fate:
            assert voice.facts and voice.basis


def test_office_hours_forth_and_back():
    def weekday(day):
        return day.weekday() < 5

    friday = datetime(2026, 11, 20, 17, 0, tzinfo=SHANGHAI)
    assert hours.after(friday, 1, weekday) == datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI)
    assert hours.before(datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI), 1, weekday) == friday
    assert hours.after(friday, 7, weekday) == datetime(2026, 11, 23, 17, 0, tzinfo=SHANGHAI)
