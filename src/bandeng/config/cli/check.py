"""`bandeng check`: does everything agree?"""

import argparse
from collections.abc import Iterator

from .installation import setup, unapplied
from .output import print_json, progress, table
from .words import gettext as _

HELP = _("Look whether the installation is in order: cases, clocks, log, messages, files, keys.")
ABOUT = _(
    "Changes nothing and may run beside the site, every hour if you like. It asks whether things agree with one\n"
    "another; `bandeng verify` proves that nothing was changed. Warnings alone leave the exit code at 0."
)
EXAMPLE = "bandeng check --deploy"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--deploy", action="store_true", help=_("ask also whether it is set up as a county needs it"))
    parser.add_argument("--json", action="store_true", help=_("for programs"))


def run(args: argparse.Namespace) -> int:
    setup()
    from bandeng.config.checks.framework import Finding
    from bandeng.ground.core import clock

    if missing := unapplied():
        message = _("Run `bandeng migrate`.")
        findings = [Finding("migration-missing", name, message) for name in missing]
    else:
        findings = list(_findings(clock.now()))
    if args.deploy:
        from bandeng.config.checks import deployment

        findings += deployment.findings(clock.now(), has_database=not missing)
    errors = [finding for finding in findings if not finding.is_warning]
    if args.json:
        print_json({"is_clean": not errors, "findings": [vars(finding) for finding in findings]})
    else:
        _tell(findings, len(errors))
    return 1 if errors else 0


def _findings(now) -> Iterator:
    from bandeng.config.checks import CHECKS

    with progress(len(CHECKS), "check") as bar:
        for each in CHECKS:
            bar.set_postfix_str(each.name)
            yield from each.run(now)
            bar.update()


def _tell(findings: list, errors: int) -> None:
    if findings:
        rows = [(_("warning") if f.is_warning else _("error"), f.code, f.subject, f.message) for f in findings]
        print(table((_("kind"), _("code"), _("subject"), _("what to do")), rows))
    print(_("Found %(errors)d errors, %(warnings)d warnings.") % {"errors": errors, "warnings": len(findings) - errors})
