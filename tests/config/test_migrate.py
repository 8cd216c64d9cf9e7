"""Setting up the database while others use it: whoever is at work is let through."""

import pytest
from django.db import OperationalError, connection

from bandeng.config.cli import migrate
from bandeng.config.cli.failures import NotReady

pytestmark = pytest.mark.django_db


class InUse(Exception):
    sqlstate = "55P03"


class Broken(Exception):
    sqlstate = "57P01"


@pytest.fixture
def attempts(monkeypatch):
    """Count the attempts; the first so many fail, for a reason that a test names."""

    class Attempts(list):
        fail, because = 0, InUse

    made = Attempts()

    def command(name, **how):
        made.append(name)
        if len(made) <= made.fail:
            raise OperationalError("no") from made.because()

    monkeypatch.setattr("django.core.management.call_command", command)
    monkeypatch.setattr(migrate, "BREATH_S", 0)
    return made


def test_a_table_in_use_is_tried_again_and_said_once(attempts, capsys):
    attempts.fail = 3
    migrate.migrate_beside_others()
    assert len(attempts) == 4
    assert capsys.readouterr().err.count("The tables are in use") == 1


def test_it_ends_with_what_to_do_where_a_table_is_never_free(attempts, monkeypatch):
    monkeypatch.setattr(migrate, "TRIES", 2)
    attempts.fail = 9
    with pytest.raises(NotReady) as told:
        migrate.migrate_beside_others()
    assert "Stop the worker" in told.value.remedy and len(attempts) == 2


def test_any_other_failure_is_not_tried_again(attempts):
    attempts.fail, attempts.because = 1, Broken
    with pytest.raises(OperationalError):
        migrate.migrate_beside_others()
    assert len(attempts) == 1


@pytest.mark.postgres
def test_who_waits_for_a_table_waits_shorter_than_those_at_work(needs_postgres, attempts, monkeypatch):
    seen = []

    def command(name, **how):
        with connection.cursor() as cursor:
            cursor.execute("SELECT setting::int, (SELECT setting::int FROM pg_settings WHERE name = 'deadlock_timeout')"
                           " FROM pg_settings WHERE name = 'lock_timeout'")  # fmt: skip
            seen.append(cursor.fetchone())

    monkeypatch.setattr("django.core.management.call_command", command)
    migrate.migrate_beside_others()
    [(lock, deadlock)] = seen
    assert 0 < lock < deadlock
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("0",)
