"""Where somebody wanted to go, or came from, as a form or an address tells it: one of our own pages, or nothing.

What stands behind a `?` is left out, and so is any address with a free text in it: both may hold what somebody pasted,
and what is led back to stands in headers, sessions and the browser's history.
"""

from urllib.parse import urlsplit

from django.urls import Resolver404, ResolverMatch, resolve
from django.utils.http import url_has_allowed_host_and_scheme

FREE = ("<str:", "<slug:", "<path:")
LONGEST = 2000  # of an address to go back to: a header of any length breaks the proxy


def way_back(asked: str) -> tuple[str, ResolverMatch] | None:
    """Give the path of the page asked for and what it is; None where it is not ours or holds free text."""
    if not asked.startswith("/") or len(asked) > LONGEST or not url_has_allowed_host_and_scheme(asked, None):
        return None
    path = urlsplit(asked).path
    try:
        match = resolve(path)
    except Resolver404:
        return None
    return None if any(free in match.route for free in FREE) else (path, match)
