"""Take off the disk what no row speaks of: uploads given up, originals of cleaned files, drafts of a power cut."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from django.conf import settings

from bandeng.ground.core import api as core

from ..models import StoredFile

GRACE = timedelta(days=1)
BATCH = 200
BACKUP = "backup"  # the lease a backup holds while it copies


def is_backup_running(now: datetime) -> bool:
    """Tell whether somebody copies files just now. Ask after the row has changed: a later backup sees that change."""
    return core.Lease.objects.filter(name=BACKUP, expires_at__gt=now).exists()


def _old_files(before: datetime) -> Iterator[Path]:
    root = Path(settings.FILES_DIR)
    if not root.is_dir():
        return
    for folder in sorted(root.iterdir()):
        for file in sorted(folder.iterdir()) if folder.is_dir() else ():
            if datetime.fromtimestamp(file.stat().st_mtime, UTC) < before:
                yield file


def sweep_orphans(*, now: datetime, older_than: timedelta = GRACE) -> int:
    """Remove files without a row that were written before `now - older_than`; give how many.

    The grace is what keeps a file alive between its fsync and the commit of its row.
    """
    root, removed = Path(settings.FILES_DIR), 0
    files = _old_files(now - older_than)
    while batch := list(islice(files, BATCH)):
        if is_backup_running(now):
            break
        by_path = {file.relative_to(root).as_posix(): file for file in batch}
        known = set(StoredFile.objects.filter(path__in=by_path).values_list("path", flat=True))
        for path in by_path.keys() - known:
            by_path[path].unlink(missing_ok=True)
            removed += 1
    return removed
