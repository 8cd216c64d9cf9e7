"""`bandeng keys`: the key bundle."""

import argparse
import getpass
import sys
from pathlib import Path

from .failures import NotReady
from .output import print_json, table
from .words import gettext as _

HELP = _("List the keys, write them into a sealed file, read them from one, take old ones away.")
ABOUT = _(
    "Whoever has the database and the keys can read everything; whoever has lost the keys can read nothing, for ever.\n"
    "So keep the sealed file apart from the backups, and its passphrase apart from both."
)
EXAMPLE = "bandeng keys export --to /media/usb/qinghe.keys"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    doings = parser.add_subparsers(title=_("what to do"), metavar=_("WHAT"), required=True)
    of = {}
    for name, help_, does in (
        ("list", _("names and fingerprints"), _list),
        ("export", _("write them into a new file, sealed with a passphrase"), _export),
        ("import", _("read them from such a file; never replaces a key"), _import),
        ("prune", _("delete old keys that nothing is sealed with any more"), _prune),
    ):
        of[name] = doings.add_parser(name, help=help_)
        of[name].description, of[name].epilog = help_, parser.epilog
        of[name].add_argument("--json", action="store_true", help=_("for programs"))
        of[name].set_defaults(does=does)
    of["export"].add_argument("--to", required=True, metavar="FILE", help=_("a file that is not there yet"))
    of["import"].add_argument("--from", dest="source", required=True, metavar="FILE", help=_("the sealed file"))
    of["import"].add_argument("--home", metavar="DIR", help=_("home of the installation (default: BANDENG_HOME)"))
    for name in ("export", "import"):
        of[name].add_argument("--passphrase-file", metavar="FILE", help=_("its first line, instead of asking for it"))


def run(args: argparse.Namespace) -> int:
    from bandeng.config.backup.bundle import BadBundle

    try:
        return args.does(args)
    except BadBundle as refused:
        raise NotReady(str(refused), "") from None
    except FileExistsError as refused:
        raise NotReady(_("%s is there already.") % refused.filename, _("Name a new file.")) from None


def _directory(home: str | None = None) -> Path:
    """Give the directory of keys without loading settings, which would make a session key there."""
    from bandeng.config import environment

    if home and not environment.KEYS.value:
        return Path(home).resolve() / "keys"
    return environment.keys_directory()


def _passphrase(args: argparse.Namespace, *, is_new: bool) -> str:
    if args.passphrase_file:
        return Path(args.passphrase_file).read_text(encoding="utf-8").splitlines()[0]
    if not sys.stdin.isatty():
        raise NotReady(_("A passphrase is needed."), _("Name a file that holds it with --passphrase-file."))
    given = getpass.getpass(_("Passphrase (12 characters or more): "))
    if is_new and getpass.getpass(_("Once more: ")) != given:
        raise NotReady(_("The two are not the same."), _("Begin again."))
    return given


def _list(args: argparse.Namespace) -> int:
    from bandeng.ground.core.keys import Keyring

    _show(args, Keyring(_directory()).fingerprints())
    return 0


def _export(args: argparse.Namespace) -> int:
    from bandeng.config.backup import bundle

    _show(args, bundle.export(_directory(), Path(args.to), _passphrase(args, is_new=True)))
    return 0


def _import(args: argparse.Namespace) -> int:
    from bandeng.config.backup import bundle

    _show(args, bundle.import_(Path(args.source), _directory(args.home), _passphrase(args, is_new=False)))
    return 0


def _prune(args: argparse.Namespace) -> int:
    from .installation import setup_migrated

    setup_migrated()
    from bandeng.config import rotation
    from bandeng.ground.core import clock

    gone = rotation.prune(now=clock.now())
    if args.json:
        print_json({"pruned": gone})
    else:
        print(_("Deleted: %s") % (", ".join(gone) or _("none")))
        print(_("Older backups need the keys of their time: keep the sealed files written before."))
    return 0


def _show(args: argparse.Namespace, keys: dict[str, str]) -> None:
    if args.json:
        print_json(keys)
    else:
        print(table((_("key"), _("fingerprint")), keys.items()))
