"""Saying something on the web in three short pages: the words; where and from whom; check and send."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bandeng.engines import deadlines
from bandeng.ground.acts import api as acts
from bandeng.ground.clocks import api as clocks
from bandeng.ground.directory import api as directory
from bandeng.ground.directory.access import public
from bandeng.ground.policies import api as policies
from bandeng.ground.residents import api as residents
from bandeng.speak.casework import api as cases

from .. import pickers
from ..forms import ReachForm, SpeakForm
from .drafts import AFTER_SENDING, ResidentsDraft

PROCEDURE = "general"
REACH = ("area", "who", "name", "phone")


def _start_page(request, form, draft: ResidentsDraft, *, said: str = "", status: int = 200) -> HttpResponse:
    context = {"form": form, "has_draft": bool(draft.fields), "said": said}
    return render(request, "reception/speak.html", context, status=status)


@public
@never_cache
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Page 1: what it is about, in one's own words."""
    draft = ResidentsDraft(request)
    if request.method != "POST":
        said = request.GET.get("said", "")
        return _start_page(request, SpeakForm(initial=draft.fields), draft, said=said)
    form = SpeakForm(request.POST)
    if not form.is_valid():
        return _start_page(request, form, draft, status=422)
    draft.save({"words": form.cleaned_data["words"]}, now=request.now)
    return draft.remember(redirect("speak-check" if draft.fields.get("who") else "speak-reach"))


@public
@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Keep what is being typed on page 1; called by the page where scripts run."""
    draft = ResidentsDraft(request)
    try:
        draft.save({"words": request.POST.get("words", "")}, now=request.now)
    except ValueError as error:
        return HttpResponse(str(error), status=413, content_type="text/plain; charset=utf-8")
    return draft.remember(HttpResponse(status=204))


def _nothing_here(request: HttpRequest) -> HttpResponse:
    """Lead whoever comes back with nothing kept to the receipt, if it was just sent, or to the beginning."""
    if cases.case_of(request):
        return redirect("speak-receipt")
    return redirect(f"{reverse('speak-start')}?said=ended")


@public
@never_cache
@require_http_methods(["GET", "POST"])
def reach(request: HttpRequest) -> HttpResponse:
    """Page 2: which place, and who may know whose matter it is."""
    draft = ResidentsDraft(request)
    if request.method != "POST":
        if not draft.has_words:
            return _nothing_here(request)
        return render(request, "reception/reach.html", {"form": ReachForm(initial=draft.fields, now=request.now)})
    form = ReachForm(request.POST, now=request.now)
    if not form.is_valid():
        return render(request, "reception/reach.html", {"form": form}, status=422)
    draft.save({name: form.cleaned_data[name] for name in REACH}, now=request.now)
    if not draft.has_words:  # the words have expired meanwhile; what stands on this page is kept
        return draft.remember(_start_page(request, SpeakForm(), draft, said="ended", status=422))
    return draft.remember(redirect("speak-check"))


def _office(draft: ResidentsDraft) -> tuple[directory.Area | None, directory.Office]:
    """Give place and receiving office. Raises directory.CannotDispatch where the county has entered none."""
    try:
        area = directory.areas().get(UUID(draft.fields.get("area", "")))
    except ValueError:
        area = None
    return area, directory.dispatch_office_for(area)


def _check_page(request: HttpRequest, draft: ResidentsDraft, *, said: str = "", status: int = 200) -> HttpResponse:
    fields = draft.fields
    try:
        area, office = _office(draft)
    except directory.CannotDispatch:
        area, office, said, status = None, None, "nobody", 503
    due = clocks.preview(policies.procedure(PROCEDURE).limit.code, request.now).legal
    who = dict(ReachForm.WHO).get(fields.get("who", ""), "")
    rows = [
        (_("What you say"), fields["words"], "speak-start"),
        (_("Place"), pickers.name_of(area) if area else _("not named"), "speak-reach"),
        (_("Who may know"), who, "speak-reach"),
    ]
    if fields.get("who") != "anonymous":
        rows += [(_("Your name"), fields.get("name", ""), "speak-reach")]
        rows += [(_("Your telephone"), fields.get("phone", ""), "speak-reach")]
    context = {
        "rows": [{"label": label, "value": value, "url": reverse(url)} for label, value, url in rows],
        "key": draft.key,
        "office": office,
        "due_on": deadlines.last_day(due),
        "said": said,
    }
    return render(request, "reception/check.html", context, status=status)


@public
@never_cache
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Page 3: check the answers. POST: send; a second sending leads to the same receipt."""
    draft = ResidentsDraft(request)
    if request.method == "POST":
        sent = _sent_before(draft, request.POST.get("key", ""))
        if sent is not None:
            return cases.remember(redirect("speak-receipt"), sent)
    if not draft.has_words:
        if request.method == "POST":
            return _start_page(request, SpeakForm(), draft, said="ended", status=422)
        return _nothing_here(request)
    if not draft.fields.get("who"):
        return redirect("speak-reach")
    if request.method != "POST":
        return _check_page(request, draft)
    if request.POST.get("key") != draft.key:
        return _check_page(request, draft, said="changed", status=409)
    return _send(request, draft)


def _sent_before(draft: ResidentsDraft, key: str) -> cases.Case | None:
    """Give the case that this browser's same page has already made."""
    idempotency_key = draft.idempotency_key(key)
    act = acts.by_idempotency_keys([idempotency_key]).get(idempotency_key) if key else None
    return cases.case_of_resident(act.subject_key) if act else None


def _send(request: HttpRequest, draft: ResidentsDraft) -> HttpResponse:
    fields = draft.fields
    try:
        area, office = _office(draft)
    except directory.CannotDispatch:
        return _check_page(request, draft)
    is_named = fields["who"] != "anonymous"
    item = cases.Registration(
        words=fields["words"],
        channel="web",
        first_receiver=office.pk,
        procedure=PROCEDURE,
        area=area.pk if area else None,
        identity=residents.Identity(name=fields.get("name", ""), phone=fields.get("phone", ""))
        if is_named
        else residents.Identity(),
        is_name_hidden=fields["who"] == "hidden",
        idempotency_key=draft.idempotency_key(draft.key),
    )
    done = cases.register(item, by=cases.ON_THE_WEB, now=request.now)
    draft.drop()
    response = cases.remember(redirect("speak-receipt"), done.case)
    return draft.remember(response, seconds=AFTER_SENDING)


@public
@require_POST
def delete(request: HttpRequest) -> HttpResponse:
    """Throw away what was typed, here and on the server."""
    draft = ResidentsDraft(request)
    draft.drop()
    return draft.forget(redirect(f"{reverse('speak-start')}?said=deleted"))


@public
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Stop showing a matter in this browser: the telephone may be borrowed."""
    return cases.forget(ResidentsDraft(request).forget(redirect("/")))


@public
@require_GET
def paper(request: HttpRequest) -> HttpResponse:
    """Show the same questions as a form to print and fill in by hand."""
    offices = [o for o in directory.offices().values() if o.is_active and o.kind == "reception"]
    choices = [label for _value, label in ReachForm.WHO]
    return render(request, "reception/form_paper.html", {"offices": offices, "who": choices})
