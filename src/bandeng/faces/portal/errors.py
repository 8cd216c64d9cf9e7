"""Pages for when something goes wrong. Each says what happened and what to do next, never a code alone.

Any app may answer 429 with `render(request, "429.html", status=429)`.
"""

import errno
import sqlite3
import sys

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import Context, Engine
from django.utils.translation import gettext as _

NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO}
SQLITE_AWAY = {
    sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN,
}  # fmt: skip
SHEETS = ("look/tokens.css", "look/base.css", "look/forms.css", "look/portal.css")


def _page(request: HttpRequest, status: int, title: str, *lines: str) -> HttpResponse:
    return render(request, "portal/error.html", {"title": title, "lines": lines, "here": "/"}, status=status)


def _call() -> str:
    return _("Stuck? Call %(phone)s or come to any counter.") % {"phone": settings.PUBLIC_PHONE}


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 400."""
    return _page(
        request,
        400,
        _("We could not read that"),
        _("The address or the form did not arrive whole. Please go back and send it again."),
        _call(),
    )


def denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 403."""
    return _page(
        request,
        403,
        _("This page is not open to you"),
        _("If it is about your own matter, use the code on your receipt to open it."),
        _("If you work here and need it, ask your office's administrator for the permission."),
        _call(),
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 404."""
    return _page(
        request,
        404,
        _("There is no page at this address"),
        _("If you typed it in, please check it letter by letter. If you came by a link of ours, the mistake is ours."),
        _("Looking for your matter? Go to the first page and enter the code on your receipt."),
        _call(),
    )


def takes_a_form(request: HttpRequest) -> HttpResponse:
    """Answer 405: an address to which forms are sent was opened like a page."""
    return _page(
        request,
        405,
        _("There is nothing to read at this address"),
        _("Forms are sent here, and you came without one. Nothing was changed."),
        _("Go back to the page with the form, or begin again on the first page."),
        _call(),
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403 where a form came without its token: almost always a page left open too long."""
    return _page(
        request,
        403,
        _("The page was open too long"),
        _("To be safe, what you sent was not taken. Go back, load the page again, and send it once more."),
        _("If it happens again, your browser may be refusing cookies from this site; please allow them."),
        _call(),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500, or 503 where the disk is full or the database away: that passes, and sending again then works.

    Without database, session, translation or context processors: any of them may be what broke.
    """
    if cannot_store(sys.exception()):
        response = _last_resort(request, "503.html", 503)
        response["Retry-After"] = "120"
        return response
    return _last_resort(request, "500.html", 500)


def cannot_store(error: BaseException | None) -> bool:
    """Tell whether nothing could be written or read just now, through no fault of the page."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in NO_ROOM:
            return True
        if isinstance(error, InterfaceError | OperationalError):
            code = getattr(error.__cause__, "sqlite_errorcode", None)  # SQLite says "no such table" by this class too
            return code is None or code & 0xFF in SQLITE_AWAY
        error = error.__cause__ or error.__context__
    return False


def _last_resort(request: HttpRequest, template: str, status: int) -> HttpResponse:
    try:
        sheets = [staticfiles_storage.url(name) for name in SHEETS]
    except ValueError:  # a manifest without these files must not hide the first error
        sheets = []
    html = (
        Engine.get_default()
        .get_template(template)
        .render(Context({"sheets": sheets, "phone": settings.PUBLIC_PHONE, "number": _read_aloud(request)}))
    )
    return HttpResponse(html, status=status)


def _read_aloud(request: HttpRequest) -> str:
    """Group the request's number, which stands on its line in the log, in fours."""
    number = getattr(request, "number", "")
    return f"{number[:4]} {number[4:]}".strip()
