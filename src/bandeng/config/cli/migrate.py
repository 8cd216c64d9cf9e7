"""`bandeng migrate`: set the database up for this version."""

import argparse
import time

from .failures import NotReady, say
from .installation import setup, unapplied
from .output import print_json
from .words import gettext as _

HELP = _("Set up the database for this version, with laws, limits, procedures, roles and the calendar as shipped.")
ABOUT = _(
    "Safe to run again: what is there already is left alone, and what the county changed stays changed. Run it once\n"
    "after installing and after every update, before `serve` and `worker`."
)
EXAMPLE = "bandeng migrate"

# A change of a table waits for whoever uses it, and all who come later wait behind it: so it waits shortly, lets them
# through, and tries again. Shorter than the second after which the server would give up one of the others instead.
PATIENCE_MS, TRIES, BREATH_S = 300, 100, 0.5
IN_USE = {"55P03", "40P01"}  # PostgreSQL: lock_not_available, deadlock_detected


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help=_("for programs"))


def run(args: argparse.Namespace) -> int:
    setup()
    from django.conf import settings
    from django.db import connection

    settings.HOME.mkdir(parents=True, exist_ok=True)
    settings.KEYRING.make_all()
    applied = unapplied()
    migrate_beside_others()
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


def migrate_beside_others() -> None:
    """Migrate while others use the tables; whatever has to wait for them longer is tried again. Raises NotReady."""
    from django.core.management import call_command
    from django.db import OperationalError, connection

    for n in range(TRIES):
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('lock_timeout', %s, false)", [f"{PATIENCE_MS}ms"])
        try:
            return call_command("migrate", verbosity=0, interactive=False)
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", None) not in IN_USE:
                raise
            if n == 0:
                say(_("The tables are in use; waiting for a moment without anybody."))
        finally:
            if connection.vendor == "postgresql" and connection.connection and not connection.connection.closed:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT set_config('lock_timeout', '0', false)")
        time.sleep(BREATH_S)
    raise NotReady(
        _("Something has been using the tables the whole time."), _("Stop the worker and long reports, and try again.")
    )


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
