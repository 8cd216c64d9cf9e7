"""`bandeng rotate-key`: a new key, and everything sealed with the old one sealed anew."""

import argparse

from .installation import setup_migrated
from .output import print_json, progress
from .words import gettext as _

HELP = _("Replace the key of names or of words by a new one, while the site runs.")
ABOUT = _(
    "Makes a new key and seals anew what lies under older ones, in small steps. Stopped in the middle, it goes on\n"
    "when called again, and ends by saying how many are left. The old key stays until `bandeng keys prune`.\n"
    "Export the keys afterwards: the next backup needs the new one. With several hosts the directory must be shared."
)
EXAMPLE = "bandeng rotate-key words --limit 10000"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("purpose", choices=("identity", "words"), help=_("which key"))
    parser.add_argument("--limit", type=int, metavar="N", help=_("seal at most so many anew, the rest another time"))
    parser.add_argument("--json", action="store_true", help=_("for programs"))


def run(args: argparse.Namespace) -> int:
    setup_migrated()
    from bandeng.config import rotation
    from bandeng.ground.core import clock

    with progress(None, args.purpose) as bar:
        done = rotation.rotate(args.purpose, now=clock.now(), limit=args.limit, progress=bar.update)
    if args.json:
        print_json({"key": f"{args.purpose}-{done.number}", **vars(done)})
        return 0
    name = f"{args.purpose}-{done.number}"
    print((_("New key %s.") if done.is_new else _("Going on with key %s.")) % name)
    print(_("Sealed anew: %(done)d. Left under older keys: %(left)d.") % vars(done))
    if done.left:
        print(_("Call the command again to go on."))
    else:
        print(_("Now export the keys; in ten minutes `bandeng keys prune` can take the old one away."))
    return 0
