"""The queue: what is due first on top."""

import uuid
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from bandeng.ground.core import api as core
from bandeng.ground.core.plain_dates import last_day
from bandeng.ground.directory import access
from bandeng.ground.directory import api as directory

from .. import labels, picking, selectors
from ..rules import Stage

TABS = ("mine", "scope", "answered")
MARK = "|"
_PLACE = "2" * 10  # where a code stands in an address


def _page_after(text: str) -> tuple | None:
    """Read where the next page begins: `<due_at>|<id>`; anything else begins at the top."""
    due_at, _sep, pk = text.partition(MARK)
    try:
        return datetime.fromisoformat(due_at), uuid.UUID(pk)
    except ValueError:
        return None


def lines(cases: list[selectors.QueueLine]) -> list[dict]:
    """Give what a page shows of its cases: masked words, place, holder, status, date. Runs no query."""
    offices, areas = directory.offices(), directory.areas()
    # What many of fifty have in common is worked out once.
    before, _code, after = reverse("case", args=[_PLACE]).partition(_PLACE)
    erased, statuses = _("(words erased)"), {status: str(labels.STATUS[status]) for status in {c.status for c in cases}}
    return [
        {
            "key": case.code,
            "code": core.show_code(case.code),
            "url": before + case.code + after,
            "title": case.title or erased,
            "area": area.label_zh if (area := areas.get(case.area)) else "",
            "holder": offices[case.holder].short_zh or offices[case.holder].label_zh,
            "due": last_day(case.due_at),
            "status": (case.status, statuses[case.status]),
        }
        for case in cases
    ]


STAGE = {"scope": Stage.STAFF, "answered": Stage.ANSWERED}


@access.needs("case.view")
@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """Show what the person's offices have to do, soonest lawful date first."""
    offices = selectors.scope(access.permissions(request))
    tab = request.GET.get("tab", "mine")
    tab = tab if tab in TABS else "mine"
    counts = {"mine": selectors.count_held(offices)}
    counts |= {name: selectors.count_seen(offices, stage) for name, stage in STAGE.items()}
    cases = selectors.held(offices) if tab == "mine" else selectors.seen(offices, STAGE[tab], counts[tab])
    names = {"mine": _("With us"), "scope": _("All we may see"), "answered": _("Answered, not yet judged")}
    page = selectors.page(cases, after=_page_after(request.GET.get("after", "")))
    tabs = [
        {
            "label": names[t],
            "url": f"?tab={t}",
            "count": selectors.shown_count(counts[t]),
            "is_current": t == tab,
        }
        for t in TABS
    ]
    last = page[-1] if len(page) == selectors.PAGE else None
    context = {
        "tab": tab,
        "tabs": tabs,
        "lines": lines(page),
        "now": request.now,
        "next": f"?tab={tab}&after={last.due_at.isoformat()}{MARK}{last.pk}".replace("+", "%2B") if last else "",
        "is_first": not request.GET.get("after"),
        "picks": picking.offered(access.permissions(request).has),
    }
    return render(request, "casework/queue.html", context)
