"""Proposals of matters: a case waits in one at most, and in none once it is in a matter."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from bandeng.ground.core import api as core
from bandeng.speak.matters import api as matters

from .framework import Finding, check


@check
def cases_wait_in_one_proposal(now: datetime) -> Iterator[Finding]:
    """No case stands in two open proposals, or in one and in a matter."""
    for code in matters.waiting_wrongly().values_list("code", flat=True).iterator(chunk_size=2000):
        what = _("The case stands in several proposals of a matter, or in one and in a matter. Decline one of them.")
        yield Finding("proposed-twice", core.show_code(code), what)
