"""`bandeng evaluate masking`: what masking finds and misses on sentences in which people marked what must go."""

import argparse
import json
import re
from collections import Counter
from pathlib import Path

from ..failures import NotReady
from ..words import gettext as _
from . import files
from .intervals import wilson

HELP = _("Masking against sentences in which people marked what must go.")
ABOUT = _(
    "FILE is a csv with a column `marked`: sentences with ‹kind what› around each thing that must go, as in"
    " 我叫‹name 张桂兰›。 Kinds: phone, id_number, card, plate, email, account, name, address. A column `part` may"
    " divide it. A find counts where kind, start and end agree."
)
EXAMPLE = "bandeng evaluate masking tests/engines/data/persons.csv --part held --json"

_MARK = re.compile(r"‹(\w+) ([^›]*)›")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help=_("the marked sentences"))
    parser.add_argument("--part", help=_("take the rows of this part only"))
    parser.add_argument("--json", action="store_true", help=_("write the measures as JSON"))


def run(args: argparse.Namespace) -> int:
    rows = files.read(args.file, ["marked"], ["part"])
    marked = [row["marked"] for row in rows if args.part in (None, row.get("part", ""))]
    if not marked:
        raise NotReady(_("%s has no rows of that part.") % args.file, _("Look whether the name is right."))
    measures = measure(marked)
    if args.json:
        print(json.dumps(measures, ensure_ascii=False, indent=1))
        return 0
    print(_("%(sentences)d sentences, of which %(exact)d exactly as marked.") % measures)
    for kind, of in [*measures["kinds"].items(), (_("all"), measures["all"])]:
        shown = {"kind": kind, **of}
        print(
            _(
                "%(kind)s: %(marked)d marked, %(right)d found, %(wrong)d found besides;"
                " precision %(precision)s, recall %(recall)s, F1 %(f1)s"
            )
            % shown
        )
    return 0


def unmarked(sentence: str) -> tuple[str, set[tuple[int, int, str]]]:
    """Give a marked sentence without its marks, and the spans they marked. Raises NotReady on a kind nobody knows."""
    from bandeng.engines.language import persons

    text, spans, at = "", set(), 0
    for mark in _MARK.finditer(sentence):
        if mark[1] not in persons.KINDS:
            raise NotReady(_("%s is no kind of mark.") % mark[1], _("Use one of: %s.") % ", ".join(persons.KINDS))
        text += sentence[at : mark.start()]
        spans.add((len(text), len(text) + len(mark[2]), mark[1]))
        text += mark[2]
        at = mark.end()
    return text + sentence[at:], spans


def measure(marked: list[str]) -> dict:
    """Give precision, recall and F1 by kind, with Wilson intervals of 95 %."""
    from bandeng.engines import language

    right, wrong, missed, exact = Counter(), Counter(), Counter(), 0
    for sentence in marked:
        text, gold = unmarked(sentence)
        found = {(span.start, span.end, span.kind) for span in language.find(text)}
        exact += found == gold
        for counter, spans in ((right, gold & found), (wrong, found - gold), (missed, gold - found)):
            counter.update(kind for _start, _end, kind in spans)
    kinds = [kind for kind in language.persons.KINDS if right[kind] + wrong[kind] + missed[kind]]
    return {
        "sentences": len(marked),
        "exact": exact,
        "kinds": {kind: _rates(right[kind], wrong[kind], missed[kind]) for kind in kinds},
        "all": _rates(right.total(), wrong.total(), missed.total()),
    }


def _rates(right: int, wrong: int, missed: int) -> dict:
    return {
        "marked": right + missed,
        "right": right,
        "wrong": wrong,
        "precision": _share(right, right + wrong),
        "precision_interval": wilson(right, right + wrong),
        "recall": _share(right, right + missed),
        "recall_interval": wilson(right, right + missed),
        "f1": _share(2 * right, 2 * right + wrong + missed),
    }


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
