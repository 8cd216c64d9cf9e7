"""Signing in and out, and where that leads."""

from datetime import datetime, timedelta

from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_cool_off, get_credentials
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bandeng.ground.core import api as core
from bandeng.ground.directory import api as directory
from bandeng.ground.directory.access import permissions, public, signed_in

from .. import demo, services
from ..middleware import PASSWORD_DUE, TOTP_DUE
from ..session_store import begin
from .devices import device_of
from .forms import SignInForm
from .tries import counted_as

PENDING = "sign_in_next"  # in the session's data: where to go once the code is given


def safe_next(request: HttpRequest) -> str:
    """Give the page asked for before sign-in if it is one of ours and can be opened by a link; the desk otherwise."""
    found = core.way_back(request, request.POST.get("next") or request.GET.get("next") or "")
    is_a_way_round = found is None or found[1].url_name in {"sign-in", "sign-out"}
    return reverse("desk") if is_a_way_round else found[0]


@public
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for user name and password. What is wrong with them is never said: it would tell who works here."""
    next_url = safe_next(request)
    if request.user.is_authenticated:
        return redirect(next_url)
    if request.method == "GET":
        return _page(request, SignInForm(), next_url)
    form = SignInForm(request.POST)
    if not form.is_valid():
        return _page(request, form, next_url)
    username, password = form.cleaned_data["username"], form.cleaned_data["password"]
    staff, locked = check_password(request, username, password)
    if locked:
        return locked
    if staff is None:
        form.add_error(None, _("User name and password do not fit together. Please type both again."))
        return _page(request, form, next_url)
    login(request, staff)
    return _welcome(request, staff, next_url)


def check_password(
    request: HttpRequest, username: str, password: str
) -> tuple[directory.Staff | None, HttpResponse | None]:
    """Give who this password is right for, or the page that says that no more tries are taken for a while."""
    if not AxesProxyHandler.is_allowed(request, get_credentials(username)):
        return None, _locked(request, username)
    staff = authenticate(request, username=username, password=password)
    if staff is None and getattr(request, "axes_locked_out", False):
        services.lock_out(username, now=request.now)
        return None, _locked(request, username)
    return staff, None


def keep_response(request: HttpRequest, response: HttpResponse, credentials: dict | None = None) -> HttpResponse:
    """Leave our own page about the lock alone (settings.AXES_LOCKOUT_CALLABLE)."""
    return response


def _page(request: HttpRequest, form: SignInForm, next_url: str) -> HttpResponse:
    context = {"form": form, "next": next_url, "was_sent_here": "next" in request.GET, "demo": demo.sign_ins(request)}
    return render(request, "desk/account/sign_in.html", context, status=422 if form.errors else 200)


def _locked(request: HttpRequest, username: str) -> HttpResponse:
    tries = AccessAttempt.objects.filter(username=counted_as(username), ip_address=request.axes_ip_address)
    last: datetime = tries.aggregate(last=Max("attempt_time"))["last"] or request.axes_attempt_time
    until = last + get_cool_off(request) + timedelta(minutes=1)  # shown to the minute, so never too early
    context = {"until": until, "phone": security_phone(request), "limit": settings.AXES_FAILURE_LIMIT}
    return render(request, "desk/account/locked.html", context, status=429)


def security_phone(request: HttpRequest) -> str:
    """Give the telephone of an office that manages accounts; the county's where none is listed."""
    roles = [role.pk for role in directory.Role.objects.all() if "staff.manage" in role.permissions]
    held = directory.Posting.objects.held_on(directory.day_of(request.now)).filter(role__in=roles)
    phones = held.exclude(office__phone="").order_by("from_on", "id").values_list("office__phone", flat=True)
    return phones.first() or settings.PUBLIC_PHONE


def _welcome(request: HttpRequest, staff: directory.Staff, next_url: str) -> HttpResponse:
    """Begin the session of somebody whose password was right; ask for a code before it counts as signed in."""
    begin(request.session, device_of(request).value)
    has_codes = directory.totp_device(staff) is not None
    if has_codes:
        request.session[TOTP_DUE] = True
    if staff.is_password_temporary and not settings.DEMO:
        request.session[PASSWORD_DUE] = True
    if has_codes or directory.permissions_of(staff, request.now).must_use_totp:
        request.session[PENDING] = next_url
        return redirect("totp")
    services.sign_in(staff, request.session.session_key, with_code=False, now=request.now)
    return redirect(next_url)


@public  # somebody whose session has ended already is signed out as well as anybody
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this session."""
    if request.user.is_authenticated:
        services.sign_out(request.user, now=request.now)
    logout(request)
    return redirect("sign-in")


@signed_in
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """Lead to the first page of use: the queue for those who work on cases, else the notices."""
    try:
        return redirect("queue" if permissions(request).has("case.view") else "notices")
    except NoReverseMatch:
        return redirect("notices")
