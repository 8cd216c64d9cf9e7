"""What is kept of wrong passwords: who was meant, from where, when; never what else was typed or the browser sent.

People type into the wrong field: a password for the user name, a telephone number. axes would keep that, with all else
of the form and the browser's headers, in its table and its log lines.
"""

from copy import copy

from axes.handlers.database import AxesDatabaseHandler
from django.conf import settings
from django.http import HttpRequest, QueryDict

from bandeng.ground.core import api as core
from bandeng.ground.directory import api as directory

RESULTS = ("axes_locked_out", "axes_failures_since_start", "axes_credentials")


def username_of(request: HttpRequest, credentials: dict | None = None) -> str:
    """Give the user name that tries are counted by (settings.AXES_USERNAME_CALLABLE); of nobody's name, a digest."""
    return counted_as(str((credentials or request.POST).get("username") or ""))


def counted_as(typed: str) -> str:
    """Give a user name that somebody here has as it is, and anything else as a digest that tells nothing."""
    if directory.Staff.objects.filter(username=typed).exists():
        return typed
    return f"nobody-{core.blind_index(settings.KEYRING.secret('blind'), 'sign_in', typed).hex()}"


class Handler(AxesDatabaseHandler):
    """axes' own handler, shown a request that holds nothing typed and no header (settings.AXES_HANDLER)."""

    def user_login_failed(self, sender, credentials: dict, request: HttpRequest | None = None, **kwargs) -> None:
        bare = _bare(request) if request else None
        super().user_login_failed(sender, credentials, bare, **kwargs)
        for name in RESULTS:
            if hasattr(bare, name):
                setattr(request, name, getattr(bare, name))

    def user_logged_in(self, sender, request: HttpRequest, user, **kwargs) -> None:
        super().user_logged_in(sender, _bare(request), user, **kwargs)


def _bare(request: HttpRequest) -> HttpRequest:
    bare = copy(request)
    bare.GET = bare.POST = QueryDict()
    bare.axes_user_agent = bare.axes_http_accept = ""
    return bare
