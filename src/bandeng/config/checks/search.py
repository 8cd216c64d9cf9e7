"""This host's search index: there, up to the log, and the same as the database."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from bandeng.engines.similarity import search
from bandeng.ground.core import api as core
from bandeng.speak.casework import api as casework
from bandeng.speak.lookup import api as lookup

from .framework import Finding, check

MOST_BEHIND = 1000  # leaves; a worker reads as many in a step of a second
MOST_NAMED = 100


@check
def search_finds_what_there_is(now: datetime) -> Iterator[Finding]:
    """The index of this host can be asked, has read the log and has every case in its latest version.

    What the worker mends by itself is a warning: staff find by number meanwhile.
    """
    if not casework.Case.objects.exists():
        return
    there = lookup.standing()
    if not there.is_usable:
        yield _missing()
        return
    if not there.is_whole or there.behind > MOST_BEHIND:
        what = _("%(n)d entries of the log were not read yet. Let `bandeng worker` run on this host.")
        yield Finding("search-behind", "search", what % {"n": there.behind}, is_warning=True)
    if not there.has_all_names:
        what = _("Places or offices got other names since it was made. Run `bandeng reindex`.")
        yield Finding("search-names", "search", what, is_warning=True)
    if there.is_whole:
        try:
            yield from _differences()
        except search.IndexUnusable:
            yield _missing()


def _missing() -> Finding:
    what = _("This host has no index, or a broken one; the worker makes it. Until then numbers alone are found.")
    return Finding("search-missing", "search", what, is_warning=True)


def _differences() -> Iterator[Finding]:
    for named, key in enumerate(lookup.differences()):
        if named == MOST_NAMED:
            yield Finding("search-differs", "…", _("And more. Run `bandeng reindex`."))
            return
        yield _difference(key)


def _difference(key: UUID | int) -> Finding:
    if isinstance(key, int):
        what = _("The index has %(n)d cases that the database has not. Run `bandeng reindex`.") % {"n": key}
        return Finding("search-differs", "search", what)
    code = casework.Case.objects.values_list("code", flat=True).get(pk=key)
    what = _("The index has not the latest version of this case. Run `bandeng reindex`.")
    return Finding("search-differs", core.show_code(code), what)
