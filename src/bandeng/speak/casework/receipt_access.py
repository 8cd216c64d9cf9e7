"""Whoever holds a receipt sees the matter: code and secret are swapped for a signed cookie, once, and then forgotten.

The cookie names one case and the issue of its secret; a new issue (after a slip went astray) ends every old cookie.
It ends with the browser or after an hour, so that a borrowed telephone does not go on showing somebody's matter.
"""

import uuid
from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from . import selectors
from .models import Case

COOKIE = f"{settings.COOKIE_PREFIX}bandeng_receipt"
SALT = "bandeng.receipt"
MAX_AGE = 3600


def remember(response: HttpResponse, case: Case) -> HttpResponse:
    """Set the cookie that opens one case's page."""
    value = signing.dumps({"case": str(case.pk), "issue": case.issue}, salt=SALT)
    response.set_cookie(COOKIE, value, httponly=True, samesite="Lax", secure=settings.HTTPS, path="/")
    return response


def forget(response: HttpResponse) -> HttpResponse:
    """Take the cookie away."""
    response.delete_cookie(COOKIE, path="/", samesite="Lax")
    return response


def case_of(request: HttpRequest) -> Case | None:
    """Give the case whose receipt this browser showed within the last hour."""
    try:
        held = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=MAX_AGE)
        case = selectors.case_of_resident(uuid.UUID(held["case"]))
    except (signing.BadSignature, KeyError, ValueError, TypeError):
        return None
    return case if case and case.issue == held["issue"] else None


def with_receipt(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Open a view to whoever holds a case's receipt; the view gets the case. Others are asked for code and secret."""

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        case = case_of(request)
        if case is None:
            return redirect("receipt-lookup")
        return view(request, case, *args, **kwargs)

    guarded.access = "with_receipt"
    return guarded
