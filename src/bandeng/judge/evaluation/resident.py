"""The resident judges: a short form; where it is not solved a second page; thanks, with who can see what.

What was said is never shown again, not to its author either: whoever picks up the receipt must not read it.
"""

from contextlib import suppress

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from bandeng.ground.core import api as core
from bandeng.ground.directory import api as directory
from bandeng.speak.casework import api as cases

from . import periods
from .forms import JudgeForm, MissingForm, ThenForm
from .models import Judgement
from .services import REST, CannotJudge, answer_to_judge, judge

FORM = ("GET", "POST")


def _supervision() -> directory.Office | None:
    """Give the supervision office to call."""
    offices = [o for o in directory.offices().values() if o.kind == "supervision" and o.is_active]
    return min(offices, key=lambda office: (office.area.path.count("/"), office.code), default=None)


def _page(request: HttpRequest, case: cases.Case, template: str, *, status: int = 200, **context) -> HttpResponse:
    context |= {"code": core.show_code(case.code), "supervision": _supervision(), "now": request.now}
    return render(request, f"evaluation/{template}.html", context, status=status)


def _context(case: cases.Case, reply: cases.Reply) -> dict:
    month = periods.month_of(reply.served_at)
    given = Judgement.objects.filter(case_key=case.pk, round=reply.round).values_list("judged_at", flat=True).first()
    return {
        "out_on": periods.out_on(month),
        "minimum": periods.minimum(periods.month_of(reply.served_at)),
        "given": given,
    }


@cases.with_receipt
@never_cache
@require_http_methods(FORM)
def judge_page(request: HttpRequest, case: cases.Case) -> HttpResponse:
    """Ask whether it is solved and what the resident thinks of it; says before who can see what."""
    reply = answer_to_judge(case)
    if reply is None:
        return redirect("mine")
    if request.now >= periods.out_at(periods.month_of(reply.served_at)):
        return _only_missing(request, case)
    context = _context(case, reply)
    if request.method == "GET":
        return _page(request, case, "judge", form=JudgeForm(initial={"key": core.new_id()}), **context)
    form = JudgeForm(request.POST)
    if not form.is_valid():
        return _page(request, case, "judge", form=form, status=422, **context)
    if form.cleaned_data["is_solved"] == "yes":
        return _judged(request, case, form, then=REST, missing="")
    return _second_page(request, case, form, context)


def _second_page(request: HttpRequest, case: cases.Case, form: JudgeForm, context: dict) -> HttpResponse:
    """Ask what is to happen now; the first page's answers travel in the form, nothing is kept half done."""
    is_asked = "then_asked" in request.POST
    then = ThenForm(request.POST if is_asked else None)
    if is_asked and then.is_valid():
        return _judged(request, case, form, **then.cleaned_data)
    carried = [(name, request.POST.get(name, "")) for name in form.fields]
    status = 422 if is_asked else 200
    return _page(request, case, "then", form=then, carried=carried, status=status, **context)


def _judged(request: HttpRequest, case: cases.Case, form: JudgeForm, *, then: str, missing: str) -> HttpResponse:
    try:
        judge(
            case.pk,
            form.opinion(),
            by=cases.hand.resident(case.pk),
            now=request.now,
            idempotency_key=f"judge:{form.cleaned_data['key']}",
            then=then,
            missing=missing,
        )
    except CannotJudge:
        return redirect("mine")  # the matter moved on while the page was open; its page says how it stands
    response = redirect("judge-thanks")
    if then != REST:
        response["Location"] += "?goes-on"
    return response


def _only_missing(request: HttpRequest, case: cases.Case) -> HttpResponse:
    """Take what is still missing, without marks: the month's results are out and no longer change."""
    form = MissingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        by = cases.hand.resident(case.pk)
        with suppress(cases.CannotMove):  # it moved on in the meantime; its page says how it stands
            cases.reopen(case.pk, missing=form.cleaned_data["missing"], by=by, now=request.now)
        return redirect("mine")
    return _page(request, case, "missing", form=form, status=422 if request.method == "POST" else 200)


@cases.with_receipt
@never_cache
@require_GET
def thanks(request: HttpRequest, case: cases.Case) -> HttpResponse:
    """Thank, and say exactly who can see what."""
    given = Judgement.objects.filter(case_key=case.pk).order_by("-judged_at").first()
    if given is None:
        return redirect("mine")
    context = {
        "out_on": periods.out_on(given.month),
        "minimum": periods.minimum(given.month),
        "goes_on": "goes-on" in request.GET,
        "answer_by": case.due_on if case.status in cases.rules.WITH_STAFF else None,
    }
    return _page(request, case, "thanks", **context)
