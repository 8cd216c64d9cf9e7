"""One matter: its cases with their own status and date, places, voices, timeline, note and core."""

import uuid
from datetime import datetime
from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET, require_POST

from bandeng.ground.acts import api as acts
from bandeng.ground.core import api as core
from bandeng.ground.core.plain_dates import clock, shanghai_day
from bandeng.ground.directory import access
from bandeng.ground.directory import api as directory
from bandeng.speak.casework import api as cases

from .. import forms, labels, selectors, services
from ..models import Matter, MatterText
from ..scope import JOIN, cases_for
from .common import done, found_by_code, matter_or_404, my_hand

LATEST = 5  # steps that stand open
PAGE = 50  # cases on a page; what is counted is counted over all
NAMED = 10  # cases that a step names; its list has the others


def case_lines(found: list[cases.Case]) -> list[dict]:
    """Give what a list of cases shows: number, masked words, place, channel, holder, status, date. Runs no query."""
    offices, areas = directory.offices(), directory.areas()
    return [
        {
            "case": case,
            "code": core.show_code(case.code),
            "title": case.words_masked[:60] or _("(words erased)"),
            "area": areas[case.area_id].label_zh if case.area_id in areas else "",
            "channel": cases.labels.CHANNEL[case.channel],
            "holder": offices[case.holder_id].short_zh or offices[case.holder_id].label_zh,
            "status": cases.labels.STATUS[case.status],
        }
        for case in found
    ]


@access.needs("case.view")
@require_GET
def matter(request: HttpRequest, matter: uuid.UUID) -> HttpResponse:
    """Show a matter as far as the person sees its cases. That note or core was read is kept, after the page went out.

    Of a case there are a line and its date here, as in every list: nobody has looked at it.
    """
    found = matter_or_404(request, matter)
    context = matter_context(request, found)
    response = render(request, "matters/matter.html", context)
    if any(text["row"] for text in context["texts"]):
        services.log_view(found.pk, staff_id=request.user.pk, now=request.now)
    return response


def matter_context(
    request: HttpRequest,
    matter: Matter,
    *,
    code_form: forms.CodeForm | None = None,
    title_form: forms.RetitleForm | None = None,
) -> dict:
    """Gather what the page of a matter shows."""
    permissions, by = access.permissions(request), my_hand(request)
    found = selectors.cases_of(permissions, matter)
    mine = set(cases_for(permissions, JOIN).filter(pk__in=[c.pk for c in found]).values_list("pk", flat=True))
    known = selectors.offices_of(found)
    steps = _steps(selectors.steps(matter, selectors.named_in(permissions, matter)), found, known)
    drafts, _left = services.drafts_of(matter, by)
    title = selectors.title_of(matter)
    shown = Paginator(found, PAGE).get_page(request.GET.get("page"))
    core_text = services.latest(matter, "core")
    return {
        "matter": matter,
        "title": title or _("(words erased)"),
        "lines": [
            {
                **line,
                "may_split": line["case"].pk in mine and matter.closed_at is None,
                "may_use": core_text is not None and cases.answer_edge(line["case"], by) is not None,
            }
            for line in case_lines(selectors.with_masked_words(shown.object_list))
        ],
        "page": shown,
        "voices": _voices(found),
        "places": selectors.places(found),
        "open_cases": sum(case.status in cases.rules.WITH_STAFF for case in found),
        "texts": [_text(matter, kind, known) for kind in MatterText.KINDS],
        "has_core": core_text is not None,
        "looks": selectors.looks(matter),
        "may_join": bool(mine),
        "may_split": bool(mine) and matter.closed_at is None,
        "may_write": services.writing_office(matter, by) is not None,
        "undo": _undoable(matter, permissions) if mine else None,
        "drafts": drafts,
        "steps": steps[:LATEST],
        "earlier_steps": steps[LATEST:],
        "code_form": code_form or forms.CodeForm(),
        "title_form": title_form
        or forms.RetitleForm(initial={"seen": services.titles(matter), "title": title}, auto_id="id_title_%s"),
        "key_form": forms.KeyForm(auto_id="id_split_%s"),
        "now": request.now,
    }


def _voices(found: list[cases.Case]) -> str:
    """Say how many people spoke, and in how many cases where somebody spoke more than once."""
    n = selectors.voices(found)
    said = ngettext("%(n)d voice", "%(n)d voices", n) % {"n": n}
    if n == len(found):
        return said
    return _("%(voices)s in %(n)d cases (repeats by one person are one voice)") % {"voices": said, "n": len(found)}


def _text(matter: Matter, kind: str, known: set) -> dict:
    row = services.latest(matter, kind)
    words, earlier = None, []
    if row is not None:
        words, earlier = _opened(row), list(matter.texts.filter(kind=kind, number__lt=row.number))
    return {
        "kind": kind,
        "label": labels.TEXT[kind],
        "row": row,
        "office": directory.offices()[row.office_id].label_zh if row and row.office_id in known else "",
        "words": words,
        "earlier": [{"row": old, "words": _opened(old)} for old in earlier],
    }


def _opened(row: MatterText) -> str:
    try:
        return row.text()
    except core.CannotOpen:
        return _("(words erased)")


