"""What a case's status means to the resident: one headline, and what happens next, by when. Plain sentences alone."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bandeng.ground.clocks import api as clocks
from bandeng.ground.core.plain_dates import day, due_day
from bandeng.ground.directory import api as directory

from .models import Case
from .rules import MAIN, WITH_STAFF, Outcome, Status
from .services.moving import parameter_of

STATEMENT = {
    "corrected": gettext_lazy("You corrected"),
    "added": gettext_lazy("You added"),
    "missing": gettext_lazy("You said is still missing"),
}
REPLY_TITLE = {
    "answer": gettext_lazy("The answer"),
    "redirection": gettext_lazy("Where this belongs"),
    "rejection": gettext_lazy("Why it was not accepted"),
}
RESULT = {
    "answered": gettext_lazy("An explanation"),
    "supported": gettext_lazy("Yes: it will be done"),
    "reasonable_but_no_basis": gettext_lazy("What you ask is reasonable, but no rule provides for it yet"),
    "not_supported": gettext_lazy("No; the reasons are below"),
}
PART = {
    "facts": gettext_lazy("What we found out"),
    "basis": gettext_lazy("The rule it rests on"),
    "opinion": gettext_lazy("What we say"),
    "where_to_go": gettext_lazy("Where you can go"),
    "remedy": gettext_lazy("If you do not agree"),
}
CLOCK = {
    MAIN: gettext_lazy("The answer is due"),
    "sign_for": gettext_lazy("The office must take it on"),
    "settle_return": gettext_lazy("It must be decided which office is in charge"),
    "lapse": gettext_lazy("You can say whether it is solved"),
}


@dataclass(frozen=True)
class Next:
    """What stands on top of the page: a headline, what happens now, and its tone (waiting, late, done, stopped)."""

    title: str
    lines: tuple[str, ...]
    tone: str = "waiting"


@dataclass(frozen=True)
class Contact:
    """Whom to ask: an office with its telephone."""

    label: str
    phone: str
    address: str = ""
    hours: str = ""


def contact(office: directory.Office) -> Contact:
    """Give an office as a resident needs it; without a telephone of its own the county's is given."""
    return Contact(office.label_zh, office.phone or settings.PUBLIC_PHONE, office.address_zh, office.opening_hours)


def who_to_ask(case: Case) -> Contact:
    """Name the resident's contact: who first received it, until an office has taken it on."""
    not_taken_on = {Status.REGISTERED, Status.DISPATCHED, Status.DISPUTED}
    offices = directory.offices()
    return contact(offices[case.first_receiver_id if case.status in not_taken_on else case.holder_id])


def _now_with_staff(case: Case, running: dict[str, clocks.Clock]) -> str:
    holder = directory.offices()[case.holder_id].label_zh
    sign, settle = running.get("sign_for"), running.get("settle_return")
    texts = {
        Status.REGISTERED: _("It is written down. Now %(office)s looks which office it is for."),
        Status.DISPATCHED: _("It was given to %(office)s, which must take it on by %(day)s."),
        Status.DISPUTED: _(
            "The office it was given to says that it is not in charge. %(office)s decides by %(day)s who is; the date"
            " of your answer does not move."
        ),
        Status.WORKING: _("%(office)s is working on it."),
        Status.DRAFTED: _("The answer is written. A second person at %(office)s checks it before you get it."),
        Status.APPROVED: _("The answer is written and checked. %(office)s sends it to you."),
    }
    if case.procedure == "on_the_spot" and case.status == Status.REGISTERED:
        return _("%(office)s answers you today at the counter.") % {"office": holder}
    limit = sign or settle
    return texts[Status(case.status)] % {"office": holder, "day": due_day(limit.due_legal) if limit else ""}


def _with_staff(case: Case, running: dict[str, clocks.Clock], *, was_superior_told: bool, now: datetime) -> Next:
    lines = [_now_with_staff(case, running)]
    if now >= case.due_at:
        lines.append(
            _("The office above was told and looks into it. You need not do anything.")
            if was_superior_told
            else _("You need not do anything: the office above is told by itself.")
        )
        title = _("We are late: you should have had the answer by %(day)s")
        return Next(title % {"day": due_day(case.due_at, now=now)}, tuple(lines), "late")
    if case.is_escalated:
        lines.append(_("You had to say several times that it is not solved, so the office above has it now."))
    main = running.get(parameter_of(MAIN, case))
    title = _("You get an answer by about %(day)s") if main and main.is_estimated else _("You get an answer by %(day)s")
    return Next(title % {"day": due_day(case.due_at, now=now)}, tuple(lines))


def _closed(case: Case, now: datetime) -> Next:
    on = {"day": day(case.closed_at, now=now)}
    can_reopen = _("If something is still missing, say so: it is opened again.")
    if case.outcome == Outcome.SILENT:
        counts = _("This counts as “not heard”, never as solved.")
        return Next(_("Closed on %(day)s, because we did not hear from you") % on, (counts, can_reopen), "stopped")
    if case.outcome == Outcome.WITHDRAWN:
        counts = _("This does not count as solved. If it still troubles you, tell us again at any time.")
        return Next(_("You took it back on %(day)s") % on, (counts,), "stopped")
    return Next(_("You ended it on %(day)s") % on, (can_reopen,), "done")


def next_step(case: Case, running: dict[str, clocks.Clock], *, was_superior_told: bool, now: datetime) -> Next:
    """Say where a case stands and what happens next; `running` are its clocks by parameter."""
    if case.status in WITH_STAFF:
        return _with_staff(case, running, was_superior_told=was_superior_told, now=now)
    if case.status == Status.REPLIED:
        by = {"day": due_day(case.due_at, now=now)}
        lines = (
            _("Read it, and tell us by %(day)s whether it is solved.") % by,
            _(
                "If we hear nothing until then, the matter is closed. That counts as “not heard”, never as solved, and"
                " you can open it again."
            ),
        )
        return Next(_("You have an answer"), lines, "done")
    if case.status == Status.CLOSED:
        return _closed(case, now)
    texts = {
        Status.REDIRECTED: (
            _("This belongs elsewhere"),
            _("Below you read where, why, and how to get there. Nothing you told us is lost."),
        ),
        Status.REJECTED: (
            _("This was not accepted"),
            _("Below you read why, by which rule, and what you can do if you do not agree."),
        ),
        Status.MERGED: (
            _("This goes on together with your earlier matter"),
            _("One answer is given to both. Look it up with the receipt of the earlier matter."),
        ),
        Status.TERMINATED: (
            _("This was decided in the last instance"),
            _("The same facts are not looked into again. If there are new facts, or you need help, tell us."),
        ),
    }
    title, line = texts[Status(case.status)]
    return Next(title, (line,), "moved" if case.status in {Status.REDIRECTED, Status.MERGED} else "stopped")
