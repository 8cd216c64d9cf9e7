"""Queries that every page asks: worked out once for a thread, then run with other values (docs/adr/0017).

Three quarters of what a small query costs Django spends on making its statement, the same one each time. A `Prepared`
keeps the compiler of a queryset with its statement, and puts values where they stood; rows, models, and what is counted
and logged are Django's as ever.
"""

import itertools
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import QuerySet
from django.db.transaction import TransactionManagementError

MOST_LISTED = 20  # values in a list: longer ones are seldom as long again
_numbers = itertools.count(1)


class CannotPrepare(ValueError):
    """A queryset of which not all values are in its statement as they were given."""


def _example(kind: type) -> Any:
    """Make a value that stands nowhere else."""
    number = next(_numbers)
    if kind is UUID:
        return uuid4()
    if kind is datetime:
        return datetime(1900, 1, 1, tzinfo=UTC) + timedelta(microseconds=number)
    if kind is date:
        return date(1, 1, 1) + timedelta(days=number)
    if kind is int:
        return 10_000 + number % 20_000  # within the smallest integer a column may hold
    if kind is str:
        return f"prepared {uuid4().hex}"
    raise TypeError(f"Values of a prepared query are of type UUID, str, int, date or datetime, not {kind.__name__}.")


class _Made:
    """A queryset with its statement, and for each of the statement's parameters where its value comes from."""

    def __init__(self, make: Callable[..., QuerySet], kinds: Sequence[type], lengths: Sequence[int | None]):
        self.queryset, first = self._compiled(make, kinds, lengths)
        _again, second = self._compiled(make, kinds, lengths)
        self.sources = [self._source(*pair) for pair in zip(first, second, strict=True)]
        wanted = {(at, n) for at, length in enumerate(lengths) for n in range(1 if length is None else length)}
        if not wanted <= {source for source, _value in self.sources if source is not None}:
            raise CannotPrepare("Each value of a prepared query must stand in its statement.")
        query = self.queryset.query
        self.compiler = query.get_compiler(self.queryset.db)
        self.statement, _params = self.compiler.as_sql()
        query.get_compiler = lambda *_args, **_options: self.compiler
        self.compiler.as_sql = lambda *_args, **_options: (self.statement, self.params)
        self.params: tuple = ()

    def _compiled(self, make: Callable, kinds: Sequence[type], lengths: Sequence[int | None]) -> tuple:
        """Make the queryset of examples; give it with its parameters, each with the example it is."""
        examples = [
            _example(kind) if length is None else [_example(kind) for _ in range(length)]
            for kind, length in zip(kinds, lengths, strict=True)
        ]
        queryset = make(*examples)
        if queryset._prefetch_related_lookups:  # noqa: SLF001 - it has no public name
            raise CannotPrepare("What is fetched by further queries cannot be prepared with the first.")
        connection = connections[queryset.db]
        places = {}
        for at, given in enumerate(examples):
            for n, example in enumerate(given if isinstance(given, list) else [given]):
                places[_adapted(example, connection)] = (at, n)
        _statement, params = queryset.query.get_compiler(queryset.db).as_sql()
        return queryset, [(places.get(param) if param.__hash__ else None, param) for param in params]

    @staticmethod
    def _source(first: tuple, second: tuple) -> tuple:
        """Give (place of the value, None) or (None, the same for all)."""
        if first[0] != second[0] or (first[0] is None and first[1] != second[1]):
            raise CannotPrepare("A value of a prepared query is changed on its way into the statement.")
        return (first[0], None) if first[0] is not None else first

    def rows(self, values: Sequence[Any]) -> list:
        query, connection = self.queryset.query, self.compiler.connection
        if query.select_for_update and connection.get_autocommit():
            raise TransactionManagementError("A row is locked inside a transaction only.")
        given = [value if isinstance(value, list) else [value] for value in values]
        self.params = tuple(
            fixed if place is None else _adapted(given[place[0]][place[1]], connection) for place, fixed in self.sources
        )
        try:
            return list(self.queryset._iterable_class(self.queryset))  # noqa: SLF001 - what a queryset itself does
        finally:
            self.params = ()  # what somebody asked for stays in no memory


def _adapted(value: Any, connection: Any) -> Any:
    """Bring a value to what its field would hand to the database."""
    if isinstance(value, UUID):
        return value if connection.features.has_native_uuid_field else value.hex
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return connection.ops.adapt_datefield_value(value)
    return value


class Prepared:
    """A query by its values, e.g. `Prepared(lambda key: Case.objects.filter(pk=key), UUID)`.

    `make` gets a value, or a list of values, for each of `kinds`, and must put them into the query as they are.
    Raises CannotPrepare with the first use where it does not.
    """

    def __init__(self, make: Callable[..., QuerySet], *kinds: type):
        self.make, self.kinds = make, kinds
        self._made = threading.local()

    def rows(self, *values: Any) -> list:
        """Give the rows; a list in `values` may have any length."""
        values = tuple(list(v) if isinstance(v, (set, frozenset, tuple)) else v for v in values)
        lengths = tuple(len(v) if isinstance(v, list) else None for v in values)
        if any(length is not None and not 0 < length <= MOST_LISTED for length in lengths):
            return list(self.make(*values))
        made = self._made.__dict__.get(lengths)
        if made is None or made.compiler.connection is not connections[made.queryset.db]:
            try:
                made = self._made.__dict__[lengths] = _Made(self.make, self.kinds, lengths)
            except EmptyResultSet:
                return []
        return made.rows(values)

    def first(self, *values: Any) -> Any:
        """Give the first row, None where there is none. The query bounds itself, if it must."""
        return next(iter(self.rows(*values)), None)

    def one(self, *values: Any) -> Any:
        """Give the row; raise the model's DoesNotExist where there is none."""
        for row in self.rows(*values):
            return row
        model = self.make(*values).model
        raise model.DoesNotExist(f"{model.__name__} matching query does not exist.")
