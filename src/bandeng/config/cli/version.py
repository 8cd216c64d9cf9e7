"""`bandeng version`: what is installed."""

import argparse
import platform
from importlib.metadata import version as installed

from .output import print_json
from .words import gettext as _

HELP = _("Say which version this is.")
EXAMPLE = "bandeng version --json"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help=_("for programs"))


def run(args: argparse.Namespace) -> int:
    versions = {
        "bandeng": installed("bandeng"),
        "django": installed("django"),
        "python": platform.python_version(),
    }
    if args.json:
        print_json(versions)
    else:
        print(f"Bandeng {versions['bandeng']} (Django {versions['django']}, Python {versions['python']})")
    return 0
