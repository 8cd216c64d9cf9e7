"""What somebody may do, at which offices: computed from the postings they hold on the day."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from bandeng.ground.core import api as core

from .models import Office, Posting, Staff

SHANGHAI = ZoneInfo("Asia/Shanghai")


class NotPermitted(PermissionDenied):
    """The person holds no role with this permission at this office."""


def day_of(now: datetime) -> date:
    """Give the Shanghai day of an aware datetime."""
    return now.astimezone(SHANGHAI).date()


@dataclass(frozen=True)
class Grant:
    """One posting as far as permissions go."""

    role: str
    office_id: UUID
    permissions: frozenset[str]
    is_totp_required: bool


@dataclass(frozen=True)
class Permissions:
    """All that one person may do on one day. Load it once a request."""

    staff_id: UUID | None
    grants: tuple[Grant, ...] = ()

    def has(self, perm: str, office_id: UUID | None = None) -> bool:
        """Tell whether the person has `perm` at the office, or anywhere where none is named."""
        return any(perm in g.permissions and office_id in (None, g.office_id) for g in self.grants)

    def offices(self, perm: str) -> frozenset[UUID]:
        """Give the offices at which the person has `perm`."""
        return frozenset(g.office_id for g in self.grants if perm in g.permissions)

    @cached_property
    def office_ids(self) -> frozenset[UUID]:
        """The offices the person works at, in whatever role."""
        return frozenset(g.office_id for g in self.grants)

    @cached_property
    def roles(self) -> frozenset[str]:
        """The codes of the person's roles."""
        return frozenset(g.role for g in self.grants)

    @cached_property
    def must_use_totp(self) -> bool:
        """Whether one of the roles asks for a one-time code at sign-in."""
        return any(g.is_totp_required for g in self.grants)


_HELD = core.Prepared(
    lambda day, staff: (
        Posting.objects.held_on(day)
        .filter(staff_id=staff, office__is_active=True)
        .order_by("id")
        .values_list("role__code", "office_id", "role__permissions", "role__is_totp_required")
    ),
    date,
    UUID,
)


def permissions_of(staff: Staff, now: datetime) -> Permissions:
    """Load what a person may do on the Shanghai day of `now`, with one query; nothing for closed staff and offices."""
    if not getattr(staff, "is_active", False) or staff.pk is None:
        return Permissions(staff.pk)
    rows = _HELD.rows(day_of(now), staff.pk)
    return Permissions(staff.pk, tuple(Grant(role, office, frozenset(p), totp) for role, office, p, totp in rows))


def check(permissions: Permissions, perm: str, office: Office | UUID | None = None) -> None:
    """Raise NotPermitted unless the person has `perm` at the office (anywhere, where none is named)."""
    office_id = office.pk if isinstance(office, Office) else office
    if not permissions.has(perm, office_id):
        raise NotPermitted(
            _("Your roles at this office do not include this (%(perm)s). Ask your office's security administrator.")
            % {"perm": perm}
        )
