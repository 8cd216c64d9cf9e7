"""Entries become leaves, leaves have proofs, and what was altered behind our back is found."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test import override_settings
from hypothesis import given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from bandeng.engines import merkle
from bandeng.ground.core import api as core
from bandeng.ground.ledger import api as ledger
from bandeng.ground.ledger.models import LedgerEntry, LedgerHead, LedgerLeaf, LedgerNode, LedgerPending
from bandeng.ground.ledger.triggers import removals, statements

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def entries(count: int) -> list[tuple[uuid.UUID, bytes]]:
    made = (core.new_id() for _ in range(count))
    return [(id_, merkle.leaf_hash_of(merkle.commit(id_.bytes * 2, b"{}"))) for id_ in made]


def log_of(count: int, *, steps: int = 500) -> list[tuple[uuid.UUID, bytes]]:
    made = entries(count)
    for start in range(0, count, steps):
        ledger.append(made[start : start + steps], now=NOW)
        assert ledger.sequence(now=NOW, limit=steps) == len(made[start : start + steps])
    return made


def key() -> merkle.VerifierKey:
    return merkle.VerifierKey.parse(ledger.note_verifier_key())


def test_an_empty_log_has_no_head():
    assert ledger.head() is None and ledger.short_head() == ""
    assert ledger.sequence(now=NOW) == 0 and ledger.head() is None
    assert list(ledger.rebuild_check()) == []
    with pytest.raises(ledger.NothingPublished):
        ledger.checkpoint_file()
    with pytest.raises(ledger.NothingPublished):
        ledger.tile_file("tile/0/000.p/1")
    with pytest.raises(ledger.NoSuchEntry):
        ledger.proof(core.new_id())


def test_an_entry_is_pending_and_then_proved():
    [(act, leaf)] = made = entries(1)
    ledger.append(made, now=NOW)
    assert ledger.proof(act) == ledger.Pending(act, NOW) == ledger.proof_file(act)
    assert ledger.pending_older_than(60, NOW + timedelta(seconds=60)) == 0
    assert ledger.pending_older_than(60, NOW + timedelta(seconds=61)) == 1
    assert ledger.sequence(now=NOW) == 1
    found = ledger.proof(act)
    assert (found.leaf_index, found.size, found.root, found.path) == (0, 1, leaf, ())
    assert ledger.pending_older_than(0, NOW + timedelta(days=1)) == 0
    assert ledger.short_head() == leaf.hex()[:8]


def test_leaves_are_the_change_feed_in_the_order_of_the_log():
    made = log_of(7)
    assert [(leaf.leaf_index, leaf.entry_id, leaf.leaf_hash) for leaf in ledger.leaves(2, 3)] == [
        (index, *made[index]) for index in (2, 3, 4)
    ]
    assert ledger.leaves(7, 10) == []


def test_older_entries_come_first_and_the_limit_is_kept():
    late, early = entries(2), entries(2)
    ledger.append(late, now=NOW)
    ledger.append(early, now=NOW - timedelta(seconds=1))
    assert [ledger.sequence(now=NOW, limit=3), ledger.sequence(now=NOW, limit=3)] == [3, 1]
    assert [leaf.entry_id for leaf in ledger.leaves(0, 9)] == [id_ for id_, _ in early + late]
    assert list(LedgerHead.objects.order_by("size").values_list("size", flat=True)) == [3, 4]


def test_every_head_is_signed_for_this_log_and_consistent_with_every_other():
    made = log_of(600, steps=97)
    heads = list(LedgerHead.objects.order_by("size"))
    for head in heads:
        told = merkle.open_checkpoint(head.note, key())
        assert (told.origin, told.size, told.root) == (settings.LOG_ORIGIN, head.size, head.root_bytes)
        assert told.root == merkle.root_of(leaf for _, leaf in made[: head.size])
    for old in heads:
        proof = ledger.consistency(old.size, 600)
        proof.verify()
        assert (proof.old_root, proof.root) == (old.root_bytes, heads[-1].root_bytes)


def test_any_entry_is_proved_in_the_latest_and_in_earlier_heads():
    made = log_of(600)
    for at in (0, 255, 256, 511, 512, 599):
        ledger.proof(made[at][0]).verify()
        assert ledger.proof(made[at][0]).root == ledger.head().root_bytes
        ledger.proof(made[at][0], size=at + 1).verify()
        with pytest.raises(ledger.NotInThatHead):
            ledger.proof(made[at][0], size=at)
    for wrong in [(-1, 5), (6, 5), (5, 601)]:
        with pytest.raises(ledger.NotInThatHead):
            ledger.consistency(*wrong)


def test_a_proof_takes_few_queries(django_assert_max_num_queries):
    made = log_of(600)
    with django_assert_max_num_queries(6):
        ledger.proof(made[300][0])


def test_only_every_eighth_level_is_stored():
    log_of(600, steps=200)
    assert sorted(LedgerNode.objects.values_list("level", "index")) == [(8, 0), (8, 1)]
    assert not LedgerPending.objects.exists()


def test_strangers_check_an_entry_with_the_public_files_alone():
    made = log_of(600, steps=300)
    head = merkle.open_checkpoint(ledger.checkpoint_file().decode(), key())

    def fetch(level, index):
        width = merkle.tile_width(level, index, head.size)
        raw = ledger.tile_file(merkle.Tile(level, index, width).path) if width else b""
        return [raw[i : i + 32] for i in range(0, len(raw), 32)]

    read = merkle.TileReader(fetch)
    assert merkle.root_at(read, head.size) == head.root
    merkle.verify_inclusion(made[5][1], 5, 600, merkle.inclusion_path(read, 5, 600), head.root)
    assert merkle.check_proof(ledger.proof_file(made[5][0]).decode(), made[5][1], key()) == (5, head)
    assert len(ledger.tile_file("tile/0/001.p/44")) == 44 * 32  # the partial tile of the head at 300 is still served
    for beyond in ("tile/0/002", "tile/0/002.p/89", "tile/0/003.p/1", "tile/1/000", "tile/1/000.p/3", "tile/2/000.p/1"):
        with pytest.raises(ledger.NothingPublished):
            ledger.tile_file(beyond)
    with pytest.raises(merkle.MalformedPath):
        ledger.tile_file("tile/entries/000")


def test_a_sequencer_without_the_lease_does_nothing():
    ledger.append(entries(3), now=NOW)
    assert core.Lease.objects.claim("ledger.sequencer", "another host", now=NOW)
    assert ledger.sequence(now=NOW + timedelta(seconds=29)) == 0
    assert ledger.sequence(now=NOW + timedelta(seconds=31)) == 3


def test_the_log_is_not_continued_under_another_name_or_key():
    log_of(3)
    ledger.append(entries(1), now=NOW)
    with override_settings(LOG_ORIGIN="other.example/log"), pytest.raises(ledger.CannotSequence):
        ledger.sequence(now=NOW)
    assert LedgerPending.objects.count() == 1 and LedgerHead.objects.count() == 1


def tamper(*sql: str) -> None:
    """Do what somebody with the database's password can: drop the triggers, write, put the triggers back."""
    with connection.cursor() as cursor:
        connection.check_constraints()
        for one in [*removals(connection.vendor), *sql, *statements(connection.vendor)]:
            cursor.execute(one)


