"""Questions in tantivy's terms."""

import math
from collections.abc import Callable, Collection, Mapping, Sequence

from tantivy import FieldType, Occur, Query, Schema

from .documents import Filters, check_key, facet_terms, micros
from .errors import InvalidQuery
from .storage import KEPT
from .writing import CURSOR

# Longer words that begin with a typed one count as it: who types 龙泉 means 龙泉镇 as well.
LONGER = 32
_FIRST, _LAST = -(1 << 62), 1 << 62


def allowed(schema: Schema, scopes: Collection[str] | None, filters: Filters) -> list[tuple[Occur, Query]]:
    """Give what every hit must be, without weight in its score. `scopes` None means no limit, none given nothing."""
    parts = []
    if scopes is not None:
        if isinstance(scopes, str):
            raise InvalidQuery("scopes is one text, not a collection of them")
        parts.append(_any(schema, "scope", [check_key(scope, "a scope", InvalidQuery) for scope in scopes]))
    parts += [_any(schema, "facet", facet_terms(name, values, InvalidQuery)) for name, values in filters.facets.items()]
    if filters.since or filters.until:
        parts.append(_within(schema, filters))
    return [(Occur.Must, Query.const_score_query(part, 0.0)) for part in parts]


def without(schema: Schema, ids: Collection[str]) -> list[tuple[Occur, Query]]:
    """Give what no hit may be."""
    return [(Occur.MustNot, _any(schema, "id", list(ids)))] if ids else []


def weighted(schema: Schema, weights: Mapping[tuple[str, str], float]) -> Query:
    """Ask for any of the terms, (field, term) → weight."""
    return Query.boolean_query(
        [
            (Occur.Should, Query.boost_query(Query.term_query(schema, field, term, KEPT[field]), weight))
            for (field, term), weight in weights.items()
        ]
    )


def everything(schema: Schema) -> list[tuple[Occur, Query]]:
    """Ask for all documents; the row of the cursor is none."""
    return [(Occur.Must, Query.all_query()), *without(schema, [CURSOR])]


def typed(
    schema: Schema,
    readings: Sequence[Sequence[str]],
    longer: Callable[[str], list[str]],
    title: Callable[[str], list[str]],
    share: float,
    shut: Sequence[tuple[Occur, Query]],
) -> list[tuple[Occur, Query]]:
    """Ask for documents with at least `share` of the words of one reading, anywhere, or as characters in the title.

    Each reading is asked within what is `allowed`, not all of them together: whoever may see little waits for little.
    A word of one character (的, 了, 村) must be there only if there are no others: it weighs, but shuts nothing out.
    """
    asked = []
    for words in readings:
        must = [word for word in words if len(word) > 1] or list(words)
        needed = max(1, math.ceil(len(must) * share))
        # All of them: lists of documents are walked together, instead of each to its end.
        occur = Occur.Must if needed == len(must) else Occur.Should
        ways = [(occur, _one(schema, word, longer(word), title(word))) for word in must]
        enough = Query.boolean_query(ways, **({} if occur is Occur.Must else {"minimum_number_should_match": needed}))
        others = [(Occur.Should, _one(schema, word, [], [])) for word in words if word not in must]
        asked.append([(Occur.Must, enough), *others, *shut])
    if len(asked) == 1:
        return asked[0]
    return [(Occur.Must, Query.disjunction_max_query([Query.boolean_query(parts) for parts in asked]))]


def _one(schema: Schema, word: str, longer: Sequence[str], title: Sequence[str]) -> Query:
    ways = [Query.term_query(schema, field, word, KEPT[field]) for field in ("words", "answer", "parts")]
    ways += [Query.term_query(schema, field, each, KEPT[field]) for each in longer for field in ("words", "answer")]
    if title:
        pairs = [(Occur.Must, Query.term_query(schema, "title", pair, KEPT["title"])) for pair in title]
        ways.append(Query.boolean_query(pairs))
    return Query.disjunction_max_query(ways, 0.1)


def _any(schema: Schema, field: str, terms: Sequence[str]) -> Query:
    return Query.term_set_query(schema, field, list(terms)) if terms else Query.empty_query()


def _within(schema: Schema, filters: Filters) -> Query:
    for bound in (filters.since, filters.until):
        if bound is not None and bound.tzinfo is None:
            raise InvalidQuery("since and until must have a time zone")
    since = micros(filters.since) if filters.since else _FIRST
    until = micros(filters.until) if filters.until else _LAST
    return Query.range_query(schema, "at", FieldType.Integer, since, until, True, False)
