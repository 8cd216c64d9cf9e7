"""What the resident's own page shows, gathered once. Nothing here names a member of staff, or a mark anybody gave."""

from collections import Counter
from datetime import datetime
from uuid import UUID

from django.db.models import Count
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from bandeng.ground.core import api as core
from bandeng.ground.core.plain_dates import clock, shanghai_day
from bandeng.ground.directory import api as directory
from bandeng.ground.files import api as files

from . import public_words, selectors
from .models import Case, Reply
from .rules import ENDED, MAIN, OPEN, WITH_STAFF, Outcome, Status
from .services.moving import parameter_of
from .services.notes import MAX_FILES

OPENED = "identity.opened"


def optional_url(name: str) -> str:
    """Give the address of a page of a higher storey, or nothing where it is not installed."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _opened(open_words) -> str | None:
    """Open sealed words; None where they were erased."""
    try:
        return open_words()
    except core.CannotOpen:
        return None


def _office_in(line: selectors.Line) -> str:
    try:
        office = directory.offices().get(UUID(line.act.payload.get("to") or ""))
    except (ValueError, TypeError):
        return ""
    return office.label_zh if office else ""


def steps(case: Case, lines: list[selectors.Line], *, now: datetime) -> list[dict]:
    """Give the timeline, oldest first, with what is still to come as its last step."""
    told = []
    for line in lines:
        to = _office_in(line)
        told.append(
            {
                "title": _("%(what)s: %(office)s") % {"what": line.label, "office": to} if to else line.label,
                "at": line.act.at,
                "who": " · ".join(filter(None, [clock(line.act.at), line.office.label_zh if line.office else ""])),
                "text": line.reason,
                "state": "done",
            }
        )
    if case.status in WITH_STAFF and now >= case.due_at:
        told.append({"title": _("You get the answer; it is late"), "state": "next"})
    elif case.status in WITH_STAFF:
        told.append({"title": _("You get the answer"), "at": case.due_on, "state": "next"})
    elif case.status == Status.REPLIED:
        told.append({"title": _("You say whether it is solved"), "at": case.due_on, "state": "next"})
    return told


def _dates(case: Case, running: list) -> list[dict]:
    names = public_words.CLOCK | {parameter_of(MAIN, case): public_words.CLOCK[MAIN]}
    return [
        {"label": names[c.parameter], "on": c.last_day(), "is_estimated": c.is_estimated}
        for c in running
        if c.parameter in names
    ]


def _looks(case: Case, lines: list[selectors.Line]) -> dict:
    """Count, per day, who of the staff looked, and list each opening of name and telephone with its office."""
    days = case.views.order_by("-viewed_on").values("viewed_on").annotate(n=Count("staff"))
    opened = Counter(
        (shanghai_day(line.act.at), line.office.label_zh if line.office else "")
        for line in lines
        if line.act.kind == OPENED
    )
    return {
        "days": [{"on": row["viewed_on"], "n": row["n"]} for row in days],
        "opened": [{"on": on, "office": office, "n": n} for (on, office), n in sorted(opened.items())],
    }


def reply_context(reply: Reply, *, is_current: bool) -> dict:
    """Give one served reply as the resident reads it; `is_erased` where its words are gone."""
    parts = _opened(reply.parts)
    order = ("opinion", "facts", "basis", "where_to_go", "remedy")
    return {
        "reply": reply,
        "title": public_words.REPLY_TITLE[reply.kind],
        "result": public_words.RESULT[reply.result],
        "office": public_words.contact(directory.offices()[reply.office_id]),
        "is_erased": parts is None,
        "parts": [{"label": public_words.PART[n], "text": parts[n]} for n in order if parts and n in parts],
        "articles": [str(article) for article in reply.articles],
        "is_current": is_current,
        "served_on": shanghai_day(reply.served_at),
    }


def reply_preview(case: Case, fields: dict[str, str]) -> dict:
    """Give a reply that is still being written as the resident would read it now."""
    kind, result = fields.get("kind", ""), fields.get("result", "")
    order = ("opinion", "facts", "basis", "where_to_go", "remedy")
    return {
        "title": public_words.REPLY_TITLE.get(kind, public_words.REPLY_TITLE["answer"]),
        "result": public_words.RESULT.get(result, ""),
        "office": public_words.contact(directory.offices()[case.holder_id]),
        "parts": [{"label": public_words.PART[n], "text": t} for n in order if (t := fields.get(n, "").strip())],
    }


def photos(case: Case) -> list[dict]:
    """List the resident's photos and papers with where each stands."""
    return [
        {
            "id": row.pk,
            "name": _opened(lambda stored=row.file: files.original_name(stored))
            or _("Photo or paper %(n)d") % {"n": number},
            "is_clean": row.file.state == "clean" and row.file.seal_key.wrapped is not None,
            "is_picture": row.file.kind == "picture",
            "state": files.state_text(row.file),
        }
        for number, row in enumerate(selectors.papers(case), 1)
    ]


def _may(case: Case, replies: list[dict]) -> dict:
    """Tell which acts the page offers."""
    is_answered = bool(replies) and replies[0]["is_current"] and case.outcome != Outcome.WITHDRAWN
    ended_with_answer = case.status in {Status.CLOSED, Status.REDIRECTED, Status.REJECTED, Status.REPLIED}
    return {
        "add": case.status not in ENDED,
        "withdraw": case.status in OPEN,
        "judge_url": optional_url("judge") if is_answered and ended_with_answer else "",
        "proof_url": optional_url("proof"),
    }


def context(case: Case, *, now: datetime) -> dict:
    """Gather everything the resident's page shows."""
    lines = selectors.timeline(case)
    running = selectors.running_clocks(case)
    told = any(line.act.kind == "case.overdue" for line in lines)
    replies = [reply_context(r, is_current=r.round == case.reopen_count) for r in selectors.served(case)]
    pictures = photos(case)
    statements = [
        {"label": public_words.STATEMENT[s.kind], "at": s.said_at, "text": _opened(s.text)}
        for s in selectors.statements(case)
    ]
    return {
        "case": case,
        "code": core.show_code(case.code),
        "now": now,
        "next": public_words.next_step(case, {c.parameter: c for c in running}, was_superior_told=told, now=now),
        "holder": public_words.contact(directory.offices()[case.holder_id]),
        "ask": public_words.who_to_ask(case),
        "is_open": case.status in OPEN,
        "is_answered": case.status == Status.REPLIED,
        "words": _opened(case.statement),
        "statements": statements,
        "photos": pictures,
        "dates": _dates(case, running),
        "steps": steps(case, lines, now=now),
        "looks": _looks(case, lines),
        "current": [r for r in replies if r["is_current"]],
        "earlier": [r for r in replies if not r["is_current"]],
        "may": _may(case, replies),
        "files_left": MAX_FILES - len(pictures),
    }
