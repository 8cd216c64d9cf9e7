from ..importing import import_rows
from .postings import CannotEndPosting, CannotPost, end_posting, post_staff
from .staff import CannotAddStaff, CannotSetPassword, add_staff, deactivate_staff, set_password

__all__ = [
    "CannotAddStaff",
    "CannotEndPosting",
    "CannotPost",
    "CannotSetPassword",
    "add_staff",
    "deactivate_staff",
    "end_posting",
    "import_rows",
    "post_staff",
    "set_password",
]
