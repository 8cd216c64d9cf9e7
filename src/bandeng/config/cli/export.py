"""`bandeng export`: what everybody may have."""

import argparse
from pathlib import Path

from .failures import NotReady
from .installation import setup_migrated
from .output import print_json, progress
from .words import gettext as _

HELP = _("Write the public log into a directory, for whoever wants to check it elsewhere.")
ABOUT = _(
    "Leaf hashes and signed heads alone: open data, without words, names or codes. With the log's public key anybody\n"
    "checks it by `bandeng verify --log DIR --key FILE`, on any machine, without this installation."
)
EXAMPLE = "bandeng export log --to /mnt/open-data/log-2026-11-23"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    doings = parser.add_subparsers(title=_("what to do"), metavar=_("WHAT"), required=True)
    log = doings.add_parser("log", help=_("tiles of leaf hashes, all signed heads, the latest head"))
    log.description, log.epilog = HELP, parser.epilog
    log.add_argument("--to", required=True, metavar="DIR", help=_("a directory that is empty or not there yet"))
    log.add_argument("--json", action="store_true", help=_("for programs"))


def run(args: argparse.Namespace) -> int:
    setup_migrated()
    from bandeng.engines import merkle
    from bandeng.ground.ledger import api as ledger

    with progress(None, "log") as bar:

        def show(done: int, total: int) -> None:
            bar.total, bar.n = total, done
            bar.refresh()

        try:
            made = ledger.export_log(Path(args.to), progress=show)
        except ledger.NothingPublished:
            raise NotReady(_("The log is still empty."), _("Run `bandeng worker`, and try again.")) from None
        except merkle.MissingHash:
            raise NotReady(_("The database has lost a part of the log."), _("`bandeng verify` says which.")) from None
        except FileExistsError:
            raise NotReady(_("%s is not empty.") % args.to, _("Name a new directory.")) from None
    if args.json:
        print_json(vars(made))
        return 0
    print(
        _("Wrote the log of %(size)d entries into %(to)s: %(tiles)d tiles, %(heads)d signed heads.")
        % {**vars(made), "to": args.to}
    )
    print(_("Total fingerprint %s.") % made.root)
    return 0
