"""`bandeng verify`: was anything changed after it was entered?"""

import argparse
from collections.abc import Iterator

from .installation import setup_migrated
from .output import print_json, progress, table
from .words import gettext as _

HELP = _("Recompute the public log from content and name everything that was changed.")
ABOUT = _(
    "Recomputes each leaf from its act, the tree and each signed head from the leaves, and holds words, cases, clocks\n"
    "and judgements against the acts that committed to them. Changes nothing; may run beside the site.\n\n"
    "With --receipt, --log or --heads it needs no installation, no database and no settings: it checks files that the\n"
    "public pages give to anybody, with the log's public key. `checkpoint`, saved today, is next year's OLD."
)
EXAMPLE = (
    "bandeng verify\n"
    "  bandeng verify --receipt PROOF.txt --key log-key.pem --receipts-key receipts-key.pem\n"
    "  bandeng verify --log DIR --key log-key.pem\n"
    "  bandeng verify --heads OLD NEW --log DIR --key log-key.pem"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    outsiders = parser.add_argument_group(_("without an installation"))
    outsiders.add_argument("--receipt", metavar="FILE", help=_("proof file of a matter, as the page /proof/ gives it"))
    outsiders.add_argument("--log", metavar="DIR", help=_("an exported log: its tiles and signed heads"))
    outsiders.add_argument(
        "--heads", nargs=2, metavar=("OLD", "NEW"), help=_("two saved heads; the log must only have grown between them")
    )
    outsiders.add_argument("--key", metavar="FILE", help=_("the log's public key: log-key.pem or keys.txt"))
    outsiders.add_argument("--receipts-key", metavar="FILE", help=_("the receipts' public key: receipts-key.pem"))
    parser.add_argument("--json", action="store_true", help=_("for programs"))


def run(args: argparse.Namespace) -> int:
    if args.receipt or args.log or args.heads or args.key or args.receipts_key:
        from . import outside

        return outside.run(args)
    setup_migrated()
    counts: dict[str, int] = {}
    broken = list(_broken(counts))
    if args.json:
        print_json({"is_intact": not broken, "checked": counts, "broken": broken})
        return 1 if broken else 0
    if broken:
        rows = [(each["kind"], each["key"], each["what"]) for each in broken]
        print(table((_("what kind"), _("which"), _("what is wrong")), rows))
    print(
        _("%(acts)d acts, %(leaves)d leaves, %(cases)d cases recomputed; %(broken)d broken.")
        % {**counts, "broken": len(broken)}
    )
    return 1 if broken else 0


def _broken(counts: dict[str, int]) -> Iterator[dict[str, str]]:
    from bandeng.config.checks.erasures import emptied_acts_were_decided
    from bandeng.ground.acts import api as acts
    from bandeng.ground.core import clock
    from bandeng.ground.files import api as files
    from bandeng.ground.ledger import api as ledger
    from bandeng.ground.messaging import api as messaging
    from bandeng.judge.evaluation import api as evaluation
    from bandeng.speak.casework import api as casework
    from bandeng.speak.matters import api as matters

    def one(kind: str, key: object, what: str) -> dict[str, str]:
        return {"kind": kind, "key": str(key), "what": what}

    counts.update(acts=0, leaves=0, cases=0)
    with progress(None, "acts") as bar:
        for found in acts.verify():
            counts["acts"] += 1
            bar.update()
            if found:
                yield one("act", found.act_key, f"{found.kind}: {found.what}")
    head = ledger.head()
    counts["leaves"] = head.size if head else 0
    for finding in ledger.rebuild_check():
        yield one("log", finding.place, finding.kind)
    if late := ledger.pending_older_than(60, clock.now()):
        yield one("log", late, "pending-too-long")
    with progress(None, "cases") as bar:
        for altered in casework.altered():
            if altered is None:
                counts["cases"] += 1
                bar.update()
            else:
                yield one("case", altered.case_key, altered.what)
    for linked in matters.altered():
        if linked:
            yield one("matter", linked.matter_key, linked.what)
    for key in evaluation.altered():
        yield one("judgement", key, "marks")
    for bad in files.check(is_deep=True):
        yield one("file", bad.file_id, bad.code)
    for key, what in files.altered():
        yield one("file", key, what)
    for key in messaging.unopenable():
        yield one("message", key, "its words do not open")
    for lost in emptied_acts_were_decided(clock.now()):
        yield one("act", lost.subject, lost.message)
