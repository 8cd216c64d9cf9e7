"""Choices a reader makes about the page itself: kept in a cookie, nothing on the server."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme

YEAR = 365 * 24 * 3600
LONGEST = 2000  # of an address to go back to: a header of any length breaks the proxy


def own_address(request: HttpRequest, asked: str) -> str:
    """Give `asked` if it is the path of a page of ours, else "": a form's `next` is typed by anybody."""
    hosts = {request.get_host()}
    is_ours = asked.startswith("/") and len(asked) <= LONGEST
    is_ours = is_ours and url_has_allowed_host_and_scheme(asked, hosts, require_https=request.is_secure())
    return asked if is_ours else ""


def remember(request: HttpRequest, *, cookie: str, value: str, fallback: str) -> HttpResponse:
    """Keep `value` ("" forgets) in `cookie` and go back to the page named by the form's `next`, if it is ours."""
    response = HttpResponseRedirect(own_address(request, request.POST.get("next", "")) or fallback)
    if value:
        response.set_cookie(
            cookie, value, max_age=YEAR, samesite="Lax", secure=request.is_secure(), httponly=cookie != "keys"
        )
    else:
        response.delete_cookie(cookie, samesite="Lax")
    return response
