"""After taking in: read back, correct, add papers; then the receipt on screen, roll and A4."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from bandeng.ground.core import api as core
from bandeng.ground.directory import access
from bandeng.ground.directory import api as directory
from bandeng.speak.casework import api as cases

from .. import services
from ..forms import ReadBackForm, ReprintForm
from ..slips import PAPERS, slip_of
from ..uploads import attach_all, papers_of
from .common import allow_receipt, case_or_404, keyed, may_show_receipt, my_hand, received_here_or_404


def _page(request: HttpRequest, case: cases.Case, form: ReadBackForm, *, status: int = 200) -> HttpResponse:
    slip = slip_of(case, now=request.now)
    context = {
        "form": form,
        "case": case,
        "code": slip.code,
        "words": slip.words,
        "corrections": slip.corrections,
        "place": directory.areas().get(case.area_id),
        "topic": directory.topics().get(case.topic_id),
        "files": papers_of(case),
    }
    response = render(request, "reception/read_back.html", context, status=status)
    cases.log_view(case.pk, staff_id=request.user.pk, now=request.now)
    return response


@access.needs("case.register")
@never_cache
@require_http_methods(["GET", "POST"])
def read_back(request: HttpRequest, code: str) -> HttpResponse:
    """GET: the words, large, to be read aloud. POST: keep a correction and papers, go on to the receipt."""
    case = received_here_or_404(request, code)
    if request.method != "POST":
        return _page(request, case, ReadBackForm(initial={"key": core.new_id()}))
    form = ReadBackForm(request.POST, request.FILES)
    is_valid, by = form.is_valid(), my_hand(request)
    if is_valid and form.cleaned_data["words"]:
        _correct(request, case, form, by)
    # Papers are taken even where the words were refused: a browser would make somebody choose them all again.
    uploads, form_key = form.cleaned_data.get("files", []), form.cleaned_data.get("key")
    refused = attach_all(case, uploads, by=by, now=request.now, form_key=form_key)
    if is_valid and refused:  # the correction stands above as kept, so its field is empty again
        form = ReadBackForm({"key": core.new_id(), "words": ""})
        form.is_valid()
    for text in refused:
        form.add_error("files", text)
    if not is_valid or refused:
        return _page(request, case, form, status=422)
    return redirect("receipt", code=case.code)


def _correct(request: HttpRequest, case: cases.Case, form: ReadBackForm, by: cases.Hand) -> None:
    key, words = keyed("read", request, form.cleaned_data["key"], case), form.cleaned_data["words"]
    services.once(key, lambda: cases.correct_words(case.pk, words, by=by, now=request.now, idempotency_key=key))


@access.needs("case.register")
@never_cache
@require_GET
def receipt(request: HttpRequest, code: str) -> HttpResponse:
    """Show the receipt, or one of its papers, to the session that made it; any other prints it again, on record."""
    case = case_or_404(request, code)
    if not may_show_receipt(request, case):
        return redirect("receipt-again", code=case.code)
    paper = request.GET.get("paper", "")
    context = {"slip": slip_of(case, now=request.now), "paper": paper, "now": request.now, "case": case}
    template = "reception/receipt_paper_desk.html" if paper in PAPERS else "reception/receipt_desk.html"
    return render(request, template, context)


@access.needs("case.register")
@never_cache
@require_http_methods(["GET", "POST"])
def again(request: HttpRequest, code: str) -> HttpResponse:
    """Print a receipt once more for whoever stands here: asked first, kept as an act, shown to the resident."""
    case = received_here_or_404(request, code)
    if request.method != "POST":
        more = {"case": case, "code": core.show_code(case.code), "form": ReprintForm()}
        return render(request, "reception/receipt_again.html", more)
    is_astray = "is_astray" in request.POST
    try:
        (cases.replace_receipt if is_astray else cases.print_receipt)(case.pk, by=my_hand(request), now=request.now)
    except PermissionDenied as error:
        messages.error(request, str(error))
        return redirect("case", code=case.code)
    allow_receipt(request, case)
    done = _("That it was printed again is kept; the resident sees it.")
    messages.info(request, _("The former receipt opens nothing any more. Give this one.") if is_astray else done)
    return redirect("receipt", code=case.code)
