"""`bandeng createuser`: one person with a role at an office, and what to hand over to them.

Exit codes: 0 the person is there; 1 refused, with the reason; 2 something that must be known was not given.
"""

import argparse
import getpass
import json
import sys

PARTS = ("username", "name", "role", "office")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the flags; what is not given is asked for at a terminal."""
    parser.add_argument("--username", help="2 to 40 small letters, digits, dots or hyphens")
    parser.add_argument("--name", help="name of the person, as shown on pages")
    parser.add_argument("--post", default="", help="title of the post, if any")
    parser.add_argument("--role", help="code of the role, e.g. receptionist")
    parser.add_argument("--office", help="code of the office")
    parser.add_argument("--password", help="first password; made up when left out (`-`: typed unseen)")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of sentences")


def run(args: argparse.Namespace) -> int:
    """Add the person; print the first password and, where the role asks for codes, the secret, both for this once."""
    from bandeng.ground.directory import api as directory  # Django is set up by now

    if missing := _ask_for_missing(args):
        return _refuse(args, 2, f"Say also {', '.join(f'--{part}' for part in missing)}.")
    role = directory.Role.objects.filter(code=args.role).first()
    office = directory.Office.objects.filter(code=args.office, is_active=True).first()
    if role is None:
        known = ", ".join(directory.Role.objects.values_list("code", flat=True))
        return _refuse(args, 1, f"There is no role {args.role!r}. Roles: {known}.")
    if office is None:
        return _refuse(args, 1, f"There is no office {args.office!r}. Import the offices first, or look up its code.")
    try:
        made = _create(args, role, office)
    except (directory.CannotAddStaff, directory.CannotSetPassword, directory.CannotPost) as refused:
        return _refuse(args, 1, str(refused))
    _tell(args, made)
    return 0


def _ask_for_missing(args: argparse.Namespace) -> list[str]:
    if args.password == "-":  # noqa: S105 - the sign for asking
        args.password = getpass.getpass("First password: ")
    is_asked = sys.stdin.isatty() and not args.json
    for part in PARTS:
        if not getattr(args, part) and is_asked:
            setattr(args, part, input(f"{part}: ").strip())
    return [part for part in PARTS if not getattr(args, part)]


def _create(args: argparse.Namespace, role, office) -> dict:
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


def _tell(args: argparse.Namespace, made: dict) -> None:
    if args.json:
        print(json.dumps(made, ensure_ascii=False))
        return
    print(f"{made['name']} ({made['username']}) is {made['role']} at {made['office']}.")
    if "password" in made:
        print(f"First password, shown this once: {made['password']}")
    print("The first sign-in asks for a new password.")
    if "totp_uri" in made:
        print("This role signs in with codes. Secret for the authenticator, shown this once:")
        print(f"  {made['totp_secret']}\n  {made['totp_uri']}")


def _refuse(args: argparse.Namespace, code: int, why: str) -> int:
    if args.json:
        print(json.dumps({"error": why}, ensure_ascii=False))
    else:
        print(why, file=sys.stderr)
    return code
