"""`bandeng restore`: an installation again, from a backup and its keys."""

import argparse
import os
from pathlib import Path

from .failures import NotReady
from .installation import setup
from .output import print_json, progress
from .words import gettext as _

HELP = _("Make an installation of a backup, in a new directory.")
ABOUT = _(
    "Looks first whether the backup is whole and its keys are there, and touches nothing that exists. What was erased\n"
    "since the backup is erased again: by the register that lies in the backup, and by the newest one there is\n"
    "(--erasures, or erasures.log in BANDENG_HOME). At the end the log is recomputed. Bring the keys before:\n"
    "`bandeng keys import --from FILE --home DIR`."
)
EXAMPLE = "bandeng restore --from /mnt/backup/2026-11-23 --home /srv/bandeng-new"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--from", dest="source", required=True, metavar="DIR", help=_("the backup"))
    parser.add_argument("--home", required=True, metavar="DIR", help=_("home of the new installation"))
    parser.add_argument("--database", default="", metavar="URL", help=_("its database; PostgreSQL must be named"))
    parser.add_argument("--erasures", default="", metavar="FILE", help=_("the newest register of erasures"))
    parser.add_argument("--json", action="store_true", help=_("for programs"))


def run(args: argparse.Namespace) -> int:
    from bandeng.config import environment
    from bandeng.config.backup import manifest, restoring

    home, folder = Path(args.home).resolve(), Path(args.source).resolve()
    keys = Path(environment.KEYS.value).resolve() if environment.KEYS.value else home / "keys"
    try:
        found = restoring.check_before(folder, home, keys)
        register = restoring.newest_register(args.erasures, environment.HOME.value)
        restoring.adopt(restoring.environment(found, home, keys, args.database, os.environ))
        done = _restored(folder, found, register)
    except (restoring.CannotRestore, manifest.BadBackup) as refused:
        raise NotReady(str(refused), "") from None
    if args.json:
        print_json(vars(done))
    else:
        _tell(args, found, done)
    return 1 if done.broken else 0


def _restored(folder: Path, found, register: Path | None):
    setup()  # not before: settings read their variables once, and those of the new home are known only now
    from bandeng.config.backup import postgresql, restoring
    from bandeng.ground.core import api as core
    from bandeng.ground.core import clock

    with progress(None, "files") as bar:

        def show(number: int, total: int) -> None:
            bar.total, bar.n = total, number
            bar.refresh()

        try:
            return restoring.restore(folder, found, register, now=clock.now(), progress=show)
        except (postgresql.CannotDump, core.erasure_register.BrokenRegister) as refused:
            raise NotReady(str(refused), "") from None


def _tell(args: argparse.Namespace, found, done) -> None:
    print(_("Restored into %(home)s as of %(at)s: %(files)d files.") % {
        "home": done.home, "at": found.made_at, "files": done.files
    })  # fmt: skip
    print(_("Erased again, because it was erased after the backup: %d.") % done.erased_again)
    for each in done.broken:
        print(_("Broken: %s") % each)
    if done.broken:
        print(_("The log is not that of the backup. Do not use this copy; restore another one."))
        return
    print(
        _("The log is whole: %(size)d entries, total fingerprint %(root)s, as when the backup was taken.")
        % {"size": done.ledger_size, "root": done.root[:16]}
    )
    print(_("What was written down after %s is not in it. Say so to those who hold a later receipt.") % found.made_at)
    variables = f"BANDENG_HOME={done.home}" + (f" BANDENG_DATABASE={args.database}" if args.database else "")
    print(_("Go on with: %s") % f"{variables} BANDENG_LOG_ORIGIN={found.log_origin} bandeng check")
