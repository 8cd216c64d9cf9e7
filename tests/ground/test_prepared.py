"""Queries that are made once: the same rows as ever, and no value of one asking in the next."""

import threading
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Lower
from django.test.utils import CaptureQueriesContext

from bandeng.ground.acts.models import Act
from bandeng.ground.core import api as core
from bandeng.ground.core.models import Lease, SealKey

NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def keys():
    made = [core.SealKey.make() for _ in range(4)]
    for key in made:
        key.save(force_insert=True)
    return made


def test_gives_what_the_queryset_gives(keys):
    by_key = core.Prepared(lambda key: SealKey.objects.filter(pk=key), UUID)
    for key in (*keys, *keys):
        assert by_key.rows(key.pk) == [key] and by_key.first(key.pk) == key and by_key.one(key.pk) == key
    assert by_key.rows(uuid4()) == [] and by_key.first(uuid4()) is None
    with pytest.raises(SealKey.DoesNotExist):
        by_key.one(uuid4())


@pytest.mark.parametrize("number", [0, 1, 2, 3, 25])
def test_a_list_of_any_length(keys, number):
    listed = core.Prepared(lambda wanted: SealKey.objects.filter(pk__in=wanted).order_by("pk"), UUID)
    wanted = [key.pk for key in keys[:number]] + [uuid4() for _ in range(number - len(keys))]
    for given in (wanted, frozenset(wanted), tuple(wanted)):
        assert {key.pk for key in listed.rows(given)} == set(wanted[: len(keys)])


def test_values_of_every_kind_stand_where_they_stood():
    Lease.objects.create(name="one", holder="a", expires_at=NOW)
    Lease.objects.create(name="two", holder="a", expires_at=NOW + timedelta(hours=1))
    until = core.Prepared(
        lambda holder, at: Lease.objects.filter(holder=holder, expires_at__gt=at).values_list("name", flat=True),
        str,
        datetime,
    )
    assert until.rows("a", NOW) == ["two"] and sorted(until.rows("a", NOW - timedelta(1))) == ["one", "two"]
    assert until.rows("b", NOW) == [] and until.rows("a", NOW) == ["two"]
    on = core.Prepared(lambda day: Lease.objects.filter(expires_at__date__lte=day).order_by("name"), date)
    assert [lease.name for lease in on.rows(date(2026, 11, 27))] == ["one", "two"] and not on.rows(date(2026, 11, 26))


def test_the_statement_is_made_once_and_logged_as_ever(keys):
    made = []

    def query(key):
        made.append(key)
        return SealKey.objects.filter(pk=key)

    by_key = core.Prepared(query, UUID)
    with CaptureQueriesContext(connection) as asked:
        for key in keys:
            by_key.rows(key.pk)
    assert len(asked) == 4 and len(made) == 2  # twice, so that a value that is changed on its way is noticed
    assert len({sql["sql"] for sql in asked}) == 4


def test_what_somebody_asked_for_is_not_kept(keys):
    by_key = core.Prepared(lambda key: SealKey.objects.filter(pk=key), UUID)
    by_key.rows(keys[0].pk)
    (made,) = by_key._made.__dict__.values()
    assert made.params == () and keys[0].pk not in [value for _place, value in made.sources]


@pytest.mark.parametrize(
    "make",
    [
        lambda at: Lease.objects.filter(expires_at__gt=at - timedelta(hours=1)),  # another value stands there
        lambda at: Lease.objects.filter(expires_at__gt=NOW),  # none stands there
        lambda at: Act.objects.filter(at__gt=at).prefetch_related("seal_key"),
    ],
)
def test_what_would_go_wrong_is_refused_at_the_first_use(make):
    with pytest.raises(core.CannotPrepare):
        core.Prepared(make, datetime).rows(NOW)


def test_a_moment_worked_out_while_it_is_made_is_refused():
    moments = iter([NOW, NOW + timedelta(1)])
    with pytest.raises(core.CannotPrepare):
        core.Prepared(lambda name: Lease.objects.filter(name=name, expires_at__gt=next(moments)), str).rows("one")


def test_a_kind_nobody_foresaw_is_refused():
    with pytest.raises(TypeError, match="not float"):
        core.Prepared(lambda share: Lease.objects.filter(name=share), float).rows(1.0)


def test_fixed_values_and_columns_stay(keys):
    Lease.objects.create(name="One", holder="one", expires_at=NOW)
    same = core.Prepared(lambda at: Lease.objects.filter(holder=Lower(F("name")), expires_at=at, name="One"), datetime)
    assert same.rows(NOW) and same.rows(NOW) and not same.rows(NOW + timedelta(1))


def test_locks_only_inside_a_transaction(keys, monkeypatch):
    locked = core.Prepared(lambda key: SealKey.objects.select_for_update().filter(pk=key), UUID)
    assert locked.one(keys[0].pk) == keys[0]
    monkeypatch.setattr(connection, "get_autocommit", lambda: True)
    with pytest.raises(transaction.TransactionManagementError):
        locked.one(keys[0].pk)


def test_each_thread_has_its_own(keys):
    by_key = core.Prepared(lambda key: SealKey.objects.filter(pk=key), UUID)
    by_key.rows(keys[0].pk)
    seen = []
    thread = threading.Thread(target=lambda: seen.append(dict(by_key._made.__dict__)))
    thread.start()
    thread.join()
    assert seen == [{}] and len(by_key._made.__dict__) == 1


def test_another_connection_has_its_statement_made_anew(keys, monkeypatch):
    by_key = core.Prepared(lambda key: SealKey.objects.filter(pk=key), UUID)
    by_key.rows(keys[0].pk)
    (made,) = by_key._made.__dict__.values()
    monkeypatch.setattr(made.compiler, "connection", object())
    assert by_key.one(keys[1].pk) == keys[1]
    assert made not in by_key._made.__dict__.values()
