"""`bandeng worker`: do what is periodic or slow."""

import argparse

from .installation import setup_migrated
from .words import gettext as _

HELP = _("Watch limits, send messages, clean files and write the public log, until stopped.")
ABOUT = _(
    "One is enough; more do no harm. Without a worker nothing is lost, but nobody is reminded and nothing is sent.\n"
    "Ctrl-C or SIGTERM: what has begun is finished first."
)
EXAMPLE = "bandeng worker --once"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--once", action="store_true", help=_("do what is due now, and end"))
    parser.add_argument("--with-parent", action="store_true", help=argparse.SUPPRESS)


def run(args: argparse.Namespace) -> int:
    setup_migrated()
    from bandeng.config import worker

    if args.with_parent:
        from .processes import end_with_parent

        end_with_parent()
    failing = worker.run(worker.tasks(), worker.stop_on_signals(), once=args.once)
    return 1 if failing else 0
