"""Who may open an address. Every view says it with one of these decorators; one that says nothing fails a test.

    @public                       anybody
    @with_receipt                 whoever holds a case's receipt (the view gets the case's key from the cookie)
    @needs("case.view", ...)      staff with one of these permissions somewhere; the service checks where
    @signed_in                    any staff

Whether a row is in somebody's scope is decided by queries (404), not here.
"""

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from bandeng.ground.core import api as core
from bandeng.ground.core import clock

from .permissions import Permissions, permissions_of

View = Callable[..., HttpResponse]


class AccessMiddleware:
    """Give every request its `now`, and let no browser or proxy keep a page that is not for everybody.

    The answer to a form is for one person too: it repeats what was typed.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.now = clock.now()
        response = self.get_response(request)
        match = request.resolver_match
        is_for_one = request.method == "POST" or (
            match and getattr(match.func, "access", "") not in {"public", "inside"}
        )
        if is_for_one and "no-store" not in response.get("Cache-Control", ""):
            add_never_cache_headers(response)
        return response


def permissions(request: HttpRequest) -> Permissions:
    """Give what the signed-in person may do, loaded once a request."""
    if not hasattr(request, "_permissions"):
        request._permissions = permissions_of(request.user, request.now)
    return request._permissions


def is_verified(request: HttpRequest) -> bool:
    """Tell whether a one-time code was given where the person's roles ask for one."""
    return not permissions(request).must_use_totp or request.user.is_verified()


def public(view: View) -> View:
    """Open to anybody."""
    view.access = "public"
    return view


def _where_one_was(request: HttpRequest) -> str:
    """Give the page to come back to after sign-in: of a form that was sent too late the one on which it stood.

    The path alone, not what was asked there: somebody may have pasted it.
    """
    came = urlsplit(request.headers.get("Referer", ""))
    stood = core.way_back(came.path) if request.method == "POST" and came.netloc == request.get_host() else None
    return stood[0] if stood else request.path


def _staff(view: View, access: str, codes: tuple[str, ...]) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(_where_one_was(request), settings.LOGIN_URL)
        if not is_verified(request):
            return redirect("totp")
        if codes and not any(permissions(request).has(code) for code in codes):
            raise PermissionDenied(_("Your roles do not include this. Ask your office's security administrator."))
        return view(request, *args, **kwargs)

    guarded.access = access
    return guarded


def needs(*codes: str) -> Callable[[View], View]:
    """Open to staff who have one of these permissions at some office."""
    return lambda view: _staff(view, " | ".join(codes), codes)


def signed_in(view: View) -> View:
    """Open to any staff."""
    return _staff(view, "signed_in", ())
