"""Writing for all cases at once, and beginning each case's own draft with it."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bandeng.ground.core import api as core
from bandeng.ground.directory import access
from bandeng.speak.casework import api as cases

from .. import forms, labels, selectors, services
from ..errors import StaleText
from ..models import Matter
from .common import found_by_code, matter_or_404, my_hand
from .matter import matter_context

SAID = 20  # of what was said, beside what one writes


@access.needs("matter.write")
@require_http_methods(["GET", "POST"])
def write(request: HttpRequest, matter: uuid.UUID, kind: str) -> HttpResponse:
    """Write a version of the note or the core."""
    found, by = matter_or_404(request, matter), my_hand(request)
    if services.writing_office(found, by) is None:
        raise PermissionDenied(_("This is written by the offices that have the cases."))
    newest = services.latest(found, kind)
    if request.method != "POST":
        kept = cases.load_draft(by.key, _name(found, kind), now=request.now)
        initial = {"seen": newest.number if newest else 0, "words": newest.text() if newest else ""}
        form = forms.TextForm(kind=kind, initial=initial | {k: kept[k] for k in ("words",) if k in kept})
        return _page(request, found, kind, form)
    form = forms.TextForm(request.POST, kind=kind)
    if not form.is_valid():
        return _page(request, found, kind, form, status=422)
    given = form.cleaned_data
    try:
        services.write_text(found.pk, kind, given["words"], seen=given["seen"], by=by, now=request.now)
    except StaleText as error:
        form.data = form.data.copy()
        form.data["seen"] = str(services.latest(found, kind).number)
        form.add_error(None, str(error))
        return _page(request, found, kind, form, status=409)
    except cases.CannotMove as error:
        form.add_error("words", str(error))
        return _page(request, found, kind, form, status=422)
    cases.drop_draft(by.key, _name(found, kind))
    messages.success(request, _("Done: %(what)s.") % {"what": labels.TEXT[kind]})
    return redirect("matter", found.pk)


def _name(matter: Matter, kind: str) -> str:
    return f"matter:{matter.pk}:{kind}"


@access.needs("matter.write")
@require_POST
def keep(request: HttpRequest, matter: uuid.UUID, kind: str) -> HttpResponse:
    """Keep what is being typed, sealed; called by the page while somebody writes."""
    found, by = matter_or_404(request, matter), my_hand(request)
    fields = {"words": request.POST.get("words", "")}
    try:
        cases.save_draft(by.key, _name(found, kind), fields, now=request.now)
    except ValueError as error:
        return HttpResponse(str(error), status=413, content_type="text/plain; charset=utf-8")
    return HttpResponse(status=204)


def _page(request: HttpRequest, matter: Matter, kind: str, form: forms.TextForm, *, status: int = 200) -> HttpResponse:
    newest = services.latest(matter, kind)
    said = selectors.with_masked_words(selectors.cases_of(access.permissions(request), matter)[:SAID])
    context = {
        "matter": matter,
        "title": selectors.title_of(matter),
        "label": labels.TEXT[kind],
        "kind": kind,
        "form": form,
        "draft_url": reverse(f"matter-{kind}-draft", args=[matter.pk]),
        "newest": newest if status == 409 else None,
        "other": services.latest(matter, "core" if kind == "note" else "note"),
        "other_label": labels.TEXT["core" if kind == "note" else "note"],
        "lines": [case.words_masked for case in said],
    }
    response = render(request, "matters/write.html", context, status=status)
    services.log_view(matter.pk, staff_id=request.user.pk, now=request.now)
    cases.log_views([case.pk for case in said], staff_id=request.user.pk, now=request.now)  # whole, not a line of it
    return response


@access.needs("matter.write")
@require_POST
def retitle(request: HttpRequest, matter: uuid.UUID) -> HttpResponse:
    """Give the matter another title; where somebody was faster, both are on the page."""
    found = matter_or_404(request, matter)
    form, status = forms.RetitleForm(request.POST, auto_id="id_title_%s"), 422
    if form.is_valid():
        given = form.cleaned_data
        try:
            services.retitle(found.pk, given["title"], seen=given["seen"], by=my_hand(request), now=request.now)
        except StaleText as error:
            form.data = form.data.copy()
            form.data["seen"] = str(services.titles(found))
            form.add_error(None, str(error))
            status = 409
        except cases.CannotMove as error:
            form.add_error("title", str(error))
        else:
            messages.success(request, _("Done: it has its new title."))
            return redirect("matter", found.pk)
    context = matter_context(request, matter_or_404(request, matter), title_form=form)
    return render(request, "matters/matter.html", {**context, "form": form}, status=status)


@access.needs("case.draft")
@require_POST
def use(request: HttpRequest, matter: uuid.UUID, code: str) -> HttpResponse:
    """Put the core into the person's draft of one case's answer and go on writing there."""
    found = matter_or_404(request, matter)
    [case] = found_by_code(request, forms.codes([code])) or [None]
    if case is None:
        return redirect("matter", found.pk)
    try:
        edge = services.use_core(found.pk, case.pk, by=my_hand(request), now=request.now)
    except cases.CannotMove as error:
        messages.error(request, str(error))
        return redirect("matter", found.pk)
    return redirect("case-act", code=case.code, name=edge)


@access.needs("case.draft")
@require_http_methods(["GET", "POST"])
def drafts(request: HttpRequest, matter: uuid.UUID) -> HttpResponse:
    """Make drafts for the cases whose answer the person writes, some at a press, and show how far it is."""
    found, by = matter_or_404(request, matter), my_hand(request)
    if request.method == "POST":
        try:
            services.make_drafts(found.pk, by=by, now=request.now)
        except cases.CannotMove as error:
            messages.error(request, str(error))
            return redirect("matter", found.pk)
        return redirect("matter-drafts", found.pk)
    where, _left = services.drafts_of(found, by)
    lines = [
        {"case": case, "code": code, "title": title, "edge": edge}
        for case, code, title, edge in _written(request, found, by)
    ]
    context = {"matter": found, "title": selectors.title_of(found), "drafts": where, "lines": lines}
    return render(request, "matters/drafts.html", context)


def _written(request: HttpRequest, matter: Matter, by: cases.Hand):
    """Give the cases in which a draft of one's own waits."""
    found = selectors.cases_of(access.permissions(request), matter)
    edges = {case.pk: edge for case in found if (edge := cases.answer_edge(case, by))}
    names = {case.pk: cases.draft_name(case, edges[case.pk]) for case in found if case.pk in edges}
    kept = cases.Draft.objects.filter(owner=by.key, form__in=list(names.values()), expires_at__gt=request.now)
    forms_kept = set(kept.values_list("form", flat=True))
    for case in selectors.with_masked_words([case for case in found if names.get(case.pk) in forms_kept]):
        yield case, core.show_code(case.code), case.words_masked[:60], edges[case.pk]