def _steps(told: list[tuple[acts.Act, list[cases.Case]]], found: list[cases.Case], known: set) -> list[dict]:
    """Give the timeline, newest first: what was done with the matter, and on which days people spoke."""
    offices = directory.offices()
    rows: list[tuple[datetime, dict]] = []
    for act, named in told:
        label = str(acts.kind(act.kind).staff)
        codes = _codes(named)
        office = offices.get(act.office_key) if act.office_key in known else None
        rows.append(
            (
                act.at,
                {
                    "title": f"{label}{pgettext('label', ':')}{codes}" if codes else label,
                    "at": act.at,
                    "who": " · ".join(filter(None, [clock(act.at), office.label_zh if office else ""])),
                    "state": "done",
                },
            )
        )
    days: dict = {}
    for case in found:
        days.setdefault(shanghai_day(case.received_at), []).append(case)
    for said in days.values():
        n = len(said)
        title = ngettext("Somebody spoke", "%(n)d spoke", n) % {"n": n}
        codes = _codes(said)
        at = max(case.received_at for case in said)
        rows.append((at, {"title": f"{title}{pgettext('label', ':')}{codes}", "at": at, "state": "done"}))
    return [step for _at, step in sorted(rows, key=lambda row: row[0])][::-1]


def _codes(named: list[cases.Case]) -> str:
    """Write the numbers of some cases; of many the first, and how many more."""
    codes = "、".join(core.show_code(case.code) for case in named[:NAMED])
    if len(named) <= NAMED:
        return codes
    return _("%(codes)s and %(n)d more") % {"codes": codes, "n": len(named) - NAMED}


def _undoable(matter: Matter, permissions: directory.Permissions) -> dict | None:
    """Give the last step, where all cases it named are in the person's hands; else it is not offered."""
    step = services.last_step(matter.pk)
    if step is None:
        return None
    named = set(step.payload.get("cases", ()))
    mine = cases_for(permissions, JOIN).filter(pk__in=named).count()
    return {"key": step.pk, "label": acts.kind(step.kind).staff} if mine == len(named) else None


@access.needs("matter.join")
@require_POST
def join(request: HttpRequest, matter: uuid.UUID) -> HttpResponse:
    """Add cases by number."""
    found = matter_or_404(request, matter)
    form = forms.CodeForm(request.POST)
    if form.is_valid():
        codes = form.cleaned_data["code"]
        cases_found = found_by_code(request, codes[:100])
        if not codes or len(cases_found) != len(codes):
            form.add_error("code", _("No case of yours has this number. Look at the receipt again."))
    if form.is_valid():
        try:
            services.join(
                found.pk,
                [case.pk for case in cases_found],
                by=my_hand(request),
                now=request.now,
                idempotency_key=form.idempotency_key,
            )
        except cases.CannotMove as error:
            form.add_error("code", str(error))
        else:
            messages.success(request, _("Done: added to the matter."))
            return redirect("matter", found.pk)
    context = matter_context(request, found, code_form=form)
    return render(request, "matters/matter.html", {**context, "form": form}, status=422)


@access.needs("matter.join")
@require_POST
def split(request: HttpRequest, matter: uuid.UUID) -> HttpResponse:
    """Take the ticked cases out."""
    found = matter_or_404(request, matter)
    keys = [case.pk for case in found_by_code(request, forms.codes(request.POST.getlist("case"))[:100])]
    form = forms.KeyForm(request.POST)
    key = form.idempotency_key if form.is_valid() else None
    act = partial(services.split, found.pk, keys, by=my_hand(request), now=request.now, idempotency_key=key)
    is_gone = {case.pk for case in selectors.cases_of(access.permissions(request), found)} <= set(keys)
    to = ("matters",) if is_gone else (_same_page(request, found),)
    return done(request, act, _("Done: taken out. It is not proposed for this matter again."), *to)


def _same_page(request: HttpRequest, matter: Matter) -> str:
    """Give the address of the page of the list one was on; one that is no more is the last."""
    number = request.GET.get("page", "")
    return reverse("matter", args=[matter.pk]) + (f"?page={number}" if number.isascii() and number.isdigit() else "")


@access.needs("matter.join")
@require_POST
def undo(request: HttpRequest, matter: uuid.UUID) -> HttpResponse:
    """Undo the last step, the one the page showed."""
    found = matter_or_404(request, matter)
    try:
        step = uuid.UUID(request.POST.get("step", ""))
    except ValueError:
        step = core.new_id()  # no step has it: the page is told to look again
    before = services.last_step(found.pk)
    is_gone = before is not None and before.pk == step and before.kind == "matter.made"
    to = ("matters",) if is_gone else ("matter", found.pk)
    act = partial(services.undo, found.pk, step=step, by=my_hand(request), now=request.now)
    return done(request, act, _("Done: the step was undone."), *to)


@access.needs("matter.join")
@require_POST
def close(request: HttpRequest, matter: uuid.UUID) -> HttpResponse:
    """Close the matter, or open it again."""
    found = matter_or_404(request, matter)
    act, text = services.close, _("Done: closed. Each case still needs its own answer.")
    if found.closed_at is not None:
        act, text = services.reopen, _("Done: open again.")
    return done(request, partial(act, found.pk, by=my_hand(request), now=request.now), text, "matter", found.pk)
