"""The `bandeng` command: one module a subcommand, with `HELP`, `add_arguments(parser)` and `run(args) -> int`.

Modules import nothing heavy at the top: help must come at once, also where nothing is installed yet.
"""

import argparse
import os
import sys
from importlib import import_module
from types import SimpleNamespace
from typing import Any, NoReturn

from bandeng.config import environment

from . import failures, installation
from .words import gettext as _

OK, FINDINGS, USAGE, ENVIRONMENT = 0, 1, 2, 3

# What people type → the module of this package. In the order of a first day.
COMMANDS = {
    "migrate": "migrate",
    "createuser": "createuser",
    "import": "importing",
    "serve": "serve",
    "worker": "worker",
    "check": "check",
    "backup": "backup",
    "restore": "restore",
    "keys": "keys",
    "rotate-key": "rotate_key",
    "learn": "learn",
    "reindex": "reindex",
    "verify": "verify",
    "export": "export",
    "evaluate": "evaluate",
    "demo": "demo",
    "version": "version",
}

# Modules that leave their help and the setting up to this one.
GUESTS = {"createuser": (_("Add a person with a role at an office."), "bandeng createuser --username liqiang")}


def exit_codes() -> str:
    """Say what the exit codes mean."""
    return _("Exit codes: 0 all is well, 1 something was found, 2 wrong usage, 3 the environment is not ready.")


class Parser(argparse.ArgumentParser):
    """argparse with one-line errors and headings in the reader's language."""

    def __init__(self, **more: Any):
        super().__init__(formatter_class=argparse.RawDescriptionHelpFormatter, add_help=False, **more)
        self._positionals.title, self._optionals.title = _("arguments"), _("options")
        self.add_argument("-h", "--help", action="help", help=_("show this help"))

    def error(self, message: str) -> NoReturn:
        failures.say(f"{message}.", _("`%s --help` shows how.") % self.prog)
        raise SystemExit(USAGE)


def describe(parser: argparse.ArgumentParser, module: Any) -> None:
    """Fill a parser from a command's module: what it does, an example, the exit codes."""
    parser.description = "\n\n".join(filter(None, [module.HELP, getattr(module, "ABOUT", "")]))
    heading = _("For example:")
    example = getattr(module, "EXAMPLE", "")
    parser.epilog = "\n\n".join(filter(None, [example and f"{heading}\n  {example}", exit_codes()]))
    module.add_arguments(parser)
    parser.set_defaults(run=module.run)


def parser() -> argparse.ArgumentParser:
    """Build the parser of all commands."""
    main_parser = Parser(
        prog="bandeng",
        description=_(
            "Bandeng: a county and its residents work together.\nBegin with `bandeng demo --serve`, or for an"
            " installation of your own `bandeng migrate`."
        ),
        epilog=exit_codes(),
    )
    commands = main_parser.add_subparsers(title=_("commands"), metavar=_("COMMAND"), required=True)
    for name, module_name in COMMANDS.items():
        module = import_module(f"{__name__}.{module_name}")
        guest = _guest(name, module) if name in GUESTS else module
        describe(commands.add_parser(name, help=guest.HELP), guest)
    return main_parser


def _guest(name: str, module: Any) -> Any:
    def run(args: argparse.Namespace) -> int:
        installation.setup_migrated()
        return module.run(args)

    help_, example = GUESTS[name]
    return SimpleNamespace(HELP=help_, EXAMPLE=example, add_arguments=module.add_arguments, run=run)


def main(argv: list[str] | None = None) -> int:
    """Run a command; give its exit code. Errors are one line and say what to do; details with BANDENG_DEBUG=1."""
    try:
        args = parser().parse_args(argv)
    except SystemExit as end:
        return int(end.code or 0)
    try:
        return args.run(args)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # `bandeng check | head` is no failure
        return OK
    except Exception as error:
        if environment.DEBUG.value == "1":
            raise
        failures.say(*failures.explain(error))
        return ENVIRONMENT
