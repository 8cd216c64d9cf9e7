"""The resident's own page of a matter: where it stands, what was done, who looked; add, take back, print, leave."""

from contextlib import suppress
from uuid import UUID

from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bandeng.ground.acts import api as acts
from bandeng.ground.core import api as core
from bandeng.ground.directory.access import public
from bandeng.ground.files import api as files

from . import hand, public_context, selectors, services
from .models import Case
from .permissions import CannotMove
from .public_forms import AddForm, KeyForm
from .receipt_access import forget, with_receipt
from .rules import ENDED, OPEN, Outcome
from .staff.case import send_file

FORM = ("GET", "POST")


@with_receipt
@never_cache
@require_GET
def mine(request: HttpRequest, case: Case) -> HttpResponse:
    """Show the matter to whoever holds its receipt."""
    return render(request, "casework/public/mine.html", public_context.context(case, now=request.now))


@with_receipt
@never_cache
@require_GET
def file(request: HttpRequest, case: Case, attachment: UUID) -> HttpResponse:
    """Send one of the matter's own cleaned photos or papers."""
    row = case.attachments.select_related("file__seal_key").filter(pk=attachment).first()
    if row is None:
        raise Http404
    try:
        return send_file(row.file)
    except (core.CannotOpen, FileNotFoundError):
        raise Http404 from None


def _add_page(request: HttpRequest, case: Case, form: AddForm, *, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "case": case,
        "code": core.show_code(case.code),
        "is_ended": case.status in ENDED,
        "is_withdrawn": case.outcome == Outcome.WITHDRAWN,
    }
    return render(request, "casework/public/add.html", context, status=status)


def _attach_all(request: HttpRequest, case: Case, form: AddForm) -> bool:
    """Take the files one by one; one that is not taken says why beside the field, and the others stay taken."""
    me, is_whole, form_key = hand.resident(case.pk), True, form.cleaned_data["key"]
    for upload in form.cleaned_data["photos"]:
        try:
            services.attach(case.pk, upload, upload.name, by=me, now=request.now, form_key=form_key)
        except (files.CannotReceive, CannotMove) as problem:
            form.add_error("photos", f"{upload.name}: {problem}")
            is_whole = False
    return is_whole


@with_receipt
@never_cache
@require_http_methods(FORM)
def add(request: HttpRequest, case: Case) -> HttpResponse:
    """Add words or photos. The words come once however often the form is sent."""
    if request.method == "GET" or case.status in ENDED:
        return _add_page(request, case, AddForm(initial={"key": core.new_id()}))
    form = AddForm(request.POST, request.FILES)
    if not form.is_valid():
        return _add_page(request, case, form, status=422)
    words, key = form.cleaned_data["words"], f"add:{form.cleaned_data['key']}"
    try:
        if words.strip() and not acts.by_idempotency_keys([key]):
            services.add_words(case.pk, words, by=hand.resident(case.pk), now=request.now, idempotency_key=key)
    except IntegrityError:  # the same form in another request at this very moment
        pass
    except CannotMove as problem:
        form.add_error(None, str(problem))
        return _add_page(request, case, form, status=409)
    return redirect("mine") if _attach_all(request, case, form) else _add_page(request, case, form, status=422)


@with_receipt
@never_cache
@require_http_methods(FORM)
def withdraw(request: HttpRequest, case: Case) -> HttpResponse:
    """Ask whether the matter is really to be taken back, say what that means, and do it."""
    if case.status not in OPEN:
        return redirect("mine")
    form = KeyForm(request.POST or None, initial={"key": core.new_id()})
    if request.method == "POST" and form.is_valid():
        key = f"withdraw:{form.cleaned_data['key']}"
        with suppress(CannotMove):  # it ended in the meantime; the page says how
            services.withdraw(case.pk, by=hand.resident(case.pk), now=request.now, idempotency_key=key)
        return redirect("mine")
    context = {"form": form, "code": core.show_code(case.code)}
    return render(request, "casework/public/withdraw.html", context, status=422 if request.method == "POST" else 200)


@with_receipt
@never_cache
@require_GET
def answer(request: HttpRequest, case: Case, number: int | None = None) -> HttpResponse:
    """Show an answer as a letter to print on A4, in large type; the newest, or the one of a round (from 1)."""
    served = selectors.served(case)
    chosen = next((r for r in served if number in (None, r.round + 1)), None)
    if chosen is None:
        raise Http404
    context = {
        "code": core.show_code(case.code),
        "case": case,
        "item": public_context.reply_context(chosen, is_current=chosen.round == case.reopen_count),
    }
    return render(request, "casework/public/answer.html", context)


@with_receipt
@never_cache
@require_POST
def leave(request: HttpRequest, case: Case) -> HttpResponse:
    """Let this device forget the receipt."""
    return forget(redirect("mine-left"))


@public
@require_GET
def left(request: HttpRequest) -> HttpResponse:
    """Say that nothing about the matter is kept here any more."""
    return render(request, "casework/public/left.html")
