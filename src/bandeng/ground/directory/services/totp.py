"""One-time codes (RFC 6238) of staff: given out, confirmed, checked, taken back.

Codes run on the clock of the person's telephone, so they are compared with the real time and not with `now`, which
only dates the act. Tries, waits between wrong ones and codes already used are kept by django-otp under a row lock.
"""

import secrets
from base64 import b32encode
from datetime import datetime
from urllib.parse import quote, urlencode

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_otp import verify_token
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from bandeng.ground.acts import api as acts

from ..authority import require
from ..models import Staff

KEY_LENGTH = 20  # bytes, as RFC 4226 section 4 recommends for SHA-1
TOLERANCE = 1  # steps of 30 seconds before and after


class WrongCode(ValueError):
    """The code does not fit, was used already, or came too soon after a wrong one; the message says which to send."""


class CannotChangeTotp(ValueError):
    """Codes are set up already, or are not this person's to take back."""


def new_totp_key() -> bytes:
    """Make a secret for an authenticator."""
    return secrets.token_bytes(KEY_LENGTH)


def totp_uri(staff: Staff, key: bytes, issuer: str) -> str:
    """Write what the QR code holds (Key Uri Format): the issuer is shown beside the codes on the telephone."""
    label, fields = quote(f"{issuer}:{staff.username}"), {"secret": spoken_key(key, ""), "issuer": issuer}
    return f"otpauth://totp/{label}?{urlencode(fields, quote_via=quote)}"


def spoken_key(key: bytes, between: str = " ") -> str:
    """Write a secret in base 32, in groups of four for typing."""
    letters = b32encode(key).decode().rstrip("=")
    return between.join(letters[n : n + 4] for n in range(0, len(letters), 4))


def totp_device(staff: Staff) -> TOTPDevice | None:
    """Give the person's authenticator, if one is set up."""
    return TOTPDevice.objects.filter(user=staff, confirmed=True).order_by("id").first()


def enrol_totp(staff: Staff, key: bytes, code: str, *, by: acts.Actor, now: datetime) -> TOTPDevice:
    """Set up one's own authenticator, proved by one code. Raises WrongCode, CannotChangeTotp."""
    if by.key != staff.actor_key:
        raise CannotChangeTotp(_("Everybody sets up their own codes."))
    clock = TOTP(key)
    if not (code.isdecimal() and clock.verify(int(code), TOLERANCE)):
        raise WrongCode(_("This code does not fit. Wait for the next one on your telephone and type that."))
    return _set_up(staff, key, by, now, last_t=clock.t(), drift=clock.drift)


def issue_totp(staff: Staff, *, key: bytes | None = None, by: acts.Actor, now: datetime) -> bytes:
    """Set up codes for somebody and give the secret, to be handed over once. Needs `staff.manage`."""
    require(by, "staff.manage", now=now)
    key = key or new_totp_key()
    _set_up(staff, key, by, now)
    return key


def check_totp(staff: Staff, code: str) -> TOTPDevice:
    """Check a code against the person's authenticator; each is good once. Raises WrongCode."""
    device = totp_device(staff)
    if device is None:
        raise WrongCode(_("No codes are set up. Set them up first."))
    is_allowed, hindrance = device.verify_is_allowed()
    if not is_allowed:
        raise WrongCode(_("Too many wrong codes. Please wait until %(at)s, then type the next one.") % _at(hindrance))
    if not code.isdecimal() or (verified := verify_token(staff, device.persistent_id, code)) is None:
        raise WrongCode(
            _("This code does not fit, or was used already. Wait for the next one on your telephone and type that.")
        )
    return verified


def drop_totp(staff: Staff, code: str, *, by: acts.Actor, now: datetime) -> None:
    """Take back one's own authenticator, proved by one more code of it. Raises WrongCode, CannotChangeTotp."""
    if by.key != staff.actor_key:
        raise CannotChangeTotp(_("Ask the security administrator to reset somebody else's codes."))
    device = check_totp(staff, code)  # outside the transaction: a wrong code must stay counted
    _take_back(staff, "staff.totp_dropped", by, now, device.pk)


def reset_totp(staff: Staff, *, by: acts.Actor, now: datetime) -> None:
    """Take back somebody's authenticator, whose telephone is lost. Needs `staff.manage`; nobody resets their own.

    Whoever sits at an administrator's open session must not get rid of the second factor. Raises CannotChangeTotp.
    """
    require(by, "staff.manage", now=now)
    if by.key == staff.actor_key:
        raise CannotChangeTotp(_("Nobody resets their own codes. Ask the other security administrator."))
    _take_back(staff, "staff.totp_reset", by, now)


def _set_up(staff: Staff, key: bytes, by: acts.Actor, now: datetime, **state: int) -> TOTPDevice:
    with transaction.atomic():
        Staff.objects.select_for_update().get(pk=staff.pk)
        if TOTPDevice.objects.filter(user=staff, confirmed=True).exists():
            raise CannotChangeTotp(_("Codes are set up already. Take the old ones back first."))
        device = TOTPDevice.objects.create(user=staff, name="totp", key=key.hex(), tolerance=TOLERANCE, **state)
        _emit("staff.totp_set_up", staff, by, now)
    return device


def _take_back(staff: Staff, kind: str, by: acts.Actor, now: datetime, device_id: int | None = None) -> None:
    with transaction.atomic():
        devices = TOTPDevice.objects.filter(user=staff)
        deleted, _rows = (devices.filter(pk=device_id) if device_id else devices).delete()
        if not deleted:
            raise CannotChangeTotp(_("No codes are set up for %(name)s.") % {"name": staff.display_zh})
        _emit(kind, staff, by, now)


def _at(hindrance: dict) -> dict[str, str]:
    return {"at": f"{timezone.localtime(hindrance['locked_until']):%H:%M:%S}"}


def _emit(kind: str, staff: Staff, by: acts.Actor, now: datetime) -> None:
    acts.emit(acts.Draft(kind=kind, subject_kind="staff", subject_key=staff.pk, by=by), now=now)
