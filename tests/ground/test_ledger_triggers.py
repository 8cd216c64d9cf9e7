"""What has been written stays: each trigger fires, on either store."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from bandeng.ground.core import api as core
from bandeng.ground.ledger import api as ledger
from bandeng.ground.ledger.models import LedgerHead, LedgerLeaf, LedgerNode
from bandeng.ground.ledger.triggers import INSERT_ONLY

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def one_row_each():
    act = core.new_id()
    ledger.append([(act, bytes(32))], now=NOW)
    LedgerLeaf.objects.create(leaf_index=0, entry_id=act)
    LedgerNode.objects.create(level=8, index=0, hash=bytes(32))
    LedgerHead.objects.create(size=1, root=bytes(32), note="-", signed_at=NOW)


def refused(sql: str) -> bool:
    """Run one statement in a savepoint and tell whether a trigger of ours refused it."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    except IntegrityError as error:
        return "insert-only" in str(error)
    return False


@pytest.mark.parametrize("table", INSERT_ONLY)
def test_no_row_is_changed_or_deleted(one_row_each, table):
    column = INSERT_ONLY[table][0][0]
    assert refused(f"UPDATE {table} SET {column} = {column}")
    assert refused(f"DELETE FROM {table}")


@pytest.mark.parametrize(("table", "key"), [(t, key) for t, keys in INSERT_ONLY.items() for key in keys])
def test_no_row_is_replaced(one_row_each, table, key):
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            columns = [c.name for c in connection.introspection.get_table_description(cursor, table)]
        # Everything but this key is made new, so that this key alone can be what is refused.
        other = {"leaf_index": "leaf_index + 7", "entry_id": "'00000000000000000000000000000000'"}
        chosen = ", ".join(other.get(c, f'"{c}"') if c not in key else f'"{c}"' for c in columns)
        assert refused(f"INSERT OR REPLACE INTO {table} SELECT {chosen} FROM {table}")
    else:
        update = f"({', '.join(key)}) DO UPDATE SET {key[0]} = EXCLUDED.{key[0]}"
        assert refused(f"INSERT INTO {table} SELECT * FROM {table} ON CONFLICT {update}")


@pytest.mark.parametrize("table", INSERT_ONLY)
def test_no_table_is_emptied(one_row_each, table):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has no TRUNCATE; DELETE without WHERE is refused above")
    connection.check_constraints()  # deferred foreign keys of the fixture would refuse TRUNCATE before our trigger
    assert refused(f"TRUNCATE {table} CASCADE")


@pytest.mark.parametrize("table", INSERT_ONLY)
def test_an_empty_update_on_postgresql_is_refused_too(table):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite's triggers are per row")
    assert refused(f"UPDATE {table} SET {INSERT_ONLY[table][0][0]} = NULL WHERE false")


def test_a_hash_of_another_length_is_refused_by_the_database():
    with pytest.raises(IntegrityError):
        ledger.append([(core.new_id(), bytes(31))], now=NOW)


def test_an_act_has_one_entry_only():
    act = core.new_id()
    ledger.append([(act, bytes(32))], now=NOW)
    with pytest.raises(IntegrityError):
        ledger.append([(act, bytes(32))], now=NOW)


def test_any_number_of_entries_takes_two_queries(django_assert_num_queries):
    entries = [(core.new_id(), bytes(32)) for _ in range(400)]
    with django_assert_num_queries(2):
        ledger.append(entries, now=NOW)
