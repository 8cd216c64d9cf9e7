"""Who holds which role where."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bandeng.ground.acts import api as acts

from ..authority import require
from ..models import Office, Posting, Role, Staff
from ..permissions import day_of


class CannotPost(ValueError):
    """The person cannot hold this role here; the message says what stands against it."""


class CannotEndPosting(ValueError):
    """The posting has ended already."""


def post_staff(staff: Staff, role: Role, office: Office, *, by: acts.Actor, now: datetime) -> Posting:
    """Give a person a role at an office from today. Needs `staff.manage`; nobody gives a role to themselves.

    The three administrators are three persons (GB/T 22239—2019, 8.1.5: system, audit and security management are
    apart): roles of one exclusive group never meet in one person. Raises CannotPost, NotPermitted.
    """
    require(by, "staff.manage", now=now)
    if by.key == staff.actor_key:
        raise CannotPost(_("Nobody gives themselves a role. Ask the other security administrator."))
    day = day_of(now)
    with transaction.atomic():
        Role.objects.select_for_update().get(pk=role.pk)  # an import locks all roles: neither slips past the other
        held_by = Staff.objects.select_for_update().get(pk=staff.pk)
        _check_can_post(held_by, role, office, day)
        posting = Posting.objects.create(staff=held_by, role=role, office=office, from_on=day)
        _emit("staff.posted", posting, by, now)
    return posting


def end_posting(posting: Posting, *, by: acts.Actor, now: datetime) -> None:
    """End a posting with immediate effect: today is the first day it is no longer held. Needs `staff.manage`."""
    require(by, "staff.manage", now=now)
    # One that would begin later never was: it ends on the day it would have begun.
    until = max(day_of(now), posting.from_on)
    with transaction.atomic():
        if not Posting.objects.filter(pk=posting.pk, until_on__isnull=True).update(until_on=until):
            raise CannotEndPosting(_("This role has ended already. Open the list of staff again."))
        _emit("staff.posting_ended", posting, by, now)
    posting.until_on = until


def _check_can_post(staff: Staff, role: Role, office: Office, day) -> None:
    if not staff.is_active:
        raise CannotPost(_("%(name)s's account is closed; open a new one first.") % {"name": staff.display_zh})
    if not office.is_active:
        raise CannotPost(_("%(office)s is closed; choose the office that took over.") % {"office": office.label_zh})
    open_ones = Posting.objects.filter(staff=staff, until_on__isnull=True).select_related("role")
    held = [posting.role for posting in open_ones]
    if any(posting.role_id == role.pk and posting.office_id == office.pk for posting in open_ones):
        raise CannotPost(_("%(name)s holds this role there already.") % {"name": staff.display_zh})
    if clash := next((other for other in held if role.excludes(other)), None):
        raise CannotPost(
            _("%(name)s is %(held)s: these two administrators must be two persons. Choose somebody else.")
            % {"name": staff.display_zh, "held": clash.label_zh}
        )


def _emit(kind: str, posting: Posting, by: acts.Actor, now: datetime) -> None:
    payload = {"posting": str(posting.pk), "role": posting.role.code, "office": posting.office.code}
    acts.emit(acts.Draft(kind, "staff", posting.staff_id, by, payload), now=now)
