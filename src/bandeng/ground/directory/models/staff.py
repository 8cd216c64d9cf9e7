from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from bandeng.ground.core import api as core

USERNAME_PATTERN = r"^[a-z][a-z0-9._-]{1,39}\Z"
valid_username = RegexValidator(
    USERNAME_PATTERN, _("Write the user name with 2 to 40 small letters, digits, dots or hyphens.")
)


class StaffManager(BaseUserManager["Staff"]):
    """Finds staff by user name for signing in. People are added by `services.add_staff` alone."""


class Staff(AbstractBaseUser):
    """A person who works here. Name and post title are those of a public post, not private data.

    What somebody may do stands in their postings; there is no superuser and no `is_staff`.
    """

    id = models.UUIDField(primary_key=True, default=core.new_id, editable=False)
    username = models.CharField(max_length=40, unique=True, validators=[valid_username])
    display_zh = models.CharField(max_length=40)
    post_zh = models.CharField(max_length=60, blank=True)
    is_active = models.BooleanField(default=True)
    # The one who sets a first password knows it: it must be replaced at the first sign-in.
    is_password_temporary = models.BooleanField(default=True)
    last_login = None  # no log-in statistics (国办函〔2026〕12号); sign-ins stand in the audit trail alone

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["display_zh"]

    objects = StaffManager()

    class Meta:
        ordering = ["username"]

    def __str__(self) -> str:
        return self.display_zh

    @property
    def actor_key(self) -> str:
        """Name this person in acts."""
        return f"staff:{self.pk}"
