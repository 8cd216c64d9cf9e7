"""Addresses for those who keep the installation running; for everybody else they do not exist."""

import hmac
import ipaddress
from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

View = Callable[[HttpRequest], HttpResponse]
# Any of these says that somebody else is asking through a proxy, whatever address the proxy itself has.
FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-Ip", "Via")


def inside(view: View) -> View:
    """Open to this machine, to the addresses of BANDENG_METRICS_FROM, and to whoever has BANDENG_METRICS_TOKEN."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        if not (_is_near(request) or _has_token(request)):
            raise Http404
        return view(request)

    guarded.access = "inside"
    return guarded


def _is_near(request: HttpRequest) -> bool:
    if any(name in request.headers for name in FORWARDED):
        return False
    try:
        address = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    if address.version == 6 and address.ipv4_mapped:
        address = address.ipv4_mapped
    return address.is_loopback or any(address in network for network in settings.METRICS_FROM)


def _has_token(request: HttpRequest) -> bool:
    given = request.headers.get("Authorization", "")
    expected = f"Bearer {settings.METRICS_TOKEN}"
    return bool(settings.METRICS_TOKEN) and hmac.compare_digest(given.encode(), expected.encode())
