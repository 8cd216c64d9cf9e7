"""Tests that really commit: each gets a copy of the migrated test database, on either store.

Why not `django_db(transaction=True)`: it empties every table afterwards, which the ledger's triggers refuse (and which,
without them, would take the rows that migrations made). A copy is made in some milliseconds and thrown away.

    def test_two_clerks_at_once(committed_database):
        case = cases.register(...)                            # committed
        first, second = in_threads(lambda: take(case, by=li), lambda: take(case, by=wang))

- Ask for `committed_database` and not for `db` or `django_db`, which put the test into a transaction.
- The test is marked `commits` by itself: `pytest -m "not commits"` leaves such tests out.
- Every connection made during the test, in any thread, is one to the copy; `in_threads` closes those of its threads.
- The fixture's value is the name of the copy: a file on SQLite, a database on PostgreSQL.
- What migrations made is there; what other tests did is not, and nothing of this test is left behind.
- Races need PostgreSQL to be real: SQLite lets one writer in at a time. `needs_postgres` skips elsewhere and says why.
"""

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing

import pytest

_installation = None  # the name of the database that the settings give, before pytest-django puts a test one there


def pytest_collection_modifyitems(items):
    from django.conf import settings

    global _installation
    _installation = settings.DATABASES["default"]["NAME"]
    for item in items:
        if "committed_database" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.commits)


@pytest.fixture(scope="session")
def _migrated_template(django_db_setup, django_db_blocker):
    """Make the test database if pytest-django has not: it does so only for tests marked `django_db`."""
    from django.db import connection
    from django.test.utils import setup_databases, teardown_databases

    if connection.settings_dict["NAME"] != _installation:
        yield
        return
    with django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False, aliases={"default"})
    yield
    with django_db_blocker.unblock():
        teardown_databases(made, verbosity=0)


@pytest.fixture
def committed_database(request, _migrated_template, django_db_blocker, tmp_path):
    """Switch Django's default connection to a fresh copy of the migrated test database; see the module."""
    from django.db import connections

    if {"db", "transactional_db"} & set(request.fixturenames) or request.node.get_closest_marker("django_db"):
        pytest.fail("committed_database is its own database: drop django_db from this test.")
    template = connections["default"]
    settings = template.settings_dict  # one dictionary, which new connections of every thread are made from
    original = settings["NAME"]
    with django_db_blocker.unblock():
        copy = _copy_sqlite(template, tmp_path) if template.vendor == "sqlite" else _copy_postgres(template, tmp_path)
        settings["NAME"] = copy
        connections["default"] = connections.create_connection("default")
        try:
            yield copy
        finally:
            connections["default"].close()
            connections["default"] = template  # SQLite's test database lives in memory as long as this object
            settings["NAME"] = original
            if template.vendor == "postgresql":
                _drop_postgres(template, copy)


@pytest.fixture
def needs_postgres():
    """Skip where there is no PostgreSQL."""
    from django.db import connection

    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one writer in at a time: this race needs PostgreSQL")


def in_threads(*functions: Callable[[], object]) -> list:
    """Run each function in a thread with connections of its own; give their results, or raise the first error."""
    from django.db import connections

    results: list = [None] * len(functions)
    errors: list[BaseException] = []

    def run(place: int, function: Callable[[], object]) -> None:
        try:
            results[place] = function()
        except BaseException as error:  # raised again below, in the test's own thread
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair, daemon=True) for pair in enumerate(functions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive(), "a thread waits for something that never comes"
    if errors:
        raise errors[0]
    return results


def _copy_sqlite(template, tmp_path) -> str:
    copy = str(tmp_path / "committed.sqlite3")
    template.ensure_connection()
    with closing(sqlite3.connect(copy)) as target:
        template.connection.backup(target)
    return copy


def _copy_postgres(template, tmp_path) -> str:
    copy = f"{template.settings_dict['NAME']}_{abs(hash(str(tmp_path))) % 10**8:08}"
    template.close()  # a template must have no connection
    with template._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{copy}" TEMPLATE "{template.settings_dict["NAME"]}"')
    return copy


def _drop_postgres(template, copy: str) -> None:
    with template._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{copy}" WITH (FORCE)')
