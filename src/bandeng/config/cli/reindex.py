"""`bandeng reindex`: this host's search, made anew."""

import argparse
import os

from .failures import NotReady
from .installation import setup_migrated
from .output import print_json, progress
from .processes import end_with_parent
from .words import gettext as _

HELP = _("Make this host's search index anew, while everybody works on.")
ABOUT = _(
    "Pages search the old index until the new one is complete; then one step switches. Broken off at any moment, the\n"
    "old one stays. Needed after places or offices got other names, and where `bandeng check` says so: what is lost\n"
    "or broken the worker makes anew by itself."
)
EXAMPLE = "bandeng reindex"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help=_("for programs"))
    parser.add_argument("--with-parent", action="store_true", help=argparse.SUPPRESS)


def run(args: argparse.Namespace) -> int:
    if args.with_parent:
        end_with_parent()
        os.nice(10)  # nobody waits for it
    setup_migrated()
    from bandeng.speak.casework import api as casework
    from bandeng.speak.lookup import api as lookup

    with progress(casework.Case.objects.count(), "reindex") as bar:
        try:
            done = lookup.reindex(progress=lambda number: bar.update(number - bar.n))
        except lookup.Rebuilding:
            raise NotReady(_("The index is being made anew by another process here."), _("Wait for it.")) from None
    if args.json:
        print_json({"cases": done})
    else:
        print(_("%(cases)d cases are in the index.") % {"cases": done})
    return 0
