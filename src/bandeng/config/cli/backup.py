"""`bandeng backup`: a copy of everything but the keys."""

import argparse
from pathlib import Path

from .failures import NotReady
from .installation import setup_migrated
from .output import print_json, progress
from .words import gettext as _

HELP = _("Copy database and files into a new directory, while the site runs.")
ABOUT = _(
    "Keys are never in a backup: the command names those that belong to it, and `bandeng keys export` writes them\n"
    "into a file of its own, to be kept elsewhere. Exit code 1: a file is missing or damaged on this disk."
)
EXAMPLE = "bandeng backup --to /mnt/backup/2026-11-23"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--to", required=True, metavar="DIR", help=_("a directory that is empty or not there yet"))
    parser.add_argument(
        "--with-copy", action="store_true", help=_("PostgreSQL: do without pg_dump, also where it is installed")
    )
    parser.add_argument("--json", action="store_true", help=_("for programs"))


def run(args: argparse.Namespace) -> int:
    setup_migrated()
    from bandeng.config.backup import postgresql, taking
    from bandeng.ground.core import clock

    with progress(None, "files") as bar:

        def show(done: int, total: int) -> None:
            bar.total, bar.n = total, done
            bar.refresh()

        try:
            made = taking.take(Path(args.to).resolve(), now=clock.now, with_copy=args.with_copy, progress=show)
        except taking.CannotBackUp as refused:
            raise NotReady(str(refused), "") from None
        except postgresql.CannotDump as failed:
            raise NotReady(str(failed), _("Try --with-copy, which needs no pg_dump.")) from None
    if args.json:
        print_json(vars(made))
    else:
        _tell(args, made)
    return 1 if made.absent else 0


def _tell(args: argparse.Namespace, made) -> None:
    print(
        _("Backed up into %(to)s: database (%(form)s), %(files)d files, %(bytes)d bytes of files.")
        % {"to": args.to, "form": made.form, "files": made.file_count, "bytes": made.file_bytes}
    )
    print(_("The log has %(size)d entries, total fingerprint %(root)s.") % {
        "size": made.ledger_size, "root": made.ledger_root[:16]
    })  # fmt: skip
    keys = ", ".join(f"{name} {mark}" for name, mark in made.keys.items())
    print(_("Keys needed to restore, and not in it: %s") % keys)
    print(_("Write them into a file of their own with `bandeng keys export --to FILE`, and keep it elsewhere."))
    for path in made.absent:
        print(_("Missing or damaged on this disk: %s") % path)
