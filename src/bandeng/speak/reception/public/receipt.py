"""A resident's receipt on the screen and on paper, and photos added to the matter."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from bandeng.ground.core import api as core
from bandeng.speak.casework import api as cases

from ..forms import PhotosForm
from ..slips import PAPERS, slip_of
from ..uploads import attach_all, papers_of


@cases.with_receipt
@never_cache
@require_http_methods(["GET", "POST"])
def receipt(request: HttpRequest, case: cases.Case) -> HttpResponse:
    """GET: the receipt, or one of its papers. POST: add photos, each taken or refused by itself."""
    if request.method == "POST":
        return _add(request, case)
    paper = request.GET.get("paper", "")
    if paper in PAPERS:
        context = {"slip": slip_of(case, now=request.now), "paper": paper, "back": reverse("speak-receipt")}
        return render(request, "reception/receipt_paper.html", context)
    return _page(request, case, PhotosForm(initial={"key": core.new_id()}))


def _page(request: HttpRequest, case: cases.Case, form: PhotosForm, *, status: int = 200) -> HttpResponse:
    context = {"slip": slip_of(case, now=request.now), "form": form, "files": papers_of(case), "now": request.now}
    return render(request, "reception/receipt.html", context, status=status)


def _add(request: HttpRequest, case: cases.Case) -> HttpResponse:
    form = PhotosForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, case, form, status=422)
    by = cases.hand.resident(case.pk)
    refused = attach_all(case, form.cleaned_data["files"], by=by, now=request.now, form_key=form.cleaned_data["key"])
    if not refused:
        return redirect(f"{reverse('speak-receipt')}#photos")
    for text in refused:
        form.add_error("files", text)
    return _page(request, case, form, status=422)
