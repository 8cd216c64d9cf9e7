"""Answers, redirections and refusals: drafted, checked by a second person, served."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bandeng.ground.acts import api as acts
from bandeng.ground.core import api as core
from bandeng.ground.policies import api as policies

from ..hand import Hand
from ..models import Case, Reply
from ..permissions import CannotMove, NoPen, check
from ..rules import SERVE_EDGE, Status
from .moving import Move, locked, take
from .telling import Notice

# A redirection or refusal without ground, law, another way and remedy is not sent, whatever the procedure says
# (信访工作条例 art 23, 31, 32, 35).
REQUIRED = {
    "redirection": ("opinion", "basis", "where_to_go"),
    "rejection": ("facts", "basis", "opinion", "where_to_go", "remedy"),
}
SAYS_NO = {"reasonable_but_no_basis", "not_supported"}
ASK = {
    "facts": gettext_lazy("Write what was found out: when, where, by whom."),
    "basis": gettext_lazy("Name the rule the answer rests on, with its article."),
    "opinion": gettext_lazy("Write the answer itself, in words the resident understands."),
    "where_to_go": gettext_lazy("Write where the resident can go instead: office, address, telephone."),
    "remedy": gettext_lazy("Write what the resident can do who disagrees: where, and within how many days."),
}


_OF_ROUND = core.Prepared(
    lambda case, number: Reply.objects.select_for_update().filter(case=case, round=number), uuid.UUID, int
)


class IncompleteReply(CannotMove):
    """Parts of a reply are missing. `missing` maps each part to what to write."""

    def __init__(self, missing: dict[str, str]):
        self.missing = missing
        super().__init__(" ".join(missing.values()))


@dataclass(frozen=True)
class ReplyText:
    """A reply as it is written; empty parts are allowed where neither kind nor procedure asks for them."""

    opinion: str
    facts: str = ""
    basis: str = ""
    where_to_go: str = ""
    remedy: str = ""
    kind: str = "answer"
    result: str = "answered"
    articles: tuple[str, ...] = field(default_factory=tuple)

    def parts(self) -> dict[str, str]:
        """Give the parts that were written."""
        return {name: text for name in Reply.PARTS if (text := core.tidy(getattr(self, name)).strip())}


def required_parts(case: Case, kind: str, result: str) -> tuple[str, ...]:
    """List the parts a reply must have: by its kind and procedure; whatever its kind, a no tells them all."""
    if result in SAYS_NO:
        return Reply.PARTS
    return tuple(REQUIRED.get(kind) or policies.procedure(case.procedure).required_reply_fields)


def _check_complete(case: Case, text: ReplyText) -> None:
    written = text.parts()
    missing = {part: str(ASK[part]) for part in required_parts(case, text.kind, text.result) if part not in written}
    if missing:
        raise IncompleteReply(missing)
    if text.kind not in Reply.KINDS or text.result not in Reply.OPINIONS:
        raise CannotMove(_("Say what kind of answer this is."))


def _write(case: Case, text: ReplyText, by: Hand, now: datetime) -> Reply:
    reply = _OF_ROUND.first(case.pk, case.reopen_count)
    reply = reply or Reply(case=case, round=case.reopen_count)
    reply.kind, reply.result, reply.articles = text.kind, text.result, list(text.articles)
    reply.office_id, reply.drafted_by, reply.drafted_at = case.holder_id, by.key, now
    reply.approved_by, reply.approved_at = "", None
    reply.is_undispatched = case.status == Status.REGISTERED
    written = text.parts()
    for part in Reply.PARTS:
        words = written.get(part)
        setattr(reply, part, case.seal_key.seal(words, reply.context(part)) if words else None)
    reply.save()
    return reply


def _reply_facts(reply: Reply) -> dict:
    return {"reply": str(reply.pk), "kind": reply.kind, "result": reply.result, "articles": list(reply.articles)}


@transaction.atomic
def draft_reply(
    case_key: uuid.UUID, text: ReplyText, *, by: Hand, now: datetime, version: int | None = None
) -> acts.Act:
    """Hand a reply to the approver. From `registered` only redirections and refusals, by the dispatcher.

    Raises IncompleteReply naming each missing part, NoPen, StaleCase, CannotMove.
    """
    case = locked(case_key)
    edge = "draft"
    if case.status == Status.REGISTERED and text.kind != "answer":
        edge = "draft_refusal"
    check(edge, case, by, version=version)
    _check_complete(case, text)
    reply = _write(case, text, by, now)
    move = Move(
        by, now, payload=_reply_facts(reply), sealed=text.parts(), notices=[Notice("to_approve", case.holder_id)]
    )
    return take(case, edge, move)


@transaction.atomic
def send_back(case_key: uuid.UUID, *, reason: str, by: Hand, now: datetime, version: int | None = None) -> acts.Act:
    """Give a draft back to the one who wrote it, saying what to change."""
    case = locked(case_key)
    reply = _OF_ROUND.first(case.pk, case.reopen_count)
    edge = "send_back_refusal" if reply and reply.is_undispatched else "send_back"
    check(edge, case, by, version=version)
    if reply is None or not reason.strip():
        raise CannotMove(_("Say what is to be changed."))
    move = Move(
        by,
        now,
        payload=_reply_facts(reply),
        reason=core.tidy(reason).strip(),
        notices=[Notice("sent_back", case.holder_id)],
    )
    return take(case, edge, move)


@transaction.atomic
def approve(case_key: uuid.UUID, *, by: Hand, now: datetime, version: int | None = None) -> acts.Act:
    """Approve a draft: never by the person who wrote it."""
    case = locked(case_key)
    check("approve", case, by, version=version)
    reply = _OF_ROUND.one(case.pk, case.reopen_count)
    if reply.drafted_by == by.key:
        raise NoPen(_("You wrote this draft; somebody else has to approve it."))
    Reply.objects.filter(pk=reply.pk).update(approved_by=by.key, approved_at=now)
    return take(case, "approve", Move(by, now, payload=_reply_facts(reply)))


def _serve(case: Case, reply: Reply, edge: str, method: str, move: Move) -> acts.Act:
    if method not in Reply.METHODS:
        raise CannotMove(_("Say how the resident gets the answer: online, by message, phone, in person or by post."))
    Reply.objects.filter(pk=reply.pk).update(served_at=move.now, served_by=move.by.key, service_method=method)
    move.payload = {**_reply_facts(reply), "method": method}
    template = {"serve_redirection": "redirected", "serve_rejection": "rejected"}.get(edge, "replied")
    move.notices = [Notice(template)]
    return take(case, edge, move)


@transaction.atomic
def serve(case_key: uuid.UUID, *, method: str, by: Hand, now: datetime, version: int | None = None) -> acts.Act:
    """Serve an approved reply; the resident's limit to judge it starts now."""
    case = locked(case_key)
    reply = _OF_ROUND.first(case.pk, case.reopen_count)
    edge = SERVE_EDGE[reply.kind if reply else "answer"]
    check(edge, case, by, version=version)
    if reply is None:
        raise CannotMove(_("There is no approved answer to serve."))
    return _serve(case, reply, edge, method, Move(by, now))


