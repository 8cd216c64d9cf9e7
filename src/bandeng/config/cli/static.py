"""Gather style sheets and scripts where the web process serves them from, when they changed."""

import hashlib
from pathlib import Path

MARK = ".gathered"


def collect() -> bool:
    """Gather static files with far-future names unless nothing changed since; tell whether it was done."""
    from django.conf import settings
    from django.core.management import call_command

    if settings.DEBUG:
        return False  # served from where they lie
    mark = Path(settings.STATIC_ROOT) / MARK
    state = _state()
    if mark.exists() and mark.read_text() == state:
        return False
    call_command("collectstatic", verbosity=0, interactive=False, clear=mark.parent.exists())
    mark.write_text(state)
    return True


def _state() -> str:
    """Digest names, sizes and times of all static files."""
    from django.contrib.staticfiles.finders import get_finders

    lines = []
    for finder in get_finders():
        for name, storage in finder.list(None):
            found = Path(storage.path(name)).stat()
            lines.append(f"{getattr(storage, 'prefix', '')}/{name} {found.st_size} {found.st_mtime_ns}")
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()
