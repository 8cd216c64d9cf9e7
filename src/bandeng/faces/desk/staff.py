"""For the security administrator: who works here, new passwords, and codes of a lost telephone reset."""

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib import messages
from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from django_otp.plugins.otp_totp.models import TOTPDevice

from bandeng.ground.acts import api as acts
from bandeng.ground.directory import api as directory
from bandeng.ground.directory.access import needs

from .passwords import new_password

PAGE = 50


@needs("staff.manage")
@require_http_methods(["GET", "POST"])
def staff(request: HttpRequest) -> HttpResponse:
    """List staff by user name or name, fifty at most."""
    text = request.POST.get("q", "").strip()
    has_codes = Exists(TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True))
    found = directory.Staff.objects.filter(is_active=True).annotate(has_codes=has_codes)
    if text:
        found = found.filter(Q(username__startswith=text.lower()) | Q(display_zh__contains=text))
    people = list(found.order_by("username")[: PAGE + 1])
    context = {"people": people[:PAGE], "q": text, "is_more": len(people) > PAGE}
    return render(request, "desk/account/staff.html", context)


@needs("staff.manage")
@require_POST
def reset_totp(request: HttpRequest) -> HttpResponse:
    """Reset the codes of one person; they set up a new telephone at their next sign-in."""
    person = _person(request)
    try:
        directory.reset_totp(person, by=acts.Actor(request.user.actor_key), now=request.now)
    except directory.CannotChangeTotp as refused:
        messages.error(request, str(refused))
    else:
        words = _("The codes of %(name)s are reset. At the next sign-in a new telephone can be set up.")
        messages.success(request, words % {"name": person.display_zh})
    return redirect("staff")


@needs("staff.manage")
@never_cache
@require_POST
def reset_password(request: HttpRequest) -> HttpResponse:
    """Give one person a password for their next sign-in and lift a lock; shown on this answer and never again."""
    person = _person(request)
    if person == request.user or settings.DEMO:
        return redirect("account-password")
    password = new_password()
    directory.set_password(person, password, by=acts.Actor(request.user.actor_key), now=request.now)
    AxesProxyHandler.reset_attempts(username=person.username)
    return render(request, "desk/account/new_password.html", {"person": person, "password": password})


def _person(request: HttpRequest) -> directory.Staff:
    person = directory.Staff.objects.filter(username=request.POST.get("username", ""), is_active=True).first()
    if person is None:
        raise Http404
    return person