@transaction.atomic
def answer(
    case_key: uuid.UUID, text: ReplyText, *, method: str, by: Hand, now: datetime, version: int | None = None
) -> acts.Act:
    """Answer at once where the procedure asks for no approval (enquiries)."""
    case = locked(case_key)
    check("serve_unapproved", case, by, version=version)
    if policies.procedure(case.procedure).needs_approval or text.kind != "answer":
        raise CannotMove(_("This answer needs a second person's approval. Hand it to the approver."))
    _check_complete(case, text)
    reply = _write(case, text, by, now)
    return _serve(case, reply, "serve_unapproved", method, Move(by, now, sealed=text.parts()))


@transaction.atomic
def reply_on_the_spot(
    case_key: uuid.UUID,
    text: ReplyText,
    *,
    method: str = "in_person",
    by: Hand,
    now: datetime,
    version: int | None = None,
) -> acts.Act:
    """Answer at the counter what can be answered there; needs no approval and can be judged like any answer."""
    case = locked(case_key)
    check("reply_on_the_spot", case, by, version=version)
    if case.procedure != "on_the_spot" or text.kind != "answer":
        raise CannotMove(_("Only a matter registered as “on the spot” is answered here."))
    _check_complete(case, text)
    reply = _write(case, text, by, now)
    return _serve(case, reply, "reply_on_the_spot", method, Move(by, now, sealed=text.parts()))
