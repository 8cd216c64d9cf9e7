"""Where somebody wanted to go, or came from, as a form or an address tells it: one of our own pages, or nothing.

What stands behind a `?` is left out, and so is any address with a free text in it: both may hold what somebody pasted,
and what is led back to stands in headers, sessions and the browser's history.
"""

from urllib.parse import urlsplit

from django.http import HttpRequest
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils.http import url_has_allowed_host_and_scheme

FREE = ("<str:", "<slug:", "<path:")


def way_back(request: HttpRequest, asked: str) -> tuple[str, ResolverMatch] | None:
    """Give the path of the page asked for and what it is; None where it is not ours or holds free text."""
    if not url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure()):
        return None
    path = urlsplit(asked).path
    try:
        match = resolve(path)
    except Resolver404:
        return None
    return None if any(free in match.route for free in FREE) else (path, match)
