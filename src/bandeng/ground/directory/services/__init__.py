from ..importing import import_rows
from .postings import CannotEndPosting, CannotPost, end_posting, post_staff
from .staff import CannotAddStaff, CannotSetPassword, add_staff, deactivate_staff, set_password
from .totp import (
    CannotChangeTotp,
    WrongCode,
    check_totp,
    drop_totp,
    enrol_totp,
    issue_totp,
    new_totp_key,
    reset_totp,
    spoken_key,
    totp_device,
    totp_uri,
)

__all__ = [
    "CannotAddStaff",
    "CannotChangeTotp",
    "CannotEndPosting",
    "CannotPost",
    "CannotSetPassword",
    "WrongCode",
    "add_staff",
    "check_totp",
    "deactivate_staff",
    "drop_totp",
    "end_posting",
    "enrol_totp",
    "import_rows",
    "issue_totp",
    "new_totp_key",
    "post_staff",
    "reset_totp",
    "set_password",
    "spoken_key",
    "totp_device",
    "totp_uri",
]
