"""Taking in: one big field, everything else optional; then read back, then the receipt."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from bandeng.ground.acts import api as acts
from bandeng.ground.core import api as core
from bandeng.ground.directory import access
from bandeng.speak.casework import api as cases

from .. import pickers, services
from ..forms import IntakeForm
from .common import keyed, my_hand, offices_with

FORM = "intake"
LAST = "intake_last"  # in the session: how the last one came and at which office


def _form(request: HttpRequest, data=None) -> IntakeForm:
    answering = access.permissions(request).offices("case.reply_on_the_spot")
    more = {"offices": offices_with(request, "case.register"), "answering": answering, "now": request.now}
    if data is not None:
        return IntakeForm(data, **more)
    start = {"channel": "counter", "procedure": "general", **request.session.get(LAST, {})}
    return IntakeForm(initial={**start, "key": core.new_id(), **_kept(request)}, **more)


def _kept(request: HttpRequest) -> dict:
    """Give what was being typed; a copy that arrived after its form was sent is not brought back."""
    kept = cases.load_draft(request.user.actor_key, FORM, now=request.now)
    if not kept:
        return {}
    try:
        done = acts.by_idempotency_keys([keyed(FORM, request, UUID(kept.get("key", "")))])
    except ValueError:
        done = {}
    return {} if done else kept


def _beside_url() -> str:
    """Give the address that says, while somebody types, who may be in charge; empty where no such room is there."""
    try:
        return reverse("suggestions-typing")
    except NoReverseMatch:
        return ""


def _page(request: HttpRequest, form: IntakeForm, *, status: int = 200) -> HttpResponse:
    home = next(iter(form.offices.values())).area
    context = {
        "form": form,
        "places": [(pickers.name_of(a), a.pinyin) for a in pickers.areas_for(home, request.now)],
        "topics": [(pickers.name_of(t), t.pinyin) for t in pickers.topics()],
        "now": request.now,
        "beside_url": _beside_url(),
    }
    return render(request, "reception/intake.html", context, status=status)


@access.needs("case.register")
@never_cache
@require_http_methods(["GET", "POST"])
def intake(request: HttpRequest) -> HttpResponse:
    """GET: the form, the same for a first and a thirtieth visit. POST: take it in, go on to reading it back."""
    if request.method != "POST":
        return _page(request, _form(request))
    form = _form(request, request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    data = form.cleaned_data
    item = form.registration(keyed(FORM, request, data["key"]))
    try:
        done = services.take_in(item, answer=data.get("answer") or "", by=my_hand(request), now=request.now)
    except (cases.CannotRegister, cases.CannotMove) as error:
        form.add_error(None, str(error))
        return _page(request, form, status=409)
    cases.drop_draft(request.user.actor_key, FORM)
    last = {"channel": data["channel"], "office": str(data["office"].pk)}
    if request.session.get(LAST) != last:  # forty visitors in a morning come the same way
        request.session[LAST] = last
    return redirect("read-back", code=done.case.code)


@access.needs("case.register")
@require_POST
def draft(request: HttpRequest) -> HttpResponse:
    """Keep what is being typed, sealed; called by the page while somebody writes."""
    fields = {name: value for name, value in request.POST.items() if name in IntakeForm.base_fields}
    try:
        cases.save_draft(request.user.actor_key, FORM, fields, now=request.now)
    except ValueError as error:
        return HttpResponse(str(error), status=413, content_type="text/plain; charset=utf-8")
    return HttpResponse(status=204)


@access.needs("case.register")
@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    """Throw away what was typed: the visitor went, or starts anew."""
    cases.drop_draft(request.user.actor_key, FORM)
    return redirect("intake")
