"""A superuser changes one column, triggers switched off: `bandeng verify` names it. Every column, on both stores."""

import contextlib
import json
import tomllib
import uuid
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, models
from PIL import Image
from tests.speak.test_casework_loop import HOUR, REPLY, replied
from tests.world import MONDAY

from bandeng.config import cli
from bandeng.ground.core import clock
from bandeng.ground.files import api as files
from bandeng.ground.ledger import api as ledger
from bandeng.speak.casework import api as cases

UNPROVEN = tomllib.loads((Path(__file__).parent.parent / "expectations" / "unproven.toml").read_text())
TABLES = [
    "acts.Act",
    "casework.Case",
    "casework.Statement",
    "casework.Reply",
    "casework.Attachment",
    "casework.CaseAccess",
    "clocks.Clock",
    "files.StoredFile",
    "ledger.LedgerEntry",
    "ledger.LedgerLeaf",
    "ledger.LedgerHead",
    "ledger.LedgerPending",
]
LATER = MONDAY + timedelta(days=2)


def columns() -> list[tuple[str, str]]:
    """Give every column that is to be proven; CaseAccess's own number is nobody's business."""
    found = [(label, field.name) for label in TABLES for field in apps.get_model(label)._meta.concrete_fields]
    found = [pair for pair in found if pair != ("casework.CaseAccess", "id")]
    return [(label, name) for label, name in found if name not in UNPROVEN.get(label, {})]


@pytest.fixture
def proven(world, monkeypatch, tmp_path):
    """Make a county in which each table has rows of every sort, and show that all of it holds."""
    monkeypatch.setattr(settings, "FILES_DIR", tmp_path / "files")
    monkeypatch.setattr(clock, "now", lambda: LATER)
    case = replied(world)
    me, staff = cases.hand.resident(case.pk), world.hand("liqiang")
    cases.correct_words(case.pk, "是左腿", by=staff, now=MONDAY + 6 * HOUR)
    picture = BytesIO()
    Image.new("RGB", (8, 6)).save(picture, "PNG")
    picture.seek(0)
    cases.attach(case.pk, picture, "a.png", by=me, now=MONDAY + 7 * HOUR)
    files.clean_pending(now=MONDAY + 7 * HOUR)
    cases.reopen(case.pk, missing="还没好", by=me, now=MONDAY + 8 * HOUR)
    cases.accept(case.pk, by=world.hand("liuyang"), now=MONDAY + 9 * HOUR)
    ended = replied(world)
    cases.confirm(ended.pk, by=cases.hand.resident(ended.pk), now=MONDAY + 10 * HOUR)
    spot = world.registered(procedure="on_the_spot")
    cases.reply_on_the_spot(spot.pk, REPLY, by=staff, now=MONDAY + HOUR)
    while ledger.sequence(now=LATER):
        pass
    cases.add_words(case.pk, "又坏了", by=me, now=LATER)
    return case


def verify(capsys) -> list[dict]:
    capsys.readouterr()
    cli.main(["verify", "--json"])
    return json.loads(capsys.readouterr().out)["broken"]


@pytest.fixture(autouse=True, scope="module")
def constraints_checked_again():
    """Give back what these tests switch off to the end of their transactions."""
    yield
    with contextlib.suppress(AttributeError):
        del connection.check_constraints


