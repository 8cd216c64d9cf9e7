"""The same matter again: a trip that the office cost somebody, noted on the matter and on nobody."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from bandeng.ground.core import api as core
from bandeng.ground.directory import access
from bandeng.ground.directory import api as directory
from bandeng.speak.casework import api as cases
from bandeng.speak.lookup import api as lookup

from .. import services
from ..forms import AgainForm, KeyedForm
from .common import case_or_404, keyed, my_hand, offices_with


def _line(case: cases.Case) -> dict:
    offices, areas = directory.offices(), directory.areas()
    area = areas.get(case.area_id)
    return {
        "code": case.code,
        "shown_code": core.show_code(case.code),
        "title": case.words_masked[:80],
        "area": area.label_zh if area else "",
        "holder": offices[case.holder_id],
        "status": case.status,
        "status_label": cases.labels.STATUS[case.status],
        "received_at": case.received_at,
        "due_on": case.due_on,
    }


@access.needs("case.note_trip")
@never_cache
@require_http_methods(["GET", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """Find the matter by its receipt or by what it is about, in one's own scope. There is no search by person."""
    if request.method != "POST":
        return render(request, "reception/again.html", {"form": AgainForm()})
    form = AgainForm(request.POST)
    if not form.is_valid():
        return render(request, "reception/again.html", {"form": form}, status=422)
    text = form.cleaned_data["q"]
    answer = lookup.find(access.permissions(request), lookup.Asked(text))
    if answer.is_by_number:
        return redirect("again-matter", code=answer.found[0].case.code)
    context = {
        "form": form,
        "lines": [_line(found.case) for found in answer.found],
        "is_by_number_only": answer.notice == "unusable",
        "q": text,
        "now": request.now,
    }
    return render(request, "reception/again.html", context)


@access.needs("case.note_trip")
@never_cache
@require_http_methods(["GET", "POST"])
def matter(request: HttpRequest, code: str) -> HttpResponse:
    """GET: is it this one? POST: yes; the trip is noted."""
    case = case_or_404(request, code)
    if request.method != "POST":
        context = {"line": _line(case), "case": case, "key": core.new_id(), "now": request.now}
        return render(request, "reception/again_matter.html", context)
    form = KeyedForm(request.POST)
    key = keyed("trip", request, form.cleaned_data["key"] if form.is_valid() else core.new_id(), case)
    offices = offices_with(request, "case.note_trip")
    office = next((o for o in offices if o.pk == case.first_receiver_id), offices[0])
    by = my_hand(request)
    services.once(key, lambda: cases.note_trip(case.pk, office=office.pk, by=by, now=request.now, idempotency_key=key))
    messages.success(request, _("Noted: this matter cost the resident one more trip. Below stands how far it is."))
    return redirect("case", code=case.code)
