"""What the case page shows, gathered once for all views that draw it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bandeng.ground.core import api as core
from bandeng.ground.core.plain_dates import clock
from bandeng.ground.directory import access
from bandeng.ground.directory import api as directory
from bandeng.ground.files import api as files
from bandeng.ground.policies import api as policies

from .. import hand, labels, panels, selectors, services
from ..models import Case
from ..rules import STATES, Pen, Status
from .desk import actions

LATEST = 4  # steps that stand open; what lies before is one press away


def case_or_404(request: HttpRequest, code: str, *, is_for_a_form: bool = False) -> Case:
    """Give the case if it is in the person's scope; otherwise it does not exist for them."""
    try:
        return selectors.case_for(access.permissions(request), code, is_for_a_form=is_for_a_form)
    except Case.DoesNotExist:
        raise Http404 from None


def my_hand(request: HttpRequest) -> hand.Hand:
    return hand.staff(access.permissions(request))


def _facts(case: Case) -> list[dict]:
    areas, topics, offices = directory.areas(), directory.topics(), directory.offices()
    rows = [
        (_("Procedure"), str(policies.procedure(case.procedure).label_zh)),
        (_("Came in"), labels.CHANNEL[case.channel]),
        (_("Place"), areas[case.area_id].label_zh if case.area_id in areas else _("not said")),
        (_("Topic"), topics[case.topic_id].label_zh if case.topic_id in topics else _("not said")),
        (_("Received by"), offices[case.first_receiver_id].label_zh),
        (_("With"), offices[case.holder_id].label_zh),
        (_("Resident"), labels.IDENTITY_MODE[case.identity_mode]),
    ]
    if n := selectors.trips(case):
        rows.append((_("Trips this cost the resident"), str(n)))
    if case.outcome:
        rows.append((_("Ended"), labels.OUTCOME[case.outcome]))
    return [{"label": label, "value": value} for label, value in rows]


def _steps(case: Case) -> list[dict]:
    steps = []
    for line in selectors.history(case):
        to = directory.offices().get(_uuid(line.act.payload.get("to")))
        steps.append(
            {
                "title": f"{line.label}{pgettext('label', ':')}{to.label_zh}" if to else line.label,
                "at": line.act.at,
                "who": " · ".join(filter(None, [clock(line.act.at), line.office.label_zh if line.office else ""])),
                "text": line.reason,
                "state": "done",
            }
        )
    return steps[::-1]


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except (ValueError, TypeError):
        return None


def opened(open_words: Callable[[], Any]) -> Any:
    """Open sealed words; None where they were erased, which is no error and is said on the page."""
    try:
        return open_words()
    except core.CannotOpen:
        return None


def case_context(request: HttpRequest, case: Case, *, bound: dict | None = None) -> dict:
    """Gather everything the case page shows; `bound` holds a form with errors under its act's name."""
    by = my_hand(request)
    edges = selectors.open_edges(case, by)
    steps = _steps(case)
    return {
        "case": case,
        "code": core.show_code(case.code),
        "words": opened(case.statement),
        "statements": [
            {"label": labels.STATEMENT[s.kind], "at": s.said_at, "text": opened(s.text)}
            for s in selectors.statements(case)
        ],
        "replies": [
            {
                "reply": reply,
                "kind": labels.REPLY_KIND[reply.kind],
                "result": labels.RESULT[reply.result],
                "parts": [(labels.PART[name], text) for name, text in (opened(reply.parts) or {}).items()],
                "is_erased": opened(reply.parts) is None,
            }
            for reply in selectors.replies(case)
        ],
        "attachments": _attachments(case),
        "status": labels.STATUS[case.status],
        "clocks": [
            {"label": labels.CLOCK.get(c.parameter, c.parameter), "on": c.last_day(), "is_estimated": c.is_estimated}
            for c in selectors.running_clocks(case)
        ],
        "facts": _facts(case),
        "steps": steps[:LATEST],
        "earlier_steps": steps[LATEST:],
        "actions": actions(case, edges, bound or {}, now=request.now),
        "pens": [labels.PEN[pen] for pen in STATES[Status(case.status)].pens],
        "is_residents": Pen.RESIDENT in STATES[Status(case.status)].pens,
        "holder": directory.offices()[case.holder_id],
        "may_open_identity": case.resident_id and services.may_open_identity(case, by),
        "may_note_trip": any(by.may("case.note_trip", o) for o in by.permissions.office_ids),
        "may_print_receipt": by.may("case.register", case.first_receiver_id),
        "panels": [panel for make in panels.registered() if (panel := make(request, case))],
        "trip_key": str(core.new_id()),
        "receipt_url": receipt_url(case),
        "now": request.now,
        "title": case.words_masked[:60] or _("(words erased)"),
    }


def receipt_url(case: Case) -> str:
    """Give the address that prints a receipt again, where reception is installed."""
    try:
        return reverse("receipt-again", args=[case.code])
    except NoReverseMatch:
        return ""


def _attachments(case: Case) -> list[dict]:
    return [
        {
            "url": reverse("case-file", args=[case.code, a.pk]),
            "is_clean": a.file.state == "clean",
            "state": files.state_text(a.file),
            "kind": a.file.kind,
            "name": opened(lambda stored=a.file: files.original_name(stored)) or _("Photo or paper"),
        }
        for a in selectors.papers(case)
    ]
