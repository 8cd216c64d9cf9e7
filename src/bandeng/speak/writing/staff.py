"""Pages beside a draft. Each keeps what was typed, and leads back to it."""

from dataclasses import replace

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from bandeng.ground.core import api as core
from bandeng.ground.directory import access
from bandeng.ground.directory import api as directory
from bandeng.speak.casework import api as cases

from .checking import PARTS, check

WRITES = ("draft", "draft_refusal", "serve_unapproved", "reply_on_the_spot")
FAMILIES = {
    "missing": gettext_lazy("Missing"),
    "jargon": gettext_lazy("Officialese"),
    "structure": gettext_lazy("Hard to read"),
    "tone": gettext_lazy("Tone"),
    "off_point": gettext_lazy("Off the point"),
}
KEPT = ("kind", "result", "method", cases.SOURCE, *PARTS)


def _case(request: HttpRequest, code: str, name: str) -> cases.Case:
    if name not in WRITES:
        raise Http404
    try:
        return cases.case_for(access.permissions(request), code)
    except cases.Case.DoesNotExist:
        raise Http404 from None


def _said(case: cases.Case) -> str | None:
    try:
        return case.statement()
    except core.CannotOpen:  # erased
        return None


def _typed(request: HttpRequest) -> dict[str, str]:
    return {name: core.tidy(request.POST[name]) for name in KEPT if name in request.POST}


def _keep(request: HttpRequest, case: cases.Case, name: str, fields: dict[str, str]) -> None:
    cases.save_draft(request.user.actor_key, cases.draft_name(case, name), fields, now=request.now)


@access.needs("case.view")
@never_cache
@require_POST
def words(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """Say what could be plainer and what is missing: beside the form while somebody types, or as a page of its own."""
    case = _case(request, code, name)
    fields = _typed(request)
    found = check(case, fields, message=_said(case))
    context = {
        "case": case,
        "code": core.show_code(case.code),
        "name": name,
        "checked": found,
        "needed": [cases.labels.PART[part] for part in found.needed],
        "missing": [_shown(note) for note in found.missing],
        "words": [_shown(note) for note in found.words],
    }
    if request.headers.get("X-Requested-With") == "beside":
        return render(request, "writing/_beside.html", context)
    try:
        _keep(request, case, name, fields)
    except cases.DraftTooLong:
        return cases.not_kept(request, case, name)
    return render(request, "writing/words.html", context)


def _shown(note) -> dict:
    return {
        "note": replace(note, sentence=note.sentence.strip()),
        "family": FAMILIES.get(note.family, note.family),
        "part": cases.labels.PART[note.part],
    }


@access.needs("case.view")
@never_cache
@require_POST
def plainer(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """Put plainer words into the kept draft, and go back to writing."""
    case = _case(request, code, name)
    part, said, better = (request.POST.get(field, "") for field in ("part", "said", "better"))
    kept = cases.load_draft(request.user.actor_key, cases.draft_name(case, name), now=request.now)
    if part in PARTS and said and said in kept.get(part, ""):
        try:
            _keep(request, case, name, {**kept, part: kept[part].replace(said, better, 1)})
        except cases.DraftTooLong as error:
            messages.error(request, str(error))
    return redirect("case-act", code=case.code, name=name)


@access.needs("case.view")
@never_cache
@require_POST
def preview(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """Show the draft as the resident will see it, on a telephone and on paper, with the two questions to oneself."""
    case = _case(request, code, name)
    fields = _typed(request)
    try:
        _keep(request, case, name, fields)
    except cases.DraftTooLong:
        return cases.not_kept(request, case, name)
    context = {
        "case": case,
        "code": core.show_code(case.code),
        "name": name,
        "item": cases.reply_preview(case, fields),
        "questions": (
            _("If I were the resident: would I understand what this says, and what happens now?"),
            _("If I were the resident: would I accept it as said to my face?"),
        ),
        "office": directory.offices()[case.holder_id],
        "now": request.now,
    }
    return render(request, "writing/preview.html", context)
