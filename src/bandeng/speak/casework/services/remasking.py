"""Mask anew what was masked by older rules: lists and search see what the newest rules leave."""

from django.db import transaction

from bandeng.ground.core import api as core
from bandeng.ground.residents import api as residents

from ..models import Case, Statement

BATCH = 200


def remask() -> int:
    """Mask up to 200 rows that older rules masked; give how many. Safe to repeat and to run beside everything else.

    No act: what was said does not change, and what lists show of it only gets less.
    """
    return _cases() or _statements()


@transaction.atomic
def _cases() -> int:
    old = Case.objects.filter(masked_with__lt=core.MASKING_VERSION)
    rows = list(old.select_for_update(of=("self",)).select_related("seal_key")[:BATCH])
    for case in rows:
        _mask(case, case.resident_id, case.seal_key)
    Case.objects.bulk_update(rows, ["words_masked", "masked_with"])
    return len(rows)


@transaction.atomic
def _statements() -> int:
    old = Statement.objects.filter(masked_with__lt=core.MASKING_VERSION)
    keys = list(old.values_list("case_id", flat=True)[:BATCH])
    cases = Case.objects.select_for_update(of=("self",)).select_related("seal_key").order_by("pk").in_bulk(keys)
    rows = list(old.filter(case__in=cases))
    for row in rows:
        _mask(row, cases[row.case_id].resident_id, cases[row.case_id].seal_key)
    Statement.objects.bulk_update(rows, ["words_masked", "masked_with"])
    return len(rows)


def _mask(row: Case | Statement, resident_key, key: core.SealKey) -> None:
    try:
        words = key.open(row.words, row.words_context()) if row.words else ""
    except core.CannotOpen:  # nobody can read them; `bandeng verify` says so
        words = ""
    row.words_masked, row.masked_with = residents.mask_of(resident_key, words), core.MASKING_VERSION
