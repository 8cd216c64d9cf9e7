"""Who holds the pen: a member of staff, the resident with the receipt, or the clock."""

import uuid
from dataclasses import dataclass

from bandeng.ground.acts import api as acts
from bandeng.ground.directory import api as directory


@dataclass(frozen=True)
class Hand:
    """One hand. `kind` is staff, resident, clock or import; a resident's hand reaches one case only."""

    kind: str
    key: str
    permissions: directory.Permissions | None = None
    case_key: uuid.UUID | None = None

    def may(self, permission: str, office_key: uuid.UUID) -> bool:
        """Tell whether a member of staff has a permission at an office; never true of others."""
        return self.permissions is not None and self.permissions.has(permission, office_key)

    def actor(self, office_key: uuid.UUID | None = None) -> acts.Actor:
        """Give the actor for an act done for an office."""
        return acts.Actor(self.key, office_key)


def staff(permissions: directory.Permissions) -> Hand:
    """Give the hand of somebody signed in."""
    return Hand("staff", f"staff:{permissions.staff_id}", permissions)


def resident(case_key: uuid.UUID) -> Hand:
    """Give the hand of whoever holds the receipt of a case."""
    return Hand("resident", "resident", case_key=case_key)


ON_THE_WEB = Hand("resident", "resident")
CLOCK = Hand("clock", "system:clock")
IMPORT = Hand("import", "system:import")
