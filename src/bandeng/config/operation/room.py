"""Room on the disk where the installation's files lie."""

import shutil

from django.conf import settings

AMPLE = 10 * 1024**3
LEAST = 512 * 1024**2  # below it nothing new is taken: uploads, log and database all grow into it


def free() -> int:
    """Give the bytes this user may still write."""
    home = settings.HOME
    while not home.exists():  # nothing was written yet
        home = home.parent
    return shutil.disk_usage(home).free
