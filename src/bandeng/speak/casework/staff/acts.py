"""Acts from the desk: one address per edge; errors stand beside what was typed."""

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from bandeng.ground.directory import access

from .. import labels, selectors, services
from ..models import Case
from ..permissions import CannotMove, StaleCase
from ..rules import EDGES
from ..services.replying import IncompleteReply
from .context import case_context, case_or_404, my_hand
from .desk import DESK, make_form


def refused(request: HttpRequest, case: Case, error: CannotMove, *, name: str = "", form: Form | None = None):
    """Show the case again with what could not be done and why; what was typed stands in its form. 409."""
    if form is not None and DESK[name].has_page:
        if not isinstance(error, IncompleteReply):
            form.add_error(None, str(error))
        return _page(request, case, name, form, status=409 if not isinstance(error, IncompleteReply) else 422)
    if form is not None:
        form.add_error(None, str(error))
    else:
        messages.error(request, str(error))
    context = case_context(request, case, bound={name: form} if form is not None else None)
    return render(request, "casework/case.html", {**context, "form": form}, status=409)


def _page(
    request: HttpRequest, case: Case, name: str, form: Form, *, status: int = 200, source: str = ""
) -> HttpResponse:
    context = case_context(request, case)
    context |= {
        "form": form,
        "name": name,
        "label": labels.EDGE[name],
        "send": labels.SEND.get(name, labels.EDGE[name]),
        "source": source or request.POST.get(services.SOURCE, ""),
        "draft_url": reverse("case-draft", args=[case.code, name]),
        **{f"{what}_url": _higher_url(f"writing-{what}", case, name) for what in ("words", "preview")},
    }
    return render(request, "casework/write.html", context, status=status)


def not_kept(request: HttpRequest, case: Case, name: str) -> HttpResponse:
    """Show a form again with all that was typed, which is too long to be kept on the way to a page beside it. 413."""
    form = make_form(case, name, request.POST, now=request.now)
    form.errors.clear()  # nobody has sent it yet: what is missing is not asked now
    form.add_error(None, _("This is too long to be kept. All you wrote stands below; shorten it, then look again."))
    return _page(request, case, name, form, status=413)


def _higher_url(view: str, case: Case, name: str) -> str:
    """Give the address of a page beside a draft, where a higher room has one."""
    try:
        return reverse(view, args=[case.code, name])
    except NoReverseMatch:
        return ""


def _done(request: HttpRequest, case: Case, name: str) -> HttpResponse:
    if not DESK[name].is_pressed_only:
        services.drop_draft(request.user.actor_key, services.draft_name(case, name))
    messages.success(request, _("Done: %(what)s.") % {"what": labels.SEND.get(name, labels.EDGE[name])})
    return redirect("case", code=case.code)


@access.needs("case.view")
def act(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """GET: the page of a form that has one. POST: do it, or show again what was typed and what is wrong."""
    case = case_or_404(request, code, is_for_a_form=request.method == "POST")
    desk = DESK.get(name)
    if desk is None or name not in EDGES:
        raise Http404
    if request.method != "POST":
        if not desk.has_page:
            return redirect("case", code=case.code)
        kept = services.begun(case, name, request.user.actor_key, now=request.now)
        kept.pop("version", None)
        form = make_form(case, name, now=request.now, initial=kept)
        return _page(request, case, name, form, source=kept.get(services.SOURCE, ""))
    form = make_form(case, name, request.POST, now=request.now)
    if not form.is_valid():
        return refused(request, selectors.whole(case), CannotMove(_("Something is missing.")), name=name, form=form)
    by = my_hand(request)
    try:
        desk.do(case, form.cleaned_data, by=by, now=request.now, version=form.cleaned_data["version"])
    except IncompleteReply as error:
        for part, ask in error.missing.items():
            form.add_error(part, ask)
        return refused(request, selectors.whole(case), error, name=name, form=form)
    except StaleCase as error:
        # The fresh version goes into the form, so that sending again, after looking, works.
        form.data = form.data.copy()
        case = selectors.whole(case)
        form.data["version"] = str(case.version)
        return refused(request, case, error, name=name, form=form)
    except CannotMove as error:
        return refused(request, selectors.whole(case), error, name=name, form=form)
    return _done(request, case, name)


@access.needs("case.view")
def draft(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """Keep what is being typed, sealed; called by the page while somebody writes."""
    case = case_or_404(request, code)
    if request.method != "POST" or name not in DESK:
        raise Http404
    fields = {k: v for k, v in request.POST.items() if k not in {"csrfmiddlewaretoken", "version"}}
    try:
        services.save_draft(request.user.actor_key, services.draft_name(case, name), fields, now=request.now)
    except ValueError as error:
        return HttpResponse(str(error), status=413, content_type="text/plain; charset=utf-8")
    return HttpResponse(status=204)
