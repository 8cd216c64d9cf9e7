"""The second factor: giving a code, setting up the telephone that makes them, taking it back."""

import segno
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django_otp import login as otp_login
from django_otp.plugins.otp_totp.models import TOTPDevice

from bandeng.ground.acts import api as acts
from bandeng.ground.directory import api as directory
from bandeng.ground.directory.access import permissions, public, signed_in

from .. import services
from ..middleware import TOTP_DUE
from .entry import PENDING
from .forms import CodeForm

KEY = "totp_key"  # in the session's data, from showing a new secret until it is confirmed


@public  # between password and code nobody is let in yet: the view looks itself
@never_cache
@require_http_methods(["GET", "POST"])
def totp(request: HttpRequest) -> HttpResponse:
    """Ask for a code; where no telephone is set up yet, set one up."""
    if not request.user.is_authenticated:
        return redirect_to_login(reverse("desk"), reverse("sign-in"))
    if request.user.is_verified():
        return redirect("account")
    if directory.totp_device(request.user):
        return _give(request)
    if request.session.get(TOTP_DUE) and not permissions(request).must_use_totp:
        return _let_in(request, None)  # reset by the administrator since the password was given
    if settings.DEMO and not permissions(request).must_use_totp:
        return redirect("account")  # nobody binds a telephone to an account that all share
    return _set_up(request)


def _give(request: HttpRequest) -> HttpResponse:
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _let_in(request, directory.check_totp(request.user, form.cleaned_data["code"]))
        except directory.WrongCode as wrong:
            form.add_error("code", str(wrong))
    return _render(request, "desk/account/totp.html", form)


def _set_up(request: HttpRequest) -> HttpResponse:
    key = bytes.fromhex(request.session.setdefault(KEY, directory.new_totp_key().hex()))
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        by = acts.Actor(request.user.actor_key)
        try:
            device = directory.enrol_totp(request.user, key, form.cleaned_data["code"], by=by, now=request.now)
        except directory.WrongCode as wrong:
            form.add_error("code", str(wrong))
        except directory.CannotChangeTotp:
            return redirect("totp")  # set up in another window a moment ago
        else:
            messages.success(request, _("Set up. From now on each sign-in asks for a code as well."))
            return _let_in(request, device)
    uri = directory.totp_uri(request.user, key, settings.COUNTY + "板凳")
    context = {
        "qr": _picture(uri),
        "secret": directory.spoken_key(key),
        "is_forced": permissions(request).must_use_totp,
    }
    return _render(request, "desk/account/totp_set_up.html", form, **context)


def _let_in(request: HttpRequest, device: TOTPDevice | None) -> HttpResponse:
    """Count the session as verified, under a new key; finish the sign-in it belongs to."""
    if device:
        otp_login(request, device)
        request.session.cycle_key()
    for name in (KEY, TOTP_DUE):
        request.session.pop(name, None)
    if (next_url := request.session.pop(PENDING, None)) is None:
        return redirect("account")
    services.sign_in(request.user, request.session.session_key, with_code=bool(device), now=request.now)
    return redirect(next_url)


@signed_in
@never_cache
@require_http_methods(["GET", "POST"])
def drop(request: HttpRequest) -> HttpResponse:
    """Take the telephone back, with one more of its codes: to use another one, or none."""
    if settings.DEMO or directory.totp_device(request.user) is None:
        return redirect("account")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        by = acts.Actor(request.user.actor_key)
        try:
            directory.drop_totp(request.user, form.cleaned_data["code"], by=by, now=request.now)
        except directory.WrongCode as wrong:
            form.add_error("code", str(wrong))
        else:
            return redirect("totp" if permissions(request).must_use_totp else "account")
    return _render(request, "desk/account/totp_drop.html", form, is_forced=permissions(request).must_use_totp)


def _render(request: HttpRequest, template: str, form: CodeForm, **context: object) -> HttpResponse:
    return render(request, template, {"form": form, **context}, status=422 if form.errors else 200)


def _picture(uri: str) -> str:
    """Draw a QR code on white, whatever the page's colours: cameras read dark on light.

    The view box lets it shrink on a small screen; with a size alone the right edge would be cut off.
    """
    code = segno.make(uri, error="m", micro=False)
    side = code.symbol_size(scale=5, border=4)[0]
    svg = code.svg_inline(border=4, dark="#000", light="#fff", omitsize=True)
    return mark_safe(svg.replace("<svg ", f'<svg width="{side}" height="{side}" ', 1))  # noqa: S308 - drawn here
