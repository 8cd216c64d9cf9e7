"""An act is one envelope: rows, ledger and history commit together, and nothing of it changes afterwards."""

import json
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from bandeng.ground.acts import api as acts
from bandeng.ground.acts.canonical import MAX_TEXT, canonical_bytes, check_open
from bandeng.ground.core import api as core
from bandeng.ground.ledger import api as ledger

NOW = datetime(2026, 11, 23, 1, 0, 0, 4, tzinfo=UTC)
SUBJECT = uuid.UUID(int=7)
CLERK = acts.Actor("staff:00000000-0000-7000-8000-000000000001", uuid.UUID(int=9))

acts.register(acts.Kind("test.noted", staff="Noted"))

OPEN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=MAX_TEXT),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def note(**more):
    return acts.Draft("test.noted", "test", SUBJECT, CLERK, **more)


@given(st.dictionaries(st.text(max_size=5), OPEN, max_size=4))
def test_canonical_bytes_do_not_depend_on_order_and_lose_nothing(payload):
    check_open(payload)
    encoded = canonical_bytes(payload)
    assert encoded == canonical_bytes(dict(reversed(payload.items())))
    assert json.loads(encoded) == payload


@pytest.mark.parametrize("bad", [1.5, {"a": 0.1}, ["x" * (MAX_TEXT + 1)], {1: "a"}, object(), b"bytes"])
def test_words_and_fractions_are_not_open_data(bad):
    with pytest.raises(acts.NotOpenData):
        check_open(bad)


@pytest.mark.django_db
def test_an_act_stands_in_history_and_ledger_or_in_neither():
    key = core.SealKey.make()
    key.save()
    with pytest.raises(RuntimeError), transaction.atomic():
        acts.emit(note(), now=NOW)
        raise RuntimeError
    assert acts.history("test", SUBJECT) == []
    with transaction.atomic():
        act = acts.emit(note(payload={"n": 1}, reason="因为漏水", seal_key=key), now=NOW)
    (found,) = acts.history("test", SUBJECT)
    assert found.reason_words() == "因为漏水"
    assert ledger.leaf_hashes([act.id]) == {act.id: acts.leaf_hash(found)}
    assert "漏水" not in json.dumps(found.envelope(), ensure_ascii=False)
    assert set(found.payload["sealed"]) == {"reason"}


@pytest.mark.django_db
def test_undeclared_kinds_are_refused():
    with pytest.raises(acts.UnknownKind), transaction.atomic():
        acts.emit(acts.Draft("test.never_declared", "test", SUBJECT, CLERK), now=NOW)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "column,value",
    [
        ("kind", "x"),
        ("payload", "{}"),
        ("at", "2020-01-01T00:00:00+08:00"),
        ("actor_key", "x"),
        ("idempotency_key", "x"),
    ],
)
def test_the_database_refuses_to_change_an_act(column, value):
    with transaction.atomic():
        act = acts.emit(note(), now=NOW)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        acts.Act.objects.filter(pk=act.pk).update(**{column: value})
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        acts.Act.objects.filter(pk=act.pk).delete()


@pytest.mark.django_db
def test_erasure_may_empty_reason_and_salt_and_nothing_may_put_others_there():
    key = core.SealKey.make()
    key.save()
    with transaction.atomic():
        act = acts.emit(note(reason="说了", seal_key=key), now=NOW)
    for change in ({"salt": b"x" * 32}, {"reason": b"x"}):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            acts.Act.objects.filter(pk=act.pk).update(**change)
    assert acts.Act.objects.filter(pk=act.pk).update(reason=None, salt=None) == 1


@pytest.mark.django_db
def test_a_change_by_a_superuser_with_triggers_off_is_named():
    with transaction.atomic():
        good = acts.emit(note(payload={"n": 1}), now=NOW)
        bad = acts.emit(note(payload={"n": 2}), now=NOW + timedelta(seconds=1))
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER act_fixed")
        else:
            cursor.execute("ALTER TABLE acts_act DISABLE TRIGGER USER")
    acts.Act.objects.filter(pk=bad.pk).update(payload={"n": 3})
    findings = [broken for broken in acts.verify() if broken]
    assert [(broken.act_key, broken.what) for broken in findings] == [(bad.pk, "was changed after it was entered")]
    assert good.pk not in {broken.act_key for broken in findings}
