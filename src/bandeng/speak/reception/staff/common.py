"""What the counter's pages share: scope, and which receipts this session may show."""

from datetime import datetime, timedelta
from uuid import UUID

from django.http import Http404, HttpRequest

from bandeng.ground.directory import access
from bandeng.ground.directory import api as directory
from bandeng.speak.casework import api as cases

SHOWN = "receipts_shown"  # in the session: code -> when its receipt was, on record, printed again
SHOWN_FOR = timedelta(minutes=30)


def my_hand(request: HttpRequest) -> cases.Hand:
    return cases.hand.staff(access.permissions(request))


def offices_with(request: HttpRequest, permission: str) -> list[directory.Office]:
    """List the offices at which the person has a permission, in the order of their codes."""
    keys = access.permissions(request).offices(permission)
    return [office for office in directory.offices().values() if office.pk in keys]


def case_or_404(request: HttpRequest, code: str) -> cases.Case:
    """Give the case if it is in the person's scope; otherwise it does not exist for them."""
    try:
        return cases.case_for(access.permissions(request), code)
    except cases.Case.DoesNotExist:
        raise Http404 from None


def received_here_or_404(request: HttpRequest, code: str) -> cases.Case:
    """Give the case if the person registers at the office that received it."""
    case = case_or_404(request, code)
    if not my_hand(request).may("case.register", case.first_receiver_id):
        raise Http404
    return case


def allow_receipt(request: HttpRequest, case: cases.Case) -> None:
    """Let this session show a receipt for half an hour: it opens the resident's page, so no other way leads to it."""
    kept = {code: at for code, at in request.session.get(SHOWN, {}).items() if _is_fresh(at, request.now)}
    request.session[SHOWN] = {**kept, case.code: request.now.isoformat()}


def may_show_receipt(request: HttpRequest, case: cases.Case) -> bool:
    """Tell whether the person registered it just now, or this session printed it again, on record."""
    if case.registered_by == request.user.actor_key and _is_fresh(case.registered_at.isoformat(), request.now):
        return True
    at = request.session.get(SHOWN, {}).get(case.code)
    return at is not None and _is_fresh(at, request.now)


def _is_fresh(at: str, now: datetime) -> bool:
    return now - datetime.fromisoformat(at) < SHOWN_FOR


def keyed(what: str, request: HttpRequest, key: UUID, case: cases.Case | None = None) -> str:
    """Make an idempotency key that only this person's same form on this case can repeat (at most 80 characters)."""
    about = f":{case.code}" if case else ""
    # The random half of the person's id: the first half is a time, and people are entered many at a time.
    return f"{what}:{request.user.pk.hex[16:]}{about}:{key.hex}"
