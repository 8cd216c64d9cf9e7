"""Ports, and processes that end together."""

import contextlib
import ctypes
import os
import signal
import socket
import stat
import sys
import tempfile
from pathlib import Path

from .failures import NotReady
from .words import gettext as _

PR_SET_PDEATHSIG = 1


def end_with_parent() -> None:
    """Have the kernel end this process when its parent is gone, however that went. Outlives exec; Linux only."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() == 1:  # it was gone before we asked
            os.kill(os.getpid(), signal.SIGTERM)


def require_free(host: str, port: int, *, is_made: bool = False) -> None:
    """Raise NotReady unless a server can listen there; `is_made`: somebody may have come here by `make run`."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (socket.gaierror, OverflowError):
        raise NotReady(_("%s is no address of this machine.") % f"{host}:{port}", _("Choose another --host.")) from None
    family, kind, protocol, _name, address = found[0]
    with contextlib.closing(socket.socket(family, kind, protocol)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except PermissionError:
            raise NotReady(
                _("Port %d is not for this user.") % port, _("Choose one from 1024 on: --port 8000.")
            ) from None
        except OSError as error:
            raise NotReady(
                _("Port %d is taken by another program.") % port
                if error.errno == 98 or error.errno == 48
                else _("%s is no address of this machine.") % host,
                _("Choose another: --port %(port)d (with make: `make run PORT=%(port)d`).") % {"port": port + 1}
                if error.errno in {98, 48} and is_made
                else _("Choose another: --port %d.") % (port + 1)
                if error.errno in {98, 48}
                else _("Choose another --host."),
            ) from None


def shared_memory(name: str) -> Path:
    """Give an empty directory in memory that only this user may open, the same one at each start.

    In memory, because files mapped into a process end it where a full disk cannot take what it writes. A directory of
    that name that is not ours is left alone: anybody may make one there.
    """
    base = Path(os.environ.get("RUNTIME_DIRECTORY") or "/dev/shm")  # noqa: S108 - what is made there is 0700
    if not os.access(base, os.W_OK):
        base = Path(tempfile.gettempdir())
    path = base / f"bandeng-{os.getuid()}-{name}"
    with contextlib.suppress(FileExistsError):
        path.mkdir(mode=0o700)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        return Path(tempfile.mkdtemp(prefix="bandeng-", dir=base))
    for left in path.iterdir():
        left.unlink()
    return path
