"""Somebody at the counter wants to accuse an official: shown the way, nothing written down."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from bandeng.ground.core import api as core
from bandeng.ground.directory import access

from .. import accusations, services
from ..forms import KeyedForm
from .common import my_hand, offices_with


@access.needs("case.register")
@require_http_methods(["GET", "POST"])
def accusation(request: HttpRequest) -> HttpResponse:
    """GET: what to say and the slip. POST: register, without content, that the slip was given; then print it."""
    if request.method != "POST":
        context = {**accusations.context(request.GET.get("paper", "")), "key": core.new_id()}
        template = "reception/accusation_paper_desk.html" if context["paper"] else "reception/accusation_desk.html"
        return render(request, template, context)
    office = offices_with(request, "case.register")[0]
    form = KeyedForm(request.POST)
    services.point_to_discipline(
        channel="counter",
        office=office.code,
        discipline=accusations.codes(),
        by=my_hand(request).actor(office.pk),
        now=request.now,
        key=form.cleaned_data["key"] if form.is_valid() else None,
    )
    paper = request.POST.get("paper") if request.POST.get("paper") in accusations.PAPERS else "slip"
    return redirect(f"{reverse('desk-accusation')}?paper={paper}")
