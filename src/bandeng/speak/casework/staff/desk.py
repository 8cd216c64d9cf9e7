"""How each edge is done at the desk: its form, the service it calls, its key, and whether it is offered."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django import forms as django_forms
from django.urls import reverse

from bandeng.ground.directory import api as directory
from bandeng.ground.policies import api as policies

from .. import forms, labels, services
from ..models import Case, Reply
from ..services.replying import required_parts

Form = django_forms.Form


@dataclass(frozen=True)
class Desk:
    """How an edge is done at the desk: its form, the service it calls, its key, and whether it has its own page."""

    form: type[Form]
    do: Callable[..., object]
    key: str = ""
    has_page: bool = False
    is_quiet: bool = False

    @property
    def is_pressed_only(self) -> bool:
        """Whether nothing is typed or chosen for it, so that no draft of it can be there."""
        return self.form is forms.ActForm


def _reply_text(data: dict) -> services.ReplyText:
    return services.ReplyText(**{name: data[name] for name in ("kind", "result", *Reply.PARTS)})


def _to(data: dict) -> UUID:
    return UUID(data["to"])


DESK: dict[str, Desk] = {
    "accept": Desk(forms.ActForm, lambda case, data, **c: services.accept(case.pk, **c), "a"),
    "dispatch": Desk(
        forms.DispatchForm,
        lambda case, data, **c: services.dispatch(case.pk, to=_to(data), **c),
        "d",
    ),
    "redispatch": Desk(
        forms.ReasonedOfficeForm,
        lambda case, data, **c: services.redispatch(case.pk, to=_to(data), reason=data["reason"], **c),
        "d",
        is_quiet=True,
    ),
    "return": Desk(
        forms.ReasonForm,
        lambda case, data, **c: services.return_case(case.pk, reason=data["reason"], **c),
        is_quiet=True,
    ),
    "settle_return": Desk(
        forms.ReasonedOfficeForm,
        lambda case, data, **c: services.settle_return(case.pk, to=_to(data), reason=data["reason"], **c),
        "d",
    ),
    "draft": Desk(
        forms.ReplyForm, lambda case, data, **c: services.draft_reply(case.pk, _reply_text(data), **c), "r", True
    ),
    "draft_refusal": Desk(
        forms.ReplyForm,
        lambda case, data, **c: services.draft_reply(case.pk, _reply_text(data), **c),
        has_page=True,
        is_quiet=True,
    ),
    "serve_unapproved": Desk(
        forms.AnswerForm,
        lambda case, data, **c: services.answer(case.pk, _reply_text(data), method=data["method"], **c),
        "r",
        True,
    ),
    "reply_on_the_spot": Desk(
        forms.AnswerForm,
        lambda case, data, **c: services.reply_on_the_spot(case.pk, _reply_text(data), method=data["method"], **c),
        "r",
        True,
    ),
    "approve": Desk(forms.ActForm, lambda case, data, **c: services.approve(case.pk, **c), "p"),
    "send_back": Desk(
        forms.ReasonForm,
        lambda case, data, **c: services.send_back(case.pk, reason=data["reason"], **c),
        is_quiet=True,
    ),
}
DESK["send_back_refusal"] = DESK["send_back"]
for _name in ("serve", "serve_redirection", "serve_rejection"):
    DESK[_name] = Desk(
        forms.ServeForm, lambda case, data, **c: services.serve(case.pk, method=data["method"], **c), "s"
    )


def is_offered(case: Case, name: str) -> bool:
    """Hide edges that the table allows but this very case does not need: approval, kinds, whose draft it is."""
    procedure = policies.procedure(case.procedure)
    reply = case.replies.filter(round=case.reopen_count).first() if case.status in {"drafted", "approved"} else None
    is_refusal = reply is not None and reply.is_undispatched
    return {
        "draft": procedure.needs_approval,
        "serve_unapproved": not procedure.needs_approval,
        "reply_on_the_spot": case.procedure == "on_the_spot",
        "dispatch": case.procedure != "on_the_spot" or case.holder_id == case.dispatch_office_id,
        "send_back": not is_refusal,
        "send_back_refusal": is_refusal,
        "serve": reply is not None and reply.kind == "answer",
        "serve_redirection": reply is not None and reply.kind == "redirection",
        "serve_rejection": reply is not None and reply.kind == "rejection",
        "merge": False,
        "terminate": False,
    }.get(name, True)


def make_form(case: Case, name: str, data=None, *, now: datetime, initial: dict | None = None) -> Form:
    """Make the form of an edge for a case, bound where `data` is given."""
    desk = DESK[name]
    more: dict = {}
    if issubclass(desk.form, forms.OfficeForm):
        more["suggested"] = directory.suggest(case.topic_id, case.area_id, now=now) if case.topic_id else ()
        more["but_not"] = case.holder_id if name == "redispatch" else None
    if issubclass(desk.form, forms.ReplyForm):
        kinds = {"draft_refusal": ("redirection", "rejection"), "draft": Reply.KINDS}.get(name, ("answer",))
        more["kinds"] = kinds
        more["needed"] = required_parts(case, kinds[0], "answered")
    start = {"version": case.version, **(initial or {})}
    if name == "draft_refusal":
        start.setdefault("kind", "redirection")
    return desk.form(data, initial=start, prefix=None, auto_id=f"id_{name}_%s", **more)


def actions(case: Case, edges: list, bound: dict, *, now: datetime) -> list[dict]:
    """List what may be done now, for the page: label, address, key, form or a link to its own page."""
    offered = []
    for edge in edges:
        desk = DESK.get(edge.name)
        if desk is None or not is_offered(case, edge.name):
            continue
        form = bound.get(edge.name) or (None if desk.has_page else make_form(case, edge.name, now=now))
        offered.append(
            {
                "name": edge.name,
                "label": labels.EDGE[edge.name],
                "url": reverse("case-act", args=[case.code, edge.name]),
                "key": desk.key,
                "form": form,
                "has_page": desk.has_page,
                "is_quiet": desk.is_quiet,
                "is_plain": desk.is_pressed_only,
                "is_open": edge.name in bound,
            }
        )
    return sorted(offered, key=lambda action: action["is_quiet"])  # what is usually done stands first
