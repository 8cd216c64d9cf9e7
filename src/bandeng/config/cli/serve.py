"""`bandeng serve`: the web pages."""

import argparse
import json
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

# Of glibc, which reads them when the server starts: without the second, what a request needs for a moment (tables of
# weights, megabytes) raises the size up to which memory stays in the process for good. 40 MiB less after 500 requests.
MEMORY = {"MALLOC_ARENA_MAX": "1", "MALLOC_MMAP_THRESHOLD_": str(256 * 1024)}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help=_("address to listen on (default: %(default)s)"))
    parser.add_argument("--port", type=int, default=8000, help=_("port to listen on (default: %(default)s)"))
    parser.add_argument(
        "--workers",
        type=int,
        default=1,
        help=_("processes; one for each core, about 130 MB each (default: %(default)s)"),
    )
    parser.add_argument("--with-parent", action="store_true", help=argparse.SUPPRESS)


def run(args: argparse.Namespace) -> int:
    if args.with_parent:
        processes.end_with_parent()
    processes.require_free(args.host, args.port)
    setup_migrated()
    from bandeng.ground.core.logging import server_configuration

    from .static import collect

    collect()
    shared = processes.shared_memory(f"web-{args.port}")
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(shared)  # where the processes add up what they count
    for name, value in MEMORY.items():
        os.environ.setdefault(name, value)
    log_config = shared / "logging.json"
    log_config.write_text(json.dumps(server_configuration()))
    # Replaced by the server, so that the supervisor carries neither Django nor what was loaded to look round.
    server = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", args.host, "--port", str(args.port),
        "--workers", str(max(1, args.workers)), "--blocking-threads", "4", "--no-ws", "--respawn-failed-workers",
        "--workers-kill-timeout", "10", "--log-level", "error", "--log-config", str(log_config), "--no-access-log",
        "bandeng.config.wsgi:application",
    ]  # fmt: skip
    if not args.with_parent:
        print(_("Bandeng is at http://%(host)s:%(port)d (Ctrl-C ends it).") % vars(args), flush=True)
    os.execv(sys.executable, server)  # noqa: S606 - our own interpreter and arguments, no shell
