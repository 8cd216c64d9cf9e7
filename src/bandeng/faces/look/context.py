"""What every page needs to know about the place and the reader, without a query."""

from django.conf import settings
from django.http import HttpRequest

from bandeng.ground.core import api as core

TEXT_COOKIE = "text"
KEYS_COOKIE = "keys"


def look(request: HttpRequest) -> dict:
    """Give county, phone, demo flag, the reader's two choices (large text, single-key shortcuts) and the way back."""
    found = core.way_back(request, request.path)
    return {
        "here": found[0] if found else "/",
        "county": settings.COUNTY,
        "public_phone": settings.PUBLIC_PHONE,
        "is_demo": settings.DEMO,
        "is_large_text": request.COOKIES.get(TEXT_COOKIE) == "large",
        "is_keys_off": request.COOKIES.get(KEYS_COOKIE) == "off",
    }
