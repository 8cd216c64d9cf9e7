"""One's own account: roles, password, open sessions."""

import uuid

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bandeng.ground.acts import api as acts
from bandeng.ground.directory import api as directory
from bandeng.ground.directory.access import permissions, signed_in

from .. import services
from ..middleware import PASSWORD_DUE
from ..models import StaffSession
from .entry import check_password
from .forms import PasswordForm


@signed_in
@never_cache
@require_GET
def account(request: HttpRequest) -> HttpResponse:
    """Show what one may do where, how one signs in, and where one is signed in."""
    held = directory.Posting.objects.held_on(directory.day_of(request.now)).filter(staff=request.user)
    sessions = StaffSession.objects.filter(staff=request.user, expire_date__gt=request.now).order_by("-seen_at")
    context = {
        "postings": held.select_related("role", "office").order_by("from_on", "id"),
        "sessions": [(row, row.session_key == request.session.session_key) for row in sessions],
        "most": services.MAX_SESSIONS,
        "has_codes": directory.totp_device(request.user) is not None,
        "must_use_totp": permissions(request).must_use_totp,
    }
    return render(request, "desk/account/account.html", context)


@signed_in
@never_cache
@sensitive_post_parameters("old", "new", "again")
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Replace one's password; every other session ends."""
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer = _replace(request, form)
        if answer:
            return answer
    context = {"form": form, "is_first": request.session.get(PASSWORD_DUE, False)}
    return render(request, "desk/account/password.html", context, status=422 if form.errors else 200)


def _replace(request: HttpRequest, form: PasswordForm) -> HttpResponse | None:
    if settings.DEMO:
        form.add_error(None, _("In the demonstration everybody shares the accounts, so passwords stay as they are."))
        return None
    staff, locked = check_password(request, request.user.username, form.cleaned_data["old"])
    if locked:
        return locked
    if staff is None:
        form.add_error("old", _("This is not your password of now. Please type it again."))
        return None
    try:
        by = acts.Actor(request.user.actor_key)
        directory.set_password(request.user, form.cleaned_data["new"], by=by, now=request.now)
    except directory.CannotSetPassword as refused:
        form.add_error("new", str(refused))
        return None
    update_session_auth_hash(request, request.user)
    was_first = request.session.pop(PASSWORD_DUE, False)
    services.end_other_sessions(request.user, request.session.session_key, now=request.now)
    messages.success(request, _("Your new password holds from now on. Everywhere else you have been signed out."))
    return redirect("desk" if was_first else "account")


@signed_in
@require_POST
def end_sessions(request: HttpRequest) -> HttpResponse:
    """End one of one's own sessions, or all others."""
    if "all" in request.POST:
        ended = services.end_other_sessions(request.user, request.session.session_key, now=request.now)
    else:
        ended = services.end_session(request.user, _uuid(request.POST.get("session", "")), now=request.now)
    words = ngettext("%(n)d session ended.", "%(n)d sessions ended.", ended) if ended else _("It had ended already.")
    messages.success(request, words % {"n": ended})
    return redirect("account")


def _uuid(text: str) -> uuid.UUID:
    """Read what the page's button carries; anything else names no session."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.UUID(int=0)
