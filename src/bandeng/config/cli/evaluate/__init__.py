"""`bandeng evaluate`: how good an engine is, on files that a county has itself.

One module a measure, with `HELP`, `ABOUT`, `EXAMPLE`, `add_arguments(parser)`, `run(args) -> int`. Needs no database.
"""

import argparse
from importlib import import_module
from importlib.util import find_spec

from ..words import gettext as _

HELP = _("Measure on files how well the engines read messages.")
ABOUT = _("Nothing is written, and nobody's text is printed: only counts and measures.")
EXAMPLE = "bandeng evaluate dispatch --train labelled.csv --taxonomy taxonomy.csv --json"

MEASURES = ("dispatch", "likes", "merge", "masking", "findings")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    from .. import describe

    kinds = parser.add_subparsers(title=_("measures"), metavar=_("MEASURE"), required=True)
    for name in MEASURES:
        if find_spec(f"{__name__}.{name}"):
            module = import_module(f"{__name__}.{name}")
            describe(kinds.add_parser(name, help=module.HELP), module)


def run(args: argparse.Namespace) -> int:
    raise AssertionError("argparse requires a measure")
