from django.db import models

from bandeng.ground.core import api as core


class Role(models.Model):
    """A named set of permissions. Rows are shipped in shipped/roles.toml."""

    id = models.UUIDField(primary_key=True, default=core.new_id, editable=False)
    code = models.CharField(max_length=40, unique=True)
    label_zh = models.CharField(max_length=40)
    label_en = models.CharField(max_length=60)
    permissions = models.JSONField(default=list)  # ["case.register", …]
    # Roles of one non-empty group exclude one another in one person (GB/T 22239: the three administrators).
    exclusive_group = models.CharField(max_length=40, blank=True)
    is_totp_required = models.BooleanField(default=False)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.label_zh

    def excludes(self, other: "Role") -> bool:
        """Tell whether one person may not hold both roles."""
        return bool(self.exclusive_group) and self.exclusive_group == other.exclusive_group and self.code != other.code
