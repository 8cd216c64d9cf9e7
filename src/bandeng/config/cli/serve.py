"""`bandeng serve`: the web pages."""

import argparse
import os
import sys

from . import processes
from .installation import setup_migrated
from .words import gettext as _

HELP = _("Serve the web pages.")
ABOUT = _(
    "Listens on this machine alone unless told otherwise; put a proxy with TLS before it (BANDENG_HTTPS=1). Needs\n"
    "`bandeng worker` beside it. Ctrl-C or SIGTERM: requests that have begun are answered first."
)
EXAMPLE = "bandeng serve --port 8080 --workers 2"

# Read when the server starts. Of glibc: without the second, what a request needs for a moment (tables of weights,
# megabytes) raises the size up to which memory stays in the process for good; 40 MiB less after 500 requests. Without
# the third, which the second pins at an eighth of a megabyte, a page of fifty rows gives its memory back and takes it
# again, a hundred faults each time. Of the library below NumPy: a request has one thread, and a process that forks has
# no other.
SERVER_ENVIRONMENT = {
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": str(256 * 1024),
    "MALLOC_TRIM_THRESHOLD_": str(4 * 1024 * 1024),
    "OPENBLAS_NUM_THREADS": "1",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help=_("address to listen on (default: %(default)s)"))
    parser.add_argument("--port", type=int, default=8000, help=_("port to listen on (default: %(default)s)"))
    parser.add_argument(
        "--workers",
        type=int,
        default=1,
        help=_("processes; one for each core; one takes about 190 MB, each further one 60 (default: %(default)s)"),
    )
    parser.add_argument("--with-parent", action="store_true", help=argparse.SUPPRESS)


def run(args: argparse.Namespace) -> int:
    if args.with_parent:
        processes.end_with_parent()
    processes.require_free(args.host, args.port)
    setup_migrated()
    from .static import collect

    collect()
    # Where the processes add up what they count.
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(processes.shared_memory(f"web-{args.port}"))
    for name, value in SERVER_ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    if not args.with_parent:
        print(_("Bandeng is at http://%(host)s:%(port)d (Ctrl-C ends it).") % vars(args), flush=True)
    # Replaced by the server, which reads its environment as it starts and carries nothing of what was loaded to look
    # round.
    os.execv(sys.executable, server(args.host, args.port, max(1, args.workers)))  # noqa: S606 - ours, no shell


def server(host: str, port: int, workers: int) -> list[str]:
    """Give the command that serves, from where this one has seen that everything is there."""
    return [sys.executable, "-m", "bandeng.config.web", host, str(port), str(workers)]
