"""Erasing what was said: one person proposes, another confirms. Neither page shows the words themselves.

Who decides here often has no sight of the case, and needs none: number, office, dates and the reason are enough.
"""

import uuid

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bandeng.ground.core import api as core
from bandeng.ground.directory import access
from bandeng.ground.directory import api as directory

from .. import labels, services
from ..models import Case, ErasureProposal
from ..services.erasing import MAX_REASON
from .context import my_hand

PAGE = 50


class ProposalForm(forms.Form):
    """Why the words of a case are to go."""

    ground = forms.ChoiceField(
        label=gettext_lazy("On what ground"), choices=list(labels.GROUND.items()), widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("Who asked, when and how; what was looked at. Do not repeat the words themselves."),
        widget=forms.Textarea(attrs={"autocomplete": "off", "rows": 5, "data-count": str(MAX_REASON)}),
        max_length=MAX_REASON,
    )


class DecisionForm(forms.Form):
    """Confirm, or decline with a reason."""

    is_understood = forms.BooleanField(
        label=gettext_lazy("I have read what goes and what stays. It cannot be undone."), required=False
    )
    reason = forms.CharField(
        label=gettext_lazy("If you decline: why"),
        help_text=gettext_lazy("The resident reads it."),
        widget=forms.Textarea(attrs={"autocomplete": "off", "rows": 3}),
        max_length=MAX_REASON,
        required=False,
    )


def _by_code(code: str) -> Case:
    case = Case.objects.defer("words", "words_masked").filter(code=core.tidy_code(code)).first()
    if case is None:
        raise Http404
    return case


def _facts(case: Case) -> dict:
    offices = directory.offices()
    return {
        "case": case,
        "code": core.show_code(case.code),
        "status": labels.STATUS[case.status],
        "rows": [
            {"label": _("Registered on"), "value": case.registered_at},
            {"label": _("Received by"), "value": offices[case.first_receiver_id].label_zh},
            {"label": _("With"), "value": offices[case.holder_id].label_zh},
        ],
    }


@access.needs("erasure.view")
def erasures(request: HttpRequest) -> HttpResponse:
    """List what waits for a second person and what was decided last; a number leads to the page that proposes."""
    typed = request.POST.get("code", "").strip()[:40]
    is_unknown = False
    if typed:
        code = core.tidy_code(typed)
        if Case.objects.filter(code=code).exists():
            return redirect("erasure", code=code)
        is_unknown = True
    rows = ErasureProposal.objects.select_related("case").defer("case__words", "case__words_masked")
    context = {
        "waiting": [_line(row) for row in rows.filter(state="proposed")],
        "decided": [_line(row) for row in rows.exclude(state="proposed").order_by("-settled_at")[:PAGE]],
        "may_propose": access.permissions(request).has("erasure.propose"),
        "typed": typed,
        "is_unknown": is_unknown,
    }
    return render(request, "casework/erasures.html", context, status=404 if is_unknown else 200)


def _line(row: ErasureProposal) -> dict:
    return {
        "row": row,
        "code": core.show_code(row.case.code),
        "ground": labels.GROUND[row.ground],
        "state": labels.ERASURE_STATE[row.state],
    }


@access.needs("erasure.propose")
def propose(request: HttpRequest, code: str) -> HttpResponse:
    """Propose to erase the words of one case."""
    case = _by_code(code)
    form = ProposalForm(request.POST or None)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                services.propose_erasure(case.pk, **form.cleaned_data, by=my_hand(request), now=request.now)
            except services.CannotErase as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, _("Proposed. A second person has to confirm it."))
                return redirect("erasures")
        status = 422
    return render(request, "casework/erasure_propose.html", {**_facts(case), "form": form}, status=status)


@access.needs("erasure.view")
def decide(request: HttpRequest, proposal: uuid.UUID) -> HttpResponse:
    """Show one proposal with its reason, and confirm or decline it."""
    row = ErasureProposal.objects.select_related("case", "seal_key").filter(pk=proposal).first()
    if row is None:
        raise Http404
    form = DecisionForm(request.POST or None)
    status = 200
    if request.method == "POST":
        if form.is_valid() and _decided(request, row, form):
            return redirect("erasures")
        status = 422
    is_own = row.proposed_by == request.user.actor_key
    context = {
        **_facts(row.case),
        "row": row,
        "ground": labels.GROUND[row.ground],
        "state": labels.ERASURE_STATE[row.state],
        "reason": row.reason_words(),
        "form": form,
        "is_own": is_own,
        "may_decide": row.state == "proposed" and (is_own or access.permissions(request).has("erasure.confirm")),
    }
    return render(request, "casework/erasure.html", context, status=status)


def _decided(request: HttpRequest, row: ErasureProposal, form: DecisionForm) -> bool:
    by, now = my_hand(request), request.now
    try:
        if request.POST.get("do") == "decline":
            services.decline_erasure(row.pk, reason=form.cleaned_data["reason"], by=by, now=now)
            messages.success(request, _("Declined. The resident can read why."))
        elif not form.cleaned_data["is_understood"]:
            form.add_error("is_understood", _("Read the list and tick the box first."))
            return False
        else:
            services.confirm_erasure(row.pk, by=by, now=now)
            messages.success(request, _("Erased. The proof that something was said, and when, remains."))
    except services.CannotErase as error:
        form.add_error(None, str(error))
        return False
    return True
