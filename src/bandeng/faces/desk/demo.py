"""What the demonstration tells everybody, so that one can look round in every role. Nothing of it exists elsewhere."""

import hashlib
import hmac
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from bandeng.ground.directory import api as directory

PASSWORD = "bandeng-demo"  # noqa: S105 - printed on the demonstration's sign-in page
PURPOSE = b"bandeng demo totp 1"


class NotTheDemo(RuntimeError):
    """A secret that anybody can compute was asked for outside the demonstration."""


def demo_totp_secret(username: str) -> bytes:
    """Give the 20-byte secret of a demonstration account: HMAC-SHA-1 of the user name under a published key.

    Raises NotTheDemo unless BANDENG_DEMO is 1.
    """
    if not settings.DEMO:
        raise NotTheDemo("Secrets that anybody can compute are for the demonstration alone (BANDENG_DEMO=1).")
    return hmac.new(PURPOSE, username.encode(), hashlib.sha1).digest()  # RFC 6238 codes use SHA-1 keys of this length


@dataclass(frozen=True)
class DemoSignIn:
    """One account to try, with the code of this half minute where it needs one."""

    username: str
    name: str
    role: str
    office: str
    code: str


def sign_ins(request: HttpRequest) -> dict | None:
    """List the demonstration's accounts, first one for each role, then all others; None anywhere else."""
    if not settings.DEMO:
        return None
    held = directory.Posting.objects.held_on(directory.day_of(request.now)).filter(staff__is_active=True)
    postings = held.select_related("staff", "role", "office").order_by("role__code", "from_on", "id")
    keys = dict(TOTPDevice.objects.filter(confirmed=True).values_list("user__username", "key"))
    first, others, seen = [], [], set()
    for posting in postings:
        (others if posting.role_id in seen else first).append(_row(posting, keys))
        seen.add(posting.role_id)
    return {"first": first, "others": others, "password": PASSWORD}


def _row(posting: directory.Posting, keys: dict[str, str]) -> DemoSignIn:
    username = posting.staff.username
    secret = demo_totp_secret(username)
    is_known = keys.get(username) == secret.hex()
    code = f"{TOTP(secret).token():06}" if is_known else ""
    return DemoSignIn(username, posting.staff.display_zh, posting.role.label_zh, posting.office.label_zh, code)
