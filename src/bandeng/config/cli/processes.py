"""Ports, and processes that end together."""

import contextlib
import ctypes
import os
import signal
import socket
import sys

from .failures import NotReady
from .words import gettext as _

PR_SET_PDEATHSIG = 1


def end_with_parent() -> None:
    """Have the kernel end this process when its parent is gone, however that went. Outlives exec; Linux only."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() == 1:  # it was gone before we asked
            os.kill(os.getpid(), signal.SIGTERM)


def require_free(host: str, port: int) -> None:
    """Raise NotReady unless a server can listen there."""
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
                _("Choose another: --port %d.") % (port + 1)
                if error.errno in {98, 48}
                else _("Choose another --host."),
            ) from None
