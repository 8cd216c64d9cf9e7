"""Back to one's matter, with the two things that stand on the receipt; by hand or by the square picture."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from bandeng.ground.core import api as core
from bandeng.ground.core import throttle
from bandeng.ground.directory.access import public
from bandeng.speak.casework import api as cases

from ..forms import LookupForm

RECEIPT = "receipt"  # the throttle's kind: tries add up with those of every other page that asks for this secret


class TooManyTries(Exception):
    """Five wrong ones within the hour, from here or for this code."""


def _case(request: HttpRequest, code: str, secret: str) -> cases.Case | None:
    """Find a case by its receipt. Raises TooManyTries."""
    code = core.tidy_code(code)
    keys = (throttle.client(request), f"code:{code}")
    if not throttle.may_try(RECEIPT, *keys, now=request.now):
        raise TooManyTries
    case = cases.case_by_receipt(code, secret)
    if case is None:
        throttle.wrong(RECEIPT, *keys, now=request.now)
    return case


def _to_the_matter(case: cases.Case) -> HttpResponse:
    try:
        to = reverse("mine")
    except NoReverseMatch:  # the page of the whole matter is another room's
        to = reverse("speak-receipt")
    return cases.remember(redirect(to), case)


@public
@never_cache
@require_http_methods(["GET", "POST"])
def lookup(request: HttpRequest) -> HttpResponse:
    """Ask for code and secret. A wrong code and a wrong secret get the same answer."""
    if request.method != "POST":
        return _page(request, LookupForm(), is_wrong="wrong" in request.GET)
    form = LookupForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        case = _case(request, form.cleaned_data["code"], form.cleaned_data["secret"])
    except TooManyTries:
        return render(request, "429.html", status=429)
    return _to_the_matter(case) if case else _page(request, form, is_wrong=True, status=422)


def _page(request: HttpRequest, form: LookupForm, *, is_wrong: bool = False, status: int = 200) -> HttpResponse:
    return render(request, "reception/find.html", {"form": form, "is_wrong": is_wrong}, status=status)


@public
@never_cache
@require_GET
def link(request: HttpRequest, code: str, secret: str) -> HttpResponse:
    """Swap the address in a receipt's QR for a cookie at once; nothing is drawn at an address with a secret in it."""
    try:
        case = _case(request, code, secret)
    except TooManyTries:
        response = redirect("receipt-tries")
    else:
        response = _to_the_matter(case) if case else redirect(f"{reverse('receipt-lookup')}?wrong")
    response["Referrer-Policy"] = "no-referrer"
    return response


@public
@never_cache
@require_GET
def tries(request: HttpRequest) -> HttpResponse:
    """Say that there were too many tries, at an address that holds no secret."""
    return render(request, "429.html", status=429)