@contextlib.contextmanager
def as_superuser(table: str):
    """Switch off triggers and foreign keys of a table for the rest of the test's transaction."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET session_replication_role = replica")
            query = "SELECT conname FROM pg_constraint WHERE contype = 'c' AND conrelid = %s::regclass"
            cursor.execute(query, [table])
            for (name,) in cursor.fetchall():
                cursor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')
        else:
            cursor.execute("PRAGMA ignore_check_constraints = ON")
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for (name,) in cursor.fetchall():
                cursor.execute(f'DROP TRIGGER "{name}"')
        try:
            yield cursor
        finally:
            if connection.vendor == "postgresql":
                cursor.execute("SET session_replication_role = DEFAULT")
            else:
                cursor.execute("PRAGMA ignore_check_constraints = OFF")


def other(field: models.Field, value: object) -> object:
    """Give another value that the column takes."""
    field = field.target_field if isinstance(field, models.ForeignKey) else field
    if isinstance(field, models.UUIDField):
        return uuid.UUID(int=value.int ^ 1) if value else uuid.uuid4()
    if isinstance(field, models.DateTimeField):
        return (value or MONDAY) + timedelta(seconds=1)
    if isinstance(field, models.BooleanField):
        return not value
    if isinstance(field, models.BinaryField):
        raw = bytes(value or b"")
        return raw[:-1] + bytes([raw[-1] ^ 1]) if raw else b"\x01" * 40
    if isinstance(field, models.JSONField):
        return {**value, "x": 1} if isinstance(value, dict) else ["x"]
    if isinstance(field, models.IntegerField) or isinstance(value, int):
        return (value or 0) + 1_000
    return value[:-1] + ("y" if value.endswith("x") else "x") if value else "x"


@pytest.mark.parametrize(("label", "name"), columns())
def test_each_column_changed_is_named(proven, capsys, label, name):
    assert verify(capsys) == []
    model = apps.get_model(label)
    field = model._meta.get_field(name)
    rows = list(model.objects.order_by(model._meta.pk.name if label != "ledger.LedgerNode" else "level"))
    row = rows[-1] if label in {"ledger.LedgerLeaf", "ledger.LedgerHead"} else rows[0]
    with as_superuser(model._meta.db_table):
        model.objects.filter(pk=row.pk).update(**{field.attname: other(field, getattr(row, field.attname))})
        connection.check_constraints = lambda *a, **k: None
        assert verify(capsys), f"{label}.{name}"


@pytest.mark.parametrize("label", [label for label in TABLES if label not in {"casework.CaseAccess"}])
def test_each_row_taken_away_is_named(proven, capsys, label):
    model = apps.get_model(label)
    row = model.objects.order_by(model._meta.pk.name).first()
    with as_superuser(model._meta.db_table) as cursor:
        place, pk = model._meta.db_table, model._meta.pk
        cursor.execute(f'DELETE FROM "{place}" WHERE "{pk.column}" = %s', [pk.get_db_prep_value(row.pk, connection)])
        assert verify(capsys)


def test_a_byte_of_a_file_on_the_disk_is_named(proven, capsys):
    stored = files.StoredFile.objects.get()
    path = settings.FILES_DIR / stored.path
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.chmod(0o600)
    path.write_bytes(content)
    assert [each["key"] for each in verify(capsys)] == [str(stored.pk)]


@pytest.mark.parametrize("before, after", [("confirmed", "answered")])
def test_how_somebody_ended_it_cannot_be_turned_round(proven, capsys, before, after):
    cases.Case.objects.filter(outcome=before).update(outcome=after)
    assert [each["what"] for each in verify(capsys)] == ["outcome"]


def test_a_salt_taken_away_without_a_decision_is_named(proven, capsys):
    from bandeng.ground.acts import api as acts

    act = acts.Act.objects.filter(kind="case.dispatched").first()
    with as_superuser("acts_act"):
        acts.Act.objects.filter(pk=act.pk).update(salt=None)
        assert str(act.pk) in {each["key"] for each in verify(capsys)}


def test_an_entry_dropped_from_the_queue_is_an_alarm(world, capsys, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: MONDAY)
    world.registered()
    entries = apps.get_model("ledger.LedgerEntry")
    lost = entries.objects.order_by("id").last()
    with as_superuser("ledger_pending") as cursor:
        key = entries._meta.pk.get_db_prep_value(lost.pk, connection)
        cursor.execute("DELETE FROM ledger_pending WHERE entry_id = %s", [key])
    for command, found in ((["check", "--json"], "findings"), (["verify", "--json"], "broken")):
        assert cli.main(command) == 1
        told = json.loads(capsys.readouterr().out)[found]
        assert ("entry-lost", str(lost.pk)) in {(each.get("code") or each["what"], each.get("subject") or each["key"])
                                               for each in told}  # fmt: skip


def test_what_is_not_proven_is_there_and_says_why():
    for label, listed in UNPROVEN.items():
        assert label in TABLES
        assert set(listed) <= {field.name for field in apps.get_model(label)._meta.concrete_fields}
        assert all(len(why) > 10 for why in listed.values())
