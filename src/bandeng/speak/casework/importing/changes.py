"""What has changed in a row since it was imported, as a person sees it: not 3 for "3", nor how a day is written."""

import datetime as dt
from collections.abc import Mapping

from . import text
from .dates import read_column


def changed_columns(before: Mapping[str, object], after: Mapping[str, object], *, now: dt.datetime) -> list[str]:
    """Name the columns, in the order of `after`, whose cells differ. A column only one of them has says nothing."""
    return [name for name in after if name in before and not _is_same(before[name], after[name], now)]


def _is_same(before: object, after: object, now: dt.datetime) -> bool:
    if before == after or _plain(before) == _plain(after):
        return True
    one, other = read_column([before, after], now=now)
    return bool(one and other and one.at and one.at == other.at)


def _plain(cell: object) -> str:
    return "" if text.is_nothing(cell) else text.one_line(cell)
