"""The log's public pages: what it is, its files, and the question "is my matter still as it was?"."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from bandeng.engines import merkle
from bandeng.ground.core import api as core
from bandeng.ground.core import throttle
from bandeng.ground.directory import api as directory
from bandeng.ground.directory.access import public
from bandeng.ground.ledger import api as ledger
from bandeng.speak.casework import api as casework

from . import files
from .forms import CodeForm, TextForm
from .instructions import STEPS
from .standing import check_receipt, standing

RECEIPT = "receipt"  # the throttle's kind: tries add up with those of every other page that asks for this secret
DAYS = 14  # whose last heads stand on the page
TEXT = "text/plain; charset=utf-8"
PEM = "application/x-pem-file"


@public
@never_cache
@require_http_methods(["GET", "POST"])
def overview(request: HttpRequest) -> HttpResponse:
    """Show the latest head and answer who asks for their own matter.

    The answer comes with the POST itself: the secret must not stand in an address, and nothing is changed.
    """
    if request.method == "POST":
        return _check_text(request) if "text" in request.POST else _check_code(request)
    return _overview(request)


def _overview(request: HttpRequest, *, form=None, text_form=None) -> HttpResponse:
    is_sent = form is not None or text_form is not None
    context = {
        "head": ledger.head(),
        "heads": ledger.heads_by_day(DAYS),
        "waiting": ledger.pending_older_than(0, request.now),
        "form": form or CodeForm(),
        "text_form": text_form or TextForm(),
    }
    return render(request, "proof/overview.html", context, status=422 if is_sent else 200)


def _check_code(request: HttpRequest) -> HttpResponse:
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _overview(request, form=form)
    case, refused = _case_by_secret(request, form.cleaned_data["code"], form.cleaned_data["secret"])
    if refused:
        return refused
    if case is None:
        return render(request, "proof/not_found.html", {"form": form}, status=422)
    context = {
        "standing": standing(case),
        "shown_code": core.show_code(case.code),
        "secret": form.cleaned_data["secret"],
        "supervision": _supervision(),
    }
    return render(request, "proof/standing.html", context)


def _check_text(request: HttpRequest) -> HttpResponse:
    form = TextForm(request.POST)
    if not form.is_valid():
        return _overview(request, text_form=form)
    found = check_receipt(form.cleaned_data["text"])
    return render(request, "proof/receipt.html", {"finding": found, "supervision": _supervision()})


def _case_by_secret(request: HttpRequest, code: str, secret: str) -> tuple[casework.Case | None, HttpResponse | None]:
    """Find a case by its receipt; the second value answers who tried too often."""
    keys = (throttle.client(request), f"code:{code}")
    if not throttle.may_try(RECEIPT, *keys, now=request.now):
        return None, render(request, "429.html", status=429)
    case = casework.case_by_receipt(code, secret)
    if case is None:
        throttle.wrong(RECEIPT, *keys, now=request.now)
    return case, None


def _supervision() -> directory.Office | None:
    """Give the office to call where something is broken: not the one that may have done it."""
    offices = [o for o in directory.offices().values() if o.kind == "supervision" and o.is_active and o.phone]
    return min(offices, key=lambda office: office.area.path.count("/"), default=None)


@public
@never_cache
@require_http_methods(["GET", "POST"])
def download(request: HttpRequest, code: str) -> HttpResponse:
    """Give the proof file to whoever sends the secret (POST) or showed the receipt to this browser before (GET)."""
    code = core.tidy_code(code)
    if request.method == "POST":
        case, refused = _case_by_secret(request, code, request.POST.get("secret", ""))
        if refused:
            return refused
    else:
        case = casework.case_of(request)
    if case is None or case.code != code:
        raise Http404
    return _file(files.proof_file(case, now=request.now), TEXT, f"{case.code}.txt")


@public
@require_GET
def how(request: HttpRequest) -> HttpResponse:
    """Show how to check everything with common tools, in Chinese and English, also on paper."""
    keys = [(name, files.fingerprint(name)) for name in files.KEYS]
    return render(request, "proof/how.html", {"steps": STEPS, "keys": keys, "base_url": settings.BASE_URL})


@public
@require_GET
def checkpoint(request: HttpRequest) -> HttpResponse:
    """Serve the latest signed head (c2sp.org/tlog-tiles)."""
    try:
        note = ledger.checkpoint_file()
    except ledger.NothingPublished:
        raise Http404 from None
    response = HttpResponse(note, content_type=TEXT)
    response["Cache-Control"] = "no-cache"
    return response


@public
@require_GET
def tile(request: HttpRequest, path: str) -> HttpResponse:
    """Serve a tile of hashes, which never changes (c2sp.org/tlog-tiles)."""
    try:
        hashes = ledger.tile_file(f"tile/{path}")
    except (ledger.NothingPublished, merkle.MalformedPath):
        raise Http404 from None
    response = HttpResponse(hashes, content_type="application/octet-stream")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@public
@require_GET
def keys(request: HttpRequest) -> HttpResponse:
    """List the public keys, for people and for tools that know checkpoints."""
    lines = [ledger.note_verifier_key()]
    lines += [f"{name}-key.pem sha256 {files.fingerprint(name)}" for name in files.KEYS]
    return HttpResponse("\n".join(lines) + "\n", content_type=TEXT)


@public
@require_GET
def key_file(request: HttpRequest, name: str) -> HttpResponse:
    """Serve a public key as a PEM file for openssl."""
    if name not in files.KEYS:
        raise Http404
    return _file(files.public_key_pem(name), PEM, f"{name}-key.pem")


def _file(content: str | bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
