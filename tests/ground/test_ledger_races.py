"""Many writers and several sequencers at once, really committing: nothing is lost, doubled or signed twice."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from tests.commits import in_threads

from bandeng.engines import merkle
from bandeng.ground.core import api as core
from bandeng.ground.ledger import api as ledger
from bandeng.ground.ledger.models import LedgerEntry, LedgerHead, LedgerLeaf, LedgerPending
from bandeng.ground.ledger.services.sequencing import _sequence_batch

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def entry():
    id_ = core.new_id()
    return id_, merkle.leaf_hash(id_.bytes)


def is_whole(count: int) -> bool:
    leaves = LedgerLeaf.objects.order_by("leaf_index").values_list("leaf_index", flat=True)
    return (
        list(ledger.rebuild_check()) == []
        and list(leaves) == list(range(count))
        and LedgerEntry.objects.count() == count
        and not LedgerPending.objects.exists()
    )


def test_writers_and_sequencers_at_once_lose_nothing(committed_database):
    is_over = threading.Event()

    def write():
        for number in range(40):
            with transaction.atomic():
                ledger.append([entry() for _ in range(1 + number % 3)], now=NOW)

    def sequence(name):
        while not is_over.is_set():
            ledger.sequence(now=NOW, limit=7, holder=name)

    def write_and_end():
        in_threads(*[write] * 4)
        is_over.set()

    in_threads(write_and_end, lambda: sequence("one"), lambda: sequence("two"))
    while ledger.sequence(now=NOW, holder="one") or ledger.sequence(now=NOW, holder="two"):
        pass
    assert is_whole(4 * sum(1 + number % 3 for number in range(40)))


@pytest.mark.postgres
def test_an_early_entry_committed_late_is_not_lost(needs_postgres, committed_database):
    early, late = entry(), entry()
    has_written, may_commit = threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            ledger.append([early], now=NOW)
            has_written.set()
            assert may_commit.wait(30)

    def quick():
        assert has_written.wait(30)
        ledger.append([late], now=NOW)
        sequenced = ledger.sequence(now=NOW)
        may_commit.set()
        return sequenced

    assert in_threads(quick, slow)[0] == 1
    assert [leaf.entry_id for leaf in ledger.leaves(0, 9)] == [late[0]]
    assert ledger.sequence(now=NOW) == 1
    assert [leaf.entry_id for leaf in ledger.leaves(0, 9)] == [late[0], early[0]]
    assert is_whole(2)


@pytest.mark.postgres
def test_without_the_lease_the_primary_key_still_lets_one_sequencer_through(needs_postgres, committed_database):
    """Two processes that both believe they are alone take the same entries; one of them must fail as a whole."""
    ledger.append([entry() for _ in range(50)], now=NOW)
    has_read = threading.Barrier(2)

    def wait_after_reading(execute, sql, params, many, context):
        if sql.startswith('INSERT INTO "ledger_leaf"'):
            has_read.wait(30)
        return execute(sql, params, many, context)

    def sequence():
        try:
            with transaction.atomic(), connection.execute_wrapper(wait_after_reading):
                return _sequence_batch(settings.KEYRING.signing("ledger"), now=NOW, limit=50)
        except IntegrityError:
            return "refused"

    assert sorted(in_threads(sequence, sequence), key=str) == [50, "refused"]
    assert LedgerHead.objects.count() == 1 and is_whole(50)


@pytest.mark.postgres
def test_a_sequencer_whose_lease_passed_on_waits_and_then_leaves_it(needs_postgres, committed_database):
    """The lease's row is locked while leaves are written, so the next holder starts from what the last one wrote."""
    ledger.append([entry() for _ in range(5)], now=NOW)
    assert core.Lease.objects.claim("ledger.sequencer", "slow", now=NOW)
    is_locked, others_start = threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            core.Lease.objects.select_for_update().get(name="ledger.sequencer", holder="slow")
            is_locked.set()
            assert others_start.wait(30)
            return _sequence_batch(settings.KEYRING.signing("ledger"), now=NOW, limit=3)

    def next_one():
        assert is_locked.wait(30)
        others_start.set()
        return ledger.sequence(now=NOW + timedelta(minutes=5), holder="next")

    assert in_threads(slow, next_one) == [3, 2]
    assert is_whole(5)


def test_nothing_of_one_test_reaches_the_next(committed_database):
    assert not LedgerEntry.objects.exists()
