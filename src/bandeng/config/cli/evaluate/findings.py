"""`bandeng evaluate findings`: what the rules of plain language and tone find in a county's replies, as counts."""

import argparse
import csv
import json
import random
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from ..words import gettext as _
from . import files

if TYPE_CHECKING:
    from bandeng.engines.language import Finding

HELP = _("Plain-language and tone findings in replies.")
ABOUT = _(
    "REPLIED is a csv or workbook with id, text and reply. Printed are counts alone. With --sample a list to judge by"
    " hand is written to --write: it holds the sentences found, so keep it where replies may be kept."
)
EXAMPLE = "bandeng evaluate findings replied.xlsx --sample 200 --seed 1 --write judge.csv --json"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("replied", type=Path, metavar="REPLIED", help=_("messages with their replies"))
    parser.add_argument("--sample", type=int, default=0, metavar="N", help=_("draw N findings to judge by hand"))
    parser.add_argument("--seed", type=int, default=1, metavar="S", help=_("seed of the draw"))
    parser.add_argument("--write", type=Path, default=Path("judge.csv"), help=_("where the drawn findings go"))
    parser.add_argument("--json", action="store_true", help=_("write the counts as JSON"))


def run(args: argparse.Namespace) -> int:
    found = list(_found(files.read(args.replied, ["id", "text", "reply"], ["title"])))
    counts = count(found)
    if args.sample:
        _write(args.write, draw(found, args.sample, args.seed))
    if args.json:
        print(json.dumps(counts, ensure_ascii=False, indent=1))
        return 0
    print(_("%(replies)d replies, %(findings)d findings; %(none)s of the replies have none.") % counts)
    for name, number in [*counts["families"].items(), *counts["rules"].items()]:
        print(f"{number:>8}  {name}")
    return 0


def _found(rows: list[dict[str, str]]) -> Iterator[tuple[dict[str, str], list["Finding"]]]:
    from bandeng.engines import language

    for row in rows:
        message = f"{row.get('title', '')}\n{row['text']}"
        yield row, language.findings(row["reply"], message=message)


def count(found: list[tuple[dict[str, str], list["Finding"]]]) -> dict:
    """Give how often each rule and family found something, and the share of replies without a finding."""
    rules = Counter(finding.rule for _row, findings in found for finding in findings)
    families = Counter(finding.family for _row, findings in found for finding in findings)
    return {
        "replies": len(found),
        "findings": rules.total(),
        "none": round(sum(not findings for _row, findings in found) / len(found), 4),
        "families": dict(families.most_common()),
        "rules": dict(sorted(rules.items(), key=lambda item: (-item[1], item[0]))),
    }


def draw(found: list[tuple[dict[str, str], list["Finding"]]], number: int, seed: int) -> list[dict[str, str]]:
    """Draw findings to judge: rule, row, a hash that names the place without its words, and the words.

    As many of each family, so that a rare one is judged too: at random within it.
    """
    chance, families = random.Random(seed), {}  # noqa: S311 - a draw that can be repeated
    for row, findings in found:
        for finding in findings:
            families.setdefault(finding.family, []).append((row, finding))
    each = -(-number // len(families)) if families else 0
    chosen = [pair for _name, of in sorted(families.items()) for pair in chance.sample(of, min(each, len(of)))][:number]
    return [
        {
            "rule": finding.rule,
            "id": row["id"],
            "hash": sha256(f"{finding.start}-{finding.end}-{row['reply']}".encode()).hexdigest()[:16],
            "found": row["reply"][finding.start : finding.end],
            "sentence": finding.sentence,
            "verdict": "",
            "note": "",
        }
        for row, finding in chosen
    ]


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    from bandeng.speak.casework.importing.guards import guard_row

    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(guard_row(list(rows[0]) if rows else ["rule"]))
        for row in rows:
            writer.writerow(guard_row(list(row.values())))
