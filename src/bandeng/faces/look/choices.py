"""Choices a reader makes about the page itself: kept in a cookie, nothing on the server."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme

YEAR = 365 * 24 * 3600


def remember(request: HttpRequest, *, cookie: str, value: str, fallback: str) -> HttpResponse:
    """Keep `value` ("" forgets) in `cookie` and go back to the page named by the form's `next`, if it is ours."""
    to = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(to, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        to = fallback
    response = HttpResponseRedirect(to)
    if value:
        response.set_cookie(
            cookie, value, max_age=YEAR, samesite="Lax", secure=request.is_secure(), httponly=cookie != "keys"
        )
    else:
        response.delete_cookie(cookie, samesite="Lax")
    return response
