"""The notices of one's offices: what is new since a colleague last looked."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from bandeng.ground.acts import api as acts
from bandeng.ground.core import api as core
from bandeng.ground.directory import api as directory
from bandeng.ground.directory.access import permissions, signed_in
from bandeng.ground.messaging import api as messaging
from bandeng.speak.casework import api as cases

from .notice_texts import URGENT, text_of

PAGE = 50
MANY = 999  # as in the queue: beyond it a count says 999+


@dataclass(frozen=True)
class Line:
    """One notice, ready to draw. A case out of the reader's sight by now has neither code nor link."""

    id: uuid.UUID
    text: Promise
    is_urgent: bool
    at: datetime
    office: str
    code: str
    url: str


def count(request: HttpRequest) -> str:
    """Count the reader's unread notices, for the top bar: "", "7" or "999+"."""
    offices = permissions(request).office_ids
    unread = messaging.OutboxMessage.objects.waiting(now=request.now).filter(
        channel="desk", address_key="", office_key__in=offices
    )
    n = unread.order_by().values("pk")[: MANY + 1].count() if offices else 0
    return f"{MANY}+" if n > MANY else str(n or "")


@signed_in
@require_GET
def notices(request: HttpRequest) -> HttpResponse:
    """List the unread notices of one's offices, oldest first."""
    return render(request, "desk/account/notices.html", {"lines": _lines(request), "page": PAGE})


@signed_in
@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """Take one notice off the list, or all that the page showed. Those of other offices stay untouched."""
    asked = request.POST.getlist("shown" if "all" in request.POST else "notice")
    mine = messaging.notices(permissions(request).office_ids, now=request.now, limit=10 * PAGE)
    taken = [notice for notice in mine if str(notice.pk) in set(asked)]
    for notice in taken:
        by = acts.Actor(request.user.actor_key, office_key=str(notice.office_key))
        messaging.read(notice, by=by, now=request.now)
    if taken:
        words = ngettext("%(n)d notice taken off the list.", "%(n)d notices taken off the list.", len(taken))
        messages.success(request, words % {"n": len(taken)})
    return redirect("notices")


def _lines(request: HttpRequest) -> list[Line]:
    unread = messaging.notices(permissions(request).office_ids, now=request.now, limit=PAGE)
    keys = {notice.subject_key for notice in unread if notice.subject_kind == "case"}
    codes = dict(cases.visible(permissions(request)).filter(pk__in=keys).values_list("pk", "code")) if keys else {}
    offices = directory.offices()
    return [
        Line(
            id=notice.pk,
            text=text_of(notice.template),
            is_urgent=notice.template in URGENT,
            at=notice.send_after,
            office=offices[notice.office_key].label_zh if notice.office_key in offices else "",
            code=core.show_code(codes[notice.subject_key]) if notice.subject_key in codes else "",
            url=_case_url(codes.get(notice.subject_key)),
        )
        for notice in unread
    ]


def _case_url(code: str | None) -> str:
    if code is None:
        return ""
    try:
        return reverse("case", kwargs={"code": code})
    except NoReverseMatch:
        return ""
