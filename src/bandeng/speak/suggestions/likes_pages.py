"""Pages of likes: beside a case, a like's answer, and what people say of both."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from bandeng.ground.core import api as core
from bandeng.ground.directory import access
from bandeng.speak.casework import api as cases

from . import likes, services


def _case(request: HttpRequest, code: str) -> cases.Case:
    found = likes.case_of(access.permissions(request), code)
    if found is None:
        raise Http404
    return found


@access.needs("case.view")
@never_cache
@require_GET
def beside(request: HttpRequest, code: str) -> HttpResponse:
    """Show the cases like one: a piece of the case's page, or a page of its own where no script asks for it."""
    case = _case(request, code)
    by = cases.hand.staff(access.permissions(request))
    context = {
        "case": case,
        "code": core.show_code(case.code),
        "likes": likes.likes_of(case, access.permissions(request)),
        "denied": likes.denied_of(case, access.permissions(request)),
        "may_write": cases.answer_edge(case, by) is not None,
        "is_piece": request.headers.get("X-Requested-With") == "beside",
    }
    return render(request, f"suggestions/{'_likes' if context['is_piece'] else 'likes'}.html", context)


@access.needs("case.view")
@never_cache
@require_GET
def answer(request: HttpRequest, code: str, other: str) -> HttpResponse:
    """Show the answer of a like, passage by passage; that it was looked at is kept as for any case."""
    case, like = _case(request, code), _case(request, other)
    by = cases.hand.staff(access.permissions(request))
    context = {
        "case": case,
        "code": core.show_code(case.code),
        "other": like,
        "other_code": core.show_code(like.code),
        "passages": likes.passages(like),
        "edge": cases.answer_edge(case, by),
    }
    response = render(request, "suggestions/answer.html", context)
    cases.log_view(like.pk, staff_id=request.user.pk, now=request.now)
    return response


@access.needs("case.view")
@require_POST
def use(request: HttpRequest, code: str, other: str) -> HttpResponse:
    """Put one passage of a like's answer into one's own draft, with its source, and go on writing."""
    case, like = _case(request, code), _case(request, other)
    edge = cases.answer_edge(case, cases.hand.staff(access.permissions(request)))
    if edge is None:
        messages.error(request, _("You are not writing the answer of this case now."))
        return redirect("case", code=case.code)
    number = request.POST.get("passage", "")
    passage = next((one for one in likes.passages(like) if str(one.number) == number), None)
    if passage is None:
        messages.error(request, _("This passage is no longer there. Choose another."))
        return redirect("like-answer", code=case.code, other=like.code)
    source = _("A passage from the answer to %(code)s.") % {"code": core.show_code(like.code)}
    try:
        likes.take_over(case, edge, passage, owner=request.user.actor_key, source=source, now=request.now)
    except ValueError as error:
        messages.error(request, str(error))
        return redirect("like-answer", code=case.code, other=like.code)
    return redirect("case-act", code=case.code, name=edge)


@access.needs("case.view")
@require_POST
def deny(request: HttpRequest, code: str, other: str) -> HttpResponse:
    """Remember that two cases are not alike; the same with `again` takes it back."""
    case, like = _case(request, code), _case(request, other)
    by = cases.hand.staff(access.permissions(request))
    if case.pk == like.pk:
        messages.error(request, _("A case is always like itself."))
    elif "again" in request.POST:
        services.allow(case.pk, like.pk, by=by, now=request.now)
        messages.success(request, _("The two cases may stand beside one another again."))
    else:
        services.deny(case.pk, like.pk, by=by, now=request.now)
        messages.success(request, _("Remembered: not alike. Neither stands beside the other any more."))
    return redirect("likes", code=case.code)
