"""The list of matters in one's scope, and proposals."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from bandeng.ground.core import api as core
from bandeng.ground.directory import access
from bandeng.ground.directory import api as directory
from bandeng.speak.casework import api as cases

from .. import forms, selectors, services
from ..models import Matter
from ..wording import told
from .common import found_by_code, my_hand
from .matter import case_lines

TABS = ("open", "proposed", "closed")


@access.needs("case.view")
@require_GET
def matters(request: HttpRequest) -> HttpResponse:
    """List matters of which the person sees at least one case: open ones, proposals, closed ones."""
    permissions = access.permissions(request)
    tab = request.GET.get("tab", "open")
    tab = tab if tab in TABS else "open"
    waiting = selectors.proposals(permissions)
    counts = {
        "open": selectors.count(permissions, is_closed=False),
        "proposed": waiting.count(),
        "closed": selectors.count(permissions, is_closed=True),
    }
    names = {"open": _("Open"), "proposed": _("Proposed"), "closed": _("Closed")}
    start = _start(request)
    context = {
        "tab": tab,
        "tabs": [{"label": names[t], "url": f"?tab={t}", "count": counts[t], "is_current": t == tab} for t in TABS],
        "next": f"?tab={tab}&start={start + selectors.PAGE}" if counts[tab] > start + selectors.PAGE else "",
        "is_first": not start,
        "may_join": permissions.has("matter.join"),
    }
    if tab == "proposed":
        rows = list(waiting.select_related("matter__seal_key")[start : start + selectors.PAGE])
        context["proposals"] = [_proposal_line(item) for item in selectors.proposed(permissions, rows)]
    else:
        lines = selectors.page(permissions, is_closed=tab == "closed", start=start)
        counts = selectors.voices_each([line.members for line in lines])
        context["lines"] = [
            {"line": line, "voices": n, "places": "、".join(line.places[:3])}
            for line, n in zip(lines, counts, strict=True)
        ]
    return render(request, "matters/list.html", context)


def _start(request: HttpRequest) -> int:
    text = request.GET.get("start", "")
    return min(int(text), 100_000) if text.isascii() and text.isdigit() and len(text) < 7 else 0


def _proposal_line(item: selectors.Proposed) -> dict:
    return {
        "item": item,
        "matter": selectors.title_of(item.proposal.matter) if item.proposal.matter_id else "",
        "places": "、".join(place["label"] for place in selectors.places(item.members)[:3]),
        "words": "、".join(item.words),
    }


@access.needs("case.view")
@require_http_methods(["GET", "POST"])
def proposal(request: HttpRequest, proposal: uuid.UUID) -> HttpResponse:
    """Show why cases may be one matter; accept those ticked, or decline."""
    permissions = access.permissions(request)
    row = selectors.proposals(permissions).filter(pk=proposal).select_related("matter__seal_key").first()
    if row is None:
        raise Http404
    [item] = selectors.proposed(permissions, [row])
    form = None
    if request.method == "POST":
        if request.POST.get("do") == "decline":
            return _decline(request, row, item)
        form = forms.TitleForm(request.POST) if row.matter_id is None else forms.KeyForm(request.POST)
        if form.is_valid() and (made := _accepted(request, row, item, form)):
            messages.success(request, _("Done: they are one matter."))
            return redirect("matter", made.pk)
    about = suggested_title(item.members)
    ticked = _codes(request, "case") if form else None
    shown = _codes(request, "shown")
    context = {
        "row": row,
        "matter": row.matter,
        "matter_title": selectors.title_of(row.matter) if row.matter_id else "",
        "form": form or (forms.TitleForm(initial={"title": about}) if row.matter_id is None else forms.KeyForm()),
        "lines": [
            {
                **line,
                "is_ticked": ticked is None or line["case"].code in ticked or line["case"].code not in shown,
                "reasons": [{**reason, "words": told(reason["words"])} for reason in item.reasons[line["case"].pk]],
            }
            for line in case_lines(item.members)
        ],
        "may_join": permissions.has("matter.join"),
        "now": request.now,
    }
    return render(request, "matters/proposal.html", context, status=422 if form else 200)


def _codes(request: HttpRequest, name: str) -> set[str]:
    return {core.tidy_code(code) for code in request.POST.getlist(name)}


def _keys(request: HttpRequest, name: str, item: selectors.Proposed) -> list[uuid.UUID]:
    codes = _codes(request, name)
    return [case.pk for case in item.members if case.code in codes]


def _decline(request: HttpRequest, row, item: selectors.Proposed) -> HttpResponse:
    try:
        services.decline(row.pk, shown=_keys(request, "shown", item), by=my_hand(request), now=request.now)
    except cases.CannotMove as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Declined. They are not proposed together again."))
    return redirect("matters")


def _accepted(request: HttpRequest, row, item: selectors.Proposed, form) -> Matter | None:
    keys, shown = _keys(request, "case", item), _keys(request, "shown", item)
    try:
        title = form.cleaned_data.get("title", "")
        return services.accept(row.pk, keys, shown=shown, title=title, by=my_hand(request), now=request.now)
    except cases.CannotMove as error:
        form.add_error(None, str(error))
    return None


def suggested_title(found: list[cases.Case]) -> str:
    """Write place and topic that most of the cases have: open data, which a person changes as they like."""
    topics = [directory.topics()[c.topic_id].label_zh for c in found if c.topic_id in directory.topics()]
    topic = max(topics, key=topics.count) if topics else ""
    place = next((p["label"] for p in selectors.places(found)), "")
    return (place + topic)[:60]


@access.needs("matter.join")
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Make one matter of cases: those ticked in the queue (`case=CODE` in the address), and others by number."""
    typed = request.POST if request.method == "POST" else request.GET
    codes = forms.codes([*typed.getlist("case"), typed.get("more", "")])
    found = found_by_code(request, codes[:100])
    unknown = [code for code in codes if code not in {case.code for case in found}]
    form = None
    if request.method == "POST" and request.POST.get("do") != "add":
        form = forms.TitleForm(request.POST)
        if form.is_valid() and not unknown:
            try:
                made = services.make(
                    [case.pk for case in found],
                    title=form.cleaned_data["title"],
                    by=my_hand(request),
                    now=request.now,
                    idempotency_key=form.idempotency_key,
                )
            except cases.CannotMove as error:
                form.add_error(None, str(error))
            else:
                text = ngettext("Done: %(n)d case is one matter.", "Done: %(n)d cases are one matter.", len(found))
                messages.success(request, text % {"n": len(found)})
                return redirect("matter", made.pk)
    title = request.POST.get("title") or suggested_title(found)
    context = {
        "form": form or forms.TitleForm(initial={"title": title}),
        "lines": case_lines(found),
        "unknown": unknown,
        "more": typed.get("more", "") if unknown else "",
        "now": request.now,
    }
    return render(
        request, "matters/new.html", context, status=422 if form or (unknown and typed is request.POST) else 200
    )
