"""People and their passwords."""

from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from bandeng.ground.acts import api as acts

from ..authority import require
from ..models import Posting, Staff
from ..permissions import day_of


class CannotAddStaff(ValueError):
    """The user name, name or password cannot be used; the message says what to write instead."""


class CannotSetPassword(ValueError):
    """The password is too weak or not this person's to set; the message says what to do."""


def add_staff(username: str, display: str, post: str, password: str, *, by: acts.Actor, now: datetime) -> Staff:
    """Add a person with a first password, which they must replace at their first sign-in. Needs `staff.manage`.

    Raises CannotAddStaff, CannotSetPassword, NotPermitted.
    """
    require(by, "staff.manage", now=now)
    staff = Staff(username=username, display_zh=display, post_zh=post)
    try:
        staff.clean_fields(exclude=["password"])
    except ValidationError as wrong:
        raise CannotAddStaff(" ".join(wrong.messages)) from wrong
    staff.password = _encoded(password, staff)
    try:
        with transaction.atomic():
            staff.save(force_insert=True)
            _emit("staff.added", staff, by, now)
    except IntegrityError:
        raise CannotAddStaff(_("The user name %(name)s is taken; choose another.") % {"name": username}) from None
    return staff


def set_password(staff: Staff, password: str, *, by: acts.Actor, now: datetime) -> None:
    """Set a password: one's own for good, somebody else's (`staff.manage`) until their next sign-in.

    Sessions opened with the old password end, since Django derives their key from it.
    """
    is_own = by.key == staff.actor_key
    if not is_own:
        require(by, "staff.manage", now=now)
    encoded = _encoded(password, staff)
    with transaction.atomic():
        Staff.objects.filter(pk=staff.pk).update(password=encoded, is_password_temporary=not is_own)
        _emit("staff.password_set", staff, by, now, {"own": is_own})
    staff.password, staff.is_password_temporary = encoded, not is_own


def deactivate_staff(staff: Staff, *, by: acts.Actor, now: datetime) -> None:
    """Close a person's account and end their postings today. Rows stay: what they did keeps its author."""
    require(by, "staff.manage", now=now)
    with transaction.atomic():
        Staff.objects.filter(pk=staff.pk).update(is_active=False)
        today, open_ones = day_of(now), Posting.objects.filter(staff=staff, until_on__isnull=True)
        count = open_ones.filter(from_on__gt=today).update(until_on=F("from_on"))  # would have begun later: never was
        count += open_ones.update(until_on=today)
        _emit("staff.deactivated", staff, by, now, {"postings": count})
    staff.is_active = False


def _encoded(password: str, staff: Staff) -> str:
    """Check and hash a password, outside any transaction: hashing takes longer than one may last."""
    try:
        validate_password(password, staff)
    except ValidationError as wrong:
        raise CannotSetPassword(" ".join(wrong.messages)) from wrong
    return make_password(password)


def _emit(kind: str, staff: Staff, by: acts.Actor, now: datetime, payload: dict | None = None) -> None:
    acts.emit(acts.Draft(kind=kind, subject_kind="staff", subject_key=staff.pk, by=by, payload=payload or {}), now=now)
