"""`bandeng check --deploy`: what an example installation gets wrong is named, with what to do; a sound one is clean."""

import json
from datetime import UTC, timedelta

import pytest
from django.db import connection
from tests.world import MONDAY

from bandeng.config import cli, worker
from bandeng.config.checks import deployment, host
from bandeng.ground.core import api as core
from bandeng.ground.core.keys import Keyring
from bandeng.ground.ledger import api as ledger

pytestmark = pytest.mark.django_db
# What only this machine, its user and its test database decide.
OF_THE_MACHINE = {"root", "code-writable", "clock-unsynchronised", "database-careless", "disk-low"}


@pytest.fixture
def sound(settings, monkeypatch, tmp_path):
    """An installation as docs/how-to/run-in-production.md makes it."""
    home, keys = tmp_path / "home", tmp_path / "keys"
    home.mkdir(mode=0o750)
    settings.HOME, settings.KEYRING = home, Keyring(keys)
    settings.KEYRING.make_all()
    settings.DEBUG, settings.DEMO, settings.HTTPS = False, False, True
    settings.BASE_URL, settings.ALLOWED_HOSTS = "https://county.example", ["county.example", "127.0.0.1"]
    settings.SECURE_HSTS_SECONDS, settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE = 31_536_000, True, True
    for name in ("COUNTY", "PHONE", "LOG_ORIGIN", "SMS_URL", "SMTP_URL", "MAIL_FROM"):
        monkeypatch.setenv(f"BANDENG_{name}", "set")
    core.Lease.objects.claim(worker.HEARTBEAT, "a worker", now=MONDAY, seconds=worker.HEARTBEAT_SECONDS)
    return settings


def found(now=MONDAY) -> set[str]:
    return {finding.code for finding in deployment.findings(now, has_database=True)} - OF_THE_MACHINE


def test_a_sound_installation_is_clean(sound):
    skew = {"clock-skew"} if connection.vendor == "postgresql" else set()  # MONDAY is not this machine's now
    assert found() == skew


def careless(sound, monkeypatch):
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            monkeypatch.setattr(host, "_value", lambda query: "1" if "synchronous" in query else "wal")
        else:
            cursor.execute("SET synchronous_commit = off")


@pytest.mark.parametrize(
    ("code", "spoil"),
    [
        ("debug-on", lambda s, _: setattr(s, "DEBUG", True)),
        ("demo", lambda s, _: (s.HOME / "ready").touch()),
        ("demo", lambda s, _: setattr(s, "LOG_ORIGIN", "demo.bandeng.example/log")),
        ("hosts", lambda s, _: setattr(s, "ALLOWED_HOSTS", ["*"])),
        ("hosts", lambda s, _: setattr(s, "ALLOWED_HOSTS", ["county.example", ".gov.cn"])),
        ("hosts", lambda s, _: setattr(s, "ALLOWED_HOSTS", ["localhost", "127.0.0.1"])),
        ("hosts", lambda s, _: setattr(s, "ALLOWED_HOSTS", ["other.example"])),
        ("base-url", lambda s, _: setattr(s, "BASE_URL", "http://county.example")),
        ("base-url", lambda s, _: setattr(s, "BASE_URL", "https://127.0.0.1")),
        ("https-off", lambda s, _: setattr(s, "HTTPS", False)),
        ("hsts-off", lambda s, _: setattr(s, "SECURE_HSTS_SECONDS", 3600)),
        ("cookies-open", lambda s, _: setattr(s, "CSRF_COOKIE_SECURE", False)),
        ("names-unset", lambda s, m: m.delenv("BANDENG_PHONE")),
        ("keys-open", lambda s, _: s.KEYRING.directory.chmod(0o750)),
        ("keys-open", lambda s, _: (s.KEYRING.directory / "tokens.key").chmod(0o640)),
        ("keys-in-home", lambda s, _: setattr(s, "KEYRING", Keyring(s.HOME / "keys"))),
        ("home-open", lambda s, _: s.HOME.chmod(0o755)),
        ("token-short", lambda s, _: setattr(s, "METRICS_TOKEN", "12345678")),
        ("sms-unset", lambda s, m: m.delenv("BANDENG_SMS_URL")),
        ("mail-unset", lambda s, m: m.setenv("BANDENG_SMTP_URL", "")),
        (
            "time-zone",
            lambda s, m: m.setattr(host, "ZoneInfo", lambda name: UTC),
        ),
        ("worker-silent", lambda s, _: core.drop_leases()),
    ],
)
def test_each_thing_left_undone_has_its_code(sound, monkeypatch, code, spoil):
    before = found()
    spoil(sound, monkeypatch)
    assert found() - before == {code}


def test_a_careless_database_is_named_by_its_setting(sound, monkeypatch):
    careless(sound, monkeypatch)
    wrong = "synchronous=1" if connection.vendor == "sqlite" else "synchronous_commit=off"
    assert wrong in host.careless_settings()


def test_our_own_settings_of_sqlite_are_careful(tmp_path, monkeypatch):
    from django.db.backends.sqlite3.base import DatabaseWrapper

    from bandeng.config import environment

    monkeypatch.setenv("BANDENG_DATABASE", f"sqlite:///{tmp_path}/x.sqlite3")
    monkeypatch.setattr(host, "connection", DatabaseWrapper({**connection.settings_dict, **environment.database()}))
    assert host.careless_settings() == []
    host.connection.close()


def test_a_head_signed_in_the_future_is_a_clock_that_is_off(sound, world):
    world.registered()
    ledger.sequence(now=MONDAY + timedelta(hours=2))
    assert any(str(MONDAY.year) in subject for subject in host.skewed(MONDAY))
    assert not any(str(MONDAY.year) in subject for subject in host.skewed(MONDAY + timedelta(hours=3)))


def test_no_room_is_told_in_numbers(sound, monkeypatch):
    monkeypatch.setattr(deployment.room, "free", lambda: 3 * 1024**3)
    assert deployment._disk(MONDAY) == ["3.0 GiB"]


def test_the_command_adds_the_questions_when_asked(sound, capsys):
    cli.main(["check", "--json"])
    without = {finding["code"] for finding in json.loads(capsys.readouterr().out)["findings"]}
    sound.DEBUG = True
    assert cli.main(["check", "--deploy", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert not told["is_clean"] and {"debug-on"} <= {f["code"] for f in told["findings"]} - without


def test_every_question_says_what_must_hold_and_what_to_do():
    codes = [question.code for question in deployment.QUESTIONS]
    assert len(codes) == len(set(codes))
    assert all(len(q.asked) > 10 and len(str(q.remedy)) > 15 for q in deployment.QUESTIONS)


def test_what_needs_no_database_is_asked_without_one(sound):
    sound.DEBUG = True
    codes = {finding.code for finding in deployment.findings(MONDAY, has_database=False)}
    assert "debug-on" in codes and not codes & {q.code for q in deployment.QUESTIONS if q.needs_database}


def test_no_finding_tells_a_secret(sound, monkeypatch):
    monkeypatch.setenv("BANDENG_SMTP_URL", "smtp://county:hunter2hunter2@mail.example")
    sound.METRICS_TOKEN = "hunter2hunter2"
    (sound.KEYRING.directory / "tokens.key").chmod(0o644)
    told = str(list(deployment.findings(MONDAY, has_database=True)))
    assert "hunter2" not in told and sound.KEYRING.secret("tokens").hex() not in told
