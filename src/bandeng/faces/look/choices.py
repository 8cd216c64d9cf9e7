"""Choices a reader makes about the page itself: kept in a cookie, nothing on the server."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from bandeng.ground.core import api as core

YEAR = 365 * 24 * 3600


def remember(request: HttpRequest, *, cookie: str, value: str, fallback: str) -> HttpResponse:
    """Keep `value` ("" forgets) in `cookie` and go back to the page named by the form's `next`, if it is ours."""
    found = core.way_back(request, request.POST.get("next", ""))
    response = HttpResponseRedirect(found[0] if found else fallback)
    if value:
        response.set_cookie(
            cookie, value, max_age=YEAR, samesite="Lax", secure=request.is_secure(), httponly=cookie != "keys"
        )
    else:
        response.delete_cookie(cookie, samesite="Lax")
    return response
