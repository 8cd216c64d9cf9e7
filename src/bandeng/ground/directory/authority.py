from datetime import datetime
from uuid import UUID

from bandeng.ground.acts import api as acts

from .models import Staff
from .permissions import check, permissions_of


def require(by: acts.Actor, perm: str, *, now: datetime) -> None:
    """Raise NotPermitted unless the actor is the installation itself or staff with `perm` somewhere."""
    kind, _, key = by.key.partition(":")
    if kind == "system":
        return
    staff = Staff.objects.filter(pk=UUID(key)).first() if kind == "staff" else None
    check(permissions_of(staff or Staff(is_active=False), now), perm)
