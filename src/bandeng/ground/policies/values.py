"""Which values fit which unit."""

from datetime import time
from typing import Any

from django.utils.translation import gettext as _

from bandeng.engines import deadlines


class BadValue(ValueError):
    """A value does not fit its unit; the message says what does."""


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def check_value(unit: str, value: Any) -> None:
    """Raise BadValue unless `value` is one that a parameter of this unit may hold."""
    if unit in deadlines.UNITS:
        if not _is_count(value) or not 1 <= value <= 3660 or (unit == "same_day" and value != 1):
            raise BadValue(_("A limit is a whole number from 1 to 3660; for the same day it is 1."))
    elif unit == "count":
        if not _is_count(value) or value < 0:
            raise BadValue(_("Write a whole number, 0 or more."))
    elif unit == "percent":
        if not _is_count(value) or not 0 <= value <= 100:
            raise BadValue(_("Write a whole number from 0 to 100."))
    elif unit == "yes_no":
        if not isinstance(value, bool):
            raise BadValue(_("Choose yes or no."))
    elif unit == "fraction":
        if not (isinstance(value, list) and len(value) == 2 and all(map(_is_count, value)) and 0 < value[0] < value[1]):
            raise BadValue(_("Write a share between nothing and all, as two whole numbers: 2 and 3 for two thirds."))
    elif unit == "periods":
        _check_periods(value)
    else:
        raise BadValue(_("Nothing is known of the unit %(unit)s.") % {"unit": unit})


def _check_periods(value: Any) -> None:
    try:
        deadlines.OfficeHours(tuple((time.fromisoformat(a), time.fromisoformat(b)) for a, b in value))
    except (TypeError, ValueError):
        raise BadValue(
            _("Write each period as opening and close, in order, for example 08:30 to 12:00 and 14:00 to 17:30.")
        ) from None
