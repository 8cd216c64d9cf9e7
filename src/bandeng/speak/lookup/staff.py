"""The search page. Words, filters and pages come as a form: in an address they would stand in histories and logs."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from bandeng.ground.core import api as core
from bandeng.ground.directory import access
from bandeng.ground.directory import api as directory
from bandeng.speak.casework import api as cases

from . import finding
from .forms import SearchForm

FILTERS = {"place": "place", "office": "office", "topic": "topic"}


@access.needs("case.search")
@require_http_methods(["GET", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """Find matters in one's scope. A number goes straight to its case; nobody's matters are listed by their person."""
    if request.method != "POST":
        return render(request, "lookup/search.html", {"form": SearchForm(initial={"order": "best"})})
    data = _narrowed(request)
    form = SearchForm(data)
    if not form.is_valid():
        return render(
            request, "lookup/search.html", {"form": form, "is_open": bool(form.errors.keys() - {"q"})}, status=422
        )
    asked = form.asked(page=_number(data.get("page", "")), is_literal="literal" in data)
    answer = finding.find(access.permissions(request), asked)
    if answer.is_by_number:
        return redirect("case", code=answer.found[0].case.code)
    context = {
        "form": form,
        "narrowed": form.narrowed(),
        "is_asked": not asked.is_blank,
        "is_literal": asked.is_literal,
        "answer": answer,
        "most": finding.MOST,
        "lines": [line(found) for found in answer.found],
        "now": request.now,
    }
    return render(request, "lookup/search.html", context)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 1


def _narrowed(request: HttpRequest) -> dict[str, str]:
    """Read the form; a button "only there" moves a name out of the words into its filter."""
    data = {name: values[-1] for name, values in request.POST.lists() if values}
    kind, _sep, rest = data.pop("only", "").partition(":")
    code, _sep, typed = rest.partition(":")
    if kind in FILTERS and code:
        data[FILTERS[kind]] = code
        data["q"] = " ".join(data.get("q", "").replace(typed, " ", 1).split())
    return data


def line(found: finding.Found) -> dict:
    """Give what the list shows of a case. Runs no query."""
    offices, areas, topics = directory.offices(), directory.areas(), directory.topics()
    case = found.case
    holder = offices.get(case.holder_id)
    return {
        "case": case,
        "url": reverse("case", args=[case.code]),
        "code": core.show_code(case.code),
        "said": found.said,
        "answered": found.answered,
        "place": areas[case.area_id].label_zh if case.area_id in areas else "",
        "topic": topics[case.topic_id].label_zh if case.topic_id in topics else "",
        "holder": (holder.short_zh or holder.label_zh) if holder else "",
        "status": cases.labels.STATUS[case.status],
    }
