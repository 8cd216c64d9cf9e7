"""What a request tells of where it comes from: as little as is needed."""

import re

from django.http import HttpRequest

from bandeng.ground.core import throttle

from ..models import Device

_TABLET = re.compile(r"iPad|Tablet|Android(?!.*Mobile)", re.IGNORECASE)
_PHONE = re.compile(r"Mobile|iPhone|HarmonyOS|Android", re.IGNORECASE)
_COMPUTER = re.compile(r"Windows|Macintosh|X11|CrOS|Linux", re.IGNORECASE)


def device_of(request: HttpRequest) -> Device:
    """Tell what kind of thing the browser runs on."""
    name = request.headers.get("User-Agent", "")
    kinds = ((_TABLET, Device.TABLET), (_PHONE, Device.PHONE), (_COMPUTER, Device.COMPUTER))
    return next((device for pattern, device in kinds if pattern.search(name)), Device.OTHER)


def client_address(request: HttpRequest) -> str | None:
    """Give the address that wrong passwords are counted by (settings.AXES_CLIENT_IP_CALLABLE): of IPv6, the network."""
    address = throttle.client(request).removeprefix("client:").partition("/")[0]
    return None if address == "unknown" else address
