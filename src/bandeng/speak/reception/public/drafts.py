"""What a resident is typing, kept sealed on the server under a random cookie: it survives a lost connection, a closed
browser and the back button, and the browser itself keeps no word of it.
"""

import hashlib
import re
import secrets
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from bandeng.ground.core import api as core
from bandeng.speak.casework import api as cases

COOKIE = f"{settings.COOKIE_PREFIX}bandeng_draft"
PATH = "/" if settings.COOKIE_PREFIX else "/speak/"  # a cookie of this host alone must be one of all its pages
FORM = "speak"
DAYS = 7  # the server's own limit is the parameter draft_expiry
AFTER_SENDING = 3600  # a second press still finds the same receipt for as long as the receipt's own cookie lasts


class ResidentsDraft:
    """The draft of one browser. Nothing is kept, and no cookie set, before the first `save`."""

    def __init__(self, request: HttpRequest):
        held = request.COOKIES.get(COOKIE, "")
        self.token = held if re.fullmatch(r"[\w-]{43}", held, re.ASCII) else secrets.token_urlsafe(32)
        self.fields: dict = cases.load_draft(self.owner, FORM, now=request.now)

    @property
    def owner(self) -> str:
        return f"web:{self._digest('owner')}"

    def _digest(self, *parts: str) -> str:
        return hashlib.sha256("\x00".join((*parts, self.token)).encode()).hexdigest()

    @property
    def has_words(self) -> bool:
        return bool(self.fields.get("words"))

    @property
    def key(self) -> str:
        """Give the key of this draft; whoever sends it twice sends one matter."""
        return self.fields.get("key", "")

    def idempotency_key(self, key: str) -> str:
        """Make a key that only the browser with this cookie can repeat."""
        return f"speak:{self._digest('key', key)}"

    def save(self, fields: dict, *, now: datetime) -> None:
        """Keep these fields beside those of the other pages. Raises ValueError where it is too long to keep."""
        self.fields = {"key": str(core.new_id()), **self.fields, **fields}
        cases.save_draft(self.owner, FORM, self.fields, now=now)

    def remember(self, response: HttpResponse, *, seconds: int = DAYS * 24 * 3600) -> HttpResponse:
        """Give the browser its cookie."""
        response.set_cookie(
            COOKIE, self.token, max_age=seconds, path=PATH, httponly=True, samesite="Lax", secure=settings.HTTPS
        )
        return response

    def drop(self) -> None:
        """Forget what was typed."""
        cases.drop_draft(self.owner, FORM)
        self.fields = {}

    def forget(self, response: HttpResponse) -> HttpResponse:
        """Take the cookie back."""
        response.delete_cookie(COOKIE, path=PATH, samesite="Lax")
        return response
