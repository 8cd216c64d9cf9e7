"""Five wrong secrets an hour, counted per client and per code: a receipt's secret is short enough to be read aloud.

    keys = (throttle.client(request), f"code:{code}")
    if not throttle.may_try("receipt", *keys, now=request.now):
        return render(request, "429.html", status=429)
    case = ...
    if case is None:
        throttle.wrong("receipt", *keys, now=request.now)

One `kind` for one secret, on whatever page it is asked for, so that tries add up. A right secret costs nothing and is
not recorded. Two requests at the same instant may both be allowed: with 29**8 secrets that helps nobody.
"""

import ipaddress
from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest

from .models import WrongTry
from .sealing import blind_index

LIMIT = 5
WITHIN = timedelta(hours=1)


def allow(kind: str, *keys: str, now: datetime) -> bool:
    """Tell whether each of these keys had fewer than five wrong tries in the hour before `now`; one query."""
    tried = WrongTry.objects.filter(key__in=[_blind(kind, key) for key in keys], at__gt=now - WITHIN)
    found = [bytes(key) for key in tried.values_list("key", flat=True)]
    return all(found.count(key) < LIMIT for key in set(found))


def may_try(kind: str, client: str, subject: str, *, now: datetime) -> bool:
    """Tell whether this client may try a secret of this subject: `allow`, or its first try within the hour.

    Without the second, five wrong tries an hour by anybody who knows a code would keep its owner out for ever. Whoever
    has many addresses gets one try an hour from each: with 65,536 of them the secret lasts some 900 years.
    """
    return allow(kind, client, subject, now=now) or not _was_wrong(kind, client, now)


def _was_wrong(kind: str, client: str, now: datetime) -> bool:
    return WrongTry.objects.filter(key=_blind(kind, client), at__gt=now - WITHIN).exists()


def wrong(kind: str, *keys: str, now: datetime) -> None:
    """Record a wrong try for each key, and forget those older than an hour."""
    WrongTry.objects.filter(at__lte=now - WITHIN).delete()
    WrongTry.objects.bulk_create(WrongTry(key=_blind(kind, key), at=now) for key in keys)


def client(request: HttpRequest) -> str:
    """Name where a request comes from: its IPv4 address, or its IPv6 network of 64 bits, which one home has whole.

    Behind the proxy that BANDENG_HTTPS speaks of, that is what the proxy itself added last to X-Forwarded-For.
    """
    address = request.META.get("REMOTE_ADDR", "")
    if settings.HTTPS:
        address = request.headers.get("X-Forwarded-For", address).rpartition(",")[2].strip()
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "client:unknown"
    if found.version == 6 and found.ipv4_mapped:
        found = found.ipv4_mapped
    if found.version == 6:
        return f"client:{ipaddress.ip_network((found, 64), strict=False)}"
    return f"client:{found}"


def _blind(kind: str, key: str) -> bytes:
    return blind_index(settings.KEYRING.secret("blind"), f"wrong_try.{kind}", key)
