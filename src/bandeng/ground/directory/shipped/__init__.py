"""Rows that every installation begins with."""

import tomllib
from pathlib import Path

ROLES = Path(__file__).parent / "roles.toml"


def load_roles(role_model) -> int:
    """Write the shipped roles, new or changed, by code; give how many. `role_model` may be a migration's."""
    roles = tomllib.loads(ROLES.read_text(encoding="utf-8"))
    for code, fields in roles.items():
        role_model.objects.update_or_create(
            code=code, defaults={"exclusive_group": "", "is_totp_required": False, **fields}
        )
    return len(roles)
