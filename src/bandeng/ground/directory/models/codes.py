"""What a code in the county's tables may look like."""

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

# No slash, so that a path made of codes can be taken apart again; no upper case, so that codes typed by hand agree.
CODE_PATTERN = r"^[a-z0-9][a-z0-9._-]*\Z"
CODE_LENGTH = 40

valid_code = RegexValidator(
    CODE_PATTERN,
    _("Write the code with small letters, digits, dots, hyphens or underscores, beginning with a letter or digit."),
)
