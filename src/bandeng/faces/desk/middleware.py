"""What holds for every page a signed-in person opens: the session's clock, and what they owe before anything else.

Who may open a page at all is said on its view (`directory.access`); codes that a role asks for are asked for there.
"""

from functools import partial

from django.conf import settings
from django.contrib import auth
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject

# In the session's data, set at sign-in. A password or code set later by somebody else ends the session anyway.
TOTP_DUE = "totp_due"  # the person chose codes though no role asks for them, and has not given one yet
PASSWORD_DUE = "password_due"  # noqa: S105 - the first password must be replaced


class SignedInMiddleware(AuthenticationMiddleware):
    """Django's, with the person taken from the session's own row: one query for both."""

    def process_request(self, request: HttpRequest) -> None:
        request.user = SimpleLazyObject(partial(_person, request))


def _person(request: HttpRequest):
    """Give who is signed in. Whatever is not plainly in order is left to Django: it knows when to end a session."""
    session = request.session
    if auth.SESSION_KEY in session and (person := session.staff) is not None:
        is_same = str(person.pk) == session[auth.SESSION_KEY] and person.is_active
        is_ours = session.get(auth.BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS
        told = session.get(auth.HASH_SESSION_KEY, "")
        if is_same and is_ours and constant_time_compare(told, person.get_session_auth_hash()):
            return person
    return auth.get_user(request)


class StaffSessionMiddleware:
    """Keep a used session alive with one UPDATE a minute at most, and send people to what they owe first."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Pages of residents carry no session: they are not made to vary by one either.
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.session.is_due(request.now):
            request.session.see(request.now)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view, args, kwargs) -> HttpResponse | None:
        if getattr(view, "access", "public") in {"public", "with_receipt"} or not request.user.is_authenticated:
            return None
        if request.session.get(TOTP_DUE) and not request.user.is_verified():
            return redirect("totp")
        if request.session.get(PASSWORD_DUE) and request.resolver_match.url_name != "account-password":
            return redirect("account-password")
        return None