LAST_LEAF = "(SELECT entry_id FROM ledger_leaf WHERE leaf_index = 599)"
OTHER_HASH = {"sqlite": "zeroblob(32)", "postgresql": "decode(repeat('00', 32), 'hex')"}


@pytest.mark.parametrize(
    ("sql", "kinds"),
    [
        ("UPDATE ledger_entry SET leaf_hash = {other} WHERE id = {last}", {"head-wrong"}),
        ("UPDATE ledger_node SET hash = {other} WHERE index_ = 1", {"node-wrong"}),
        ("DELETE FROM ledger_node WHERE index_ = 0", {"node-missing"}),
        ("INSERT INTO ledger_node (level, index_, hash) VALUES (16, 0, {other})", {"node-extra"}),
        ("INSERT INTO ledger_node (level, index_, hash) VALUES (3, 0, {other})", {"node-extra"}),
        ("UPDATE ledger_head SET root = {other} WHERE size = 500", {"head-wrong"}),
        ("UPDATE ledger_head SET note = replace(note, '500', '501') WHERE size = 500", {"head-wrong"}),
        ("DELETE FROM ledger_head WHERE size = 600", {"head-missing"}),
        ("DELETE FROM ledger_leaf WHERE leaf_index = 599", {"entry-lost", "head-missing", "head-wrong"}),
        ("DELETE FROM ledger_leaf WHERE leaf_index = 300", {"entry-lost", "leaf-missing"}),
        ("INSERT INTO ledger_pending (entry_id, added_at) VALUES ({last}, '2026-11-23 00:00')", {"entry-doubled"}),
    ],
)
def test_whatever_is_altered_is_found(sql, kinds):
    log_of(600)
    assert list(ledger.rebuild_check()) == []
    other = OTHER_HASH[connection.vendor]
    tamper(sql.replace("index_", '"index"', 1).format(other=other, last=LAST_LEAF))
    found = list(ledger.rebuild_check())
    assert {one.kind for one in found} == kinds
    connection.check_constraints()


def test_an_altered_log_is_not_signed_again():
    log_of(300)
    tamper(f"UPDATE ledger_node SET hash = {OTHER_HASH[connection.vendor]}")
    ledger.append(entries(1), now=NOW)
    with pytest.raises(ledger.CannotSequence):
        ledger.sequence(now=NOW)
    assert LedgerHead.objects.count() == 1


def test_the_check_reports_its_progress():
    log_of(600)
    done = []
    assert list(ledger.rebuild_check(done.append)) == []
    assert done == [600]


class Interleaving(TestCase):
    """Hypothesis needs a transaction per example; Django's TestCase gives it."""

    @hypothesis(max_examples=25, deadline=None)
    @given(st.lists(st.tuples(st.booleans(), st.integers(1, 90)), max_size=14))
    def test_batches_never_matter_to_the_tree(self, steps):
        appended = {}
        for is_append, count in steps:
            if is_append:
                made = entries(count)
                ledger.append(made, now=NOW)
                appended |= dict(made)
            else:
                waiting = LedgerPending.objects.count()
                assert ledger.sequence(now=NOW, limit=count) == min(count, waiting)
        while ledger.sequence(now=NOW):
            pass
        leaves = list(LedgerLeaf.objects.order_by("leaf_index").values_list("leaf_index", "entry_id"))
        assert [index for index, _ in leaves] == list(range(len(appended)))
        assert {id_ for _, id_ in leaves} == set(appended) and LedgerEntry.objects.count() == len(appended)
        if appended:
            assert ledger.head().root_bytes == merkle.root_of(appended[id_] for _, id_ in leaves)
        assert list(ledger.rebuild_check()) == []
