"""Panels beside a case: the right office, for whoever is to send it on; similar cases, for all who see it."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from bandeng.ground.directory import access
from bandeng.speak.casework import api as cases

from .beside import beside

SENDS = {"registered": "dispatch", "dispatched": "redispatch", "disputed": "settle_return", "working": "redispatch"}


def right_office(request: HttpRequest, case: cases.Case) -> dict | None:
    """Show which office is likely to be in charge, to those who may send the case there; nothing to others."""
    edge = SENDS.get(str(case.status))
    by = cases.hand.staff(access.permissions(request))
    if edge is None or not cases.can(edge, case, by):
        return None
    found = beside(
        case.words_masked,
        area_id=case.area_id,
        dispatch_office_id=case.dispatch_office_id,
        topic_id=case.topic_id,
        now=request.now,
    )
    offices = [one for one in found.offices if one.office.pk != case.holder_id or edge == "dispatch"]
    if not offices:
        return None
    return {
        "title": _("Who may be in charge"),
        "is_first": True,
        "template": "suggestions/_right_office.html",
        "beside": found,
        "offices": offices,
        "send_url": reverse("case-act", args=[case.code, edge]) if edge == "dispatch" else "",
        "version": case.version,
    }


def similar(request: HttpRequest, case: cases.Case) -> dict | None:
    """Show where similar cases are listed; the list is fetched once the page stands. Nothing where no words are."""
    if not case.words_masked:
        return None
    return {
        "title": _("Similar cases"),
        "template": "suggestions/_likes_panel.html",
        "url": reverse("likes", args=[case.code]),
        "is_for_writing": True,
    }
