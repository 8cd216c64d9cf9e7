"""Somebody wants to accuse an official: told where, before a word is typed. There is no field on these pages."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from bandeng.ground.core import api as core
from bandeng.ground.directory.access import public
from bandeng.speak.casework import api as cases

from .. import accusations, services
from ..forms import KeyedForm


@public
@require_http_methods(["GET", "POST"])
def accusation(request: HttpRequest) -> HttpResponse:
    """GET: where, telephone, hours; reading it leaves no trace. POST: take a slip; that one was taken is counted."""
    if request.method != "POST":
        context = {**accusations.context(request.GET.get("paper", "")), "key": core.new_id()}
        template = "reception/accusation_paper.html" if context["paper"] else "reception/accusation.html"
        return render(request, template, context)
    form = KeyedForm(request.POST)
    services.point_to_discipline(
        channel="web",
        discipline=accusations.codes(),
        by=cases.ON_THE_WEB.actor(),
        now=request.now,
        key=form.cleaned_data["key"] if form.is_valid() else None,
    )
    paper = request.POST.get("paper") if request.POST.get("paper") in accusations.PAPERS else "a4"
    return redirect(f"{reverse('accusation')}?paper={paper}")
