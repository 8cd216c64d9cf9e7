"""`bandeng createuser`: one person with a role at an office, and what to hand over to them."""

import argparse
import getpass
import sys
from typing import Any

from . import failures
from .installation import setup_migrated
from .output import print_json
from .words import gettext as _

HELP = _("Add a person who works here, with a role at an office.")
ABOUT = _(
    "What is not given is asked for at a terminal. A first password is made up unless one is given; where the role\n"
    "signs in with codes, the secret for the authenticator is shown. Both are shown this once."
)
EXAMPLE = "bandeng createuser --username liqiang --name 李强 --role receptionist --office qzzx"

REFUSED, USAGE = 1, 2
ASKED = ("username", "name", "role", "office")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the flags; what is not given is asked for at a terminal."""
    parser.add_argument("--username", help=_("2 to 40 small letters, digits, dots or hyphens"))
    parser.add_argument("--name", help=_("name, as pages show it"))
    parser.add_argument("--post", default="", help=_("title of the post, if any"))
    parser.add_argument("--role", help=_("code of the role, such as receptionist"))
    parser.add_argument("--office", help=_("code of the office"))
    parser.add_argument("--password", help=_("first password; `-` asks for it unseen (default: made up)"))
    parser.add_argument("--json", action="store_true", help=_("for programs"))


def run(args: argparse.Namespace) -> int:
    """Add the person. Exit codes: 0 done, 1 refused with the reason, 2 something that must be known is missing."""
    setup_migrated()
    from bandeng.ground.directory import api as directory  # Django is set up by now

    if missing := _ask_for(args):
        return _refuse(args, USAGE, _("Say also %s.") % ", ".join(f"--{part}" for part in missing))
    role = directory.Role.objects.filter(code=args.role).first()
    office = directory.Office.objects.filter(code=args.office, is_active=True).first()
    if role is None:
        known = ", ".join(directory.Role.objects.values_list("code", flat=True))
        return _refuse(
            args, REFUSED, _("There is no role %(role)s. Roles: %(known)s.") % {"role": args.role, "known": known}
        )
    if office is None:
        return _refuse(
            args, REFUSED, _("There is no office %s. Look up its code, or import the offices first.") % args.office
        )
    try:
        made = _create(args, role, office)
    except (directory.CannotAddStaff, directory.CannotSetPassword, directory.CannotPost) as refused:
        return _refuse(args, REFUSED, str(refused))
    print_json(made) if args.json else _tell(made)
    return 0


def _ask_for(args: argparse.Namespace) -> list[str]:
    """Ask for what is missing where somebody sits at a terminal; give what is missing still."""
    if args.password == "-":  # noqa: S105 - the sign for asking
        args.password = getpass.getpass(_("First password: "))
    if sys.stdin.isatty() and not args.json:
        for part in ASKED:
            if not getattr(args, part):
                setattr(args, part, input(f"{part}: ").strip())
    return [part for part in ASKED if not getattr(args, part)]


def _create(args: argparse.Namespace, role: Any, office: Any) -> dict[str, str]:
    from django.conf import settings

    from bandeng.faces.desk.passwords import new_password
    from bandeng.ground.acts import api as acts
    from bandeng.ground.core import clock
    from bandeng.ground.directory import api as directory

    by, now = acts.system("setup"), clock.now()
    password = args.password or new_password()
    staff = directory.add_staff(args.username, args.name, args.post, password, by=by, now=now)
    directory.post_staff(staff, role, office, by=by, now=now)
    made = {"username": staff.username, "name": staff.display_zh, "role": role.code, "office": office.code}
    if not args.password:
        made["password"] = password
    if role.is_totp_required:
        key = directory.issue_totp(staff, by=by, now=now)
        made["totp_uri"] = directory.totp_uri(staff, key, f"{settings.COUNTY}板凳")
        made["totp_secret"] = directory.spoken_key(key)
    return made


def _tell(made: dict[str, str]) -> None:
    print(_("%(name)s (%(username)s) is %(role)s at %(office)s.") % made)
    if "password" in made:
        print(_("First password, shown this once: %s") % made["password"])
    print(_("The first sign-in asks for a new password."))
    if "totp_uri" in made:
        print(_("This role signs in with codes. Type this into an authenticator, or draw the address as a QR code:"))
        print(f"  {made['totp_secret']}\n  {made['totp_uri']}")


def _refuse(args: argparse.Namespace, code: int, why: str) -> int:
    if args.json:
        print_json({"error": why})
    else:
        failures.say(why)
    return code
