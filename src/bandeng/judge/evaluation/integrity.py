"""Find marks that were changed behind our back: each judgement's act commits to them."""

from collections.abc import Iterator
from uuid import UUID

from bandeng.ground.acts import api as acts

from .models import Judgement


def altered(chunk: int = 1000) -> Iterator[UUID]:
    """Give the ids of judgements whose marks are not those that their act committed to."""
    rows = Judgement.objects.order_by("id")
    batch: list[Judgement] = []
    for row in rows.iterator(chunk_size=chunk):
        batch.append(row)
        if len(batch) == chunk:
            yield from _altered(batch)
            batch = []
    yield from _altered(batch)


def _altered(batch: list[Judgement]) -> Iterator[UUID]:
    given = acts.Act.objects.in_bulk([row.act_key for row in batch])
    for row in batch:
        act = given.get(row.act_key)
        if act is None:
            yield row.pk
        elif act.salt is not None:
            digest = acts.words_digest(bytes(act.salt), "marks", row.marks().encode())
            if act.payload["sealed"]["marks"] != digest:
                yield row.pk
