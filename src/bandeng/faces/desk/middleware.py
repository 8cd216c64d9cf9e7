"""What holds for every page a signed-in person opens: the session's clock, a second factor chosen freely, a password
that must be replaced. Who may open a page at all is said on its view (`directory.access`)."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

TOTP_DUE = "totp_due"  # in the session's data: the password was right, a code is still to come
BEFORE_ALL_ELSE = {"totp", "account-password", "sign-in", "sign-out"}


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
        if getattr(view, "access", "public") in {"public", "receipt"} or not request.user.is_authenticated:
            return None
        if request.resolver_match.url_name in BEFORE_ALL_ELSE:
            return None
        if request.session.get(TOTP_DUE) and not request.user.is_verified():
            return redirect("totp")
        if request.user.is_password_temporary:
            return redirect("account-password")
        return None
