"""`bandeng migrate`: set the database up for this version."""

import argparse

from .installation import setup, unapplied
from .output import print_json
from .words import gettext as _

HELP = _("Set up the database for this version, with laws, limits, procedures, roles and the calendar as shipped.")
ABOUT = _(
    "Safe to run again: what is there already is left alone, and what the county changed stays changed. Run it once\n"
    "after installing and after every update, before `serve` and `worker`."
)
EXAMPLE = "bandeng migrate"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help=_("for programs"))


def run(args: argparse.Namespace) -> int:
    setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    settings.HOME.mkdir(parents=True, exist_ok=True)
    settings.KEYRING.make_all()
    applied = unapplied()
    call_command("migrate", verbosity=0, interactive=False)
    done = {
        "database": f"{connection.vendor} {connection.settings_dict['NAME']}",
        "migrations": applied,
        "shipped": shipped(),
        "keys": str(settings.KEYRING.directory),
    }
    if args.json:
        print_json(done)
    else:
        _tell(done)
    return 0


def shipped() -> dict[str, int | str]:
    """Count the data that migrations brought."""
    from bandeng.ground.clocks import api as clocks
    from bandeng.ground.directory import api as directory
    from bandeng.ground.policies import api as policies

    clocks.forget()
    policies.forget()
    return {
        "laws": policies.Law.objects.count(),
        "parameters": policies.Parameter.objects.count(),
        "procedures": policies.Procedure.objects.count(),
        "roles": directory.Role.objects.count(),
        "calendar_until": clocks.covers_until().isoformat(),
    }


def _tell(done: dict) -> None:
    print(_("Database: %s") % done["database"])
    if done["migrations"]:
        print(_("Applied %d migrations.") % len(done["migrations"]))
    else:
        print(_("Nothing to apply: it was up to date."))
    print(
        _(
            "Shipped data: %(laws)d laws, %(parameters)d limits, %(procedures)d procedures, %(roles)d roles, calendar"
            " until %(calendar_until)s."
        )
        % done["shipped"]
    )
    print(_("Keys: %s (keep a copy apart from the database; without them nothing can be read)") % done["keys"])
