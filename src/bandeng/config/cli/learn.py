"""`bandeng learn`: what is suggested beside a case, learned anew."""

import argparse

from .installation import setup_migrated
from .output import print_json, table
from .words import gettext as _

HELP = _("Learn anew which office and topic a matter belongs to, from where cases went.")
ABOUT = _(
    "The worker does it every night. From masked words alone; with no case yet, from the words of the topics and duty\n"
    "lists. Former states of learning are kept for two weeks: the page about suggestions goes back to one."
)
EXAMPLE = "bandeng learn"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help=_("for programs"))


def run(args: argparse.Namespace) -> int:
    setup_migrated()
    from bandeng.ground.core import clock
    from bandeng.speak.suggestions import api as suggestions

    made = [model for subject in suggestions.SUBJECTS if (model := suggestions.learn(subject, now=clock.now()))]
    states = [
        {"subject": m.subject, "number": m.number, "examples": m.examples, "is_in_use": m.is_in_use, **m.figures}
        for m in made
    ]
    if args.json:
        print_json(states)
        return 0
    if not made:
        print(_("Nothing to learn from yet: bring in offices, topics and duty lists first (`bandeng import`)."))
        return 0
    rows = [(m.subject, m.number, m.examples, _("in use") if m.is_in_use else _("kept")) for m in made]
    print(table((_("subject"), _("state"), _("examples"), _("use")), rows))
    return 0
