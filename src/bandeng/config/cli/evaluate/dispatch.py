"""`bandeng evaluate dispatch`: how often messages would go where people sent them."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..failures import NotReady
from ..output import print_json, table
from ..words import gettext as _
from . import files

if TYPE_CHECKING:
    from . import dispatch_runs

HELP = _("Measure how often messages would be dispatched as people dispatched them.")
ABOUT = _(
    "Without --test the messages of --train are split into five parts, near-duplicates kept together, and each part\n"
    "is held out once. With --labels N each model sees N labels only, drawn by chance; the others are texts to it.\n"
    "Beside the engine, on the same messages and labels, stands a support vector machine on TF-IDF of words and\n"
    "characters, on raw text and on the engine's own spelling and words; intervals are of the differences in\n"
    "macro-F1, by bootstrap over groups of near-duplicates."
)
EXAMPLE = "bandeng evaluate dispatch --train labelled.csv --taxonomy taxonomy.csv --labels 100 --seeds 10 --json"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--train", type=Path, required=True, metavar="FILE", help=_("messages with labels"))
    parser.add_argument("--test", type=Path, metavar="FILE", help=_("other messages with labels, to be held out"))
    parser.add_argument("--labels", type=int, metavar="N", help=_("see N labels only; 0 for none; all by default"))
    parser.add_argument("--seeds", type=int, default=1, metavar="K", help=_("repeat with K other splits and draws"))
    parser.add_argument("--taxonomy", type=Path, metavar="FILE", help=_("topics in up to three levels, as words"))
    parser.add_argument("--unlabelled", type=Path, nargs="+", default=[], metavar="FILE", help=_("further messages"))
    parser.add_argument("--no-peer", action="store_true", help=_("leave the support vector machine out"))
    parser.add_argument("--json", action="store_true", help=_("for programs"))


def run(args: argparse.Namespace) -> int:
    from . import dispatch_runs

    if args.seeds < 1 or (args.labels is not None and args.labels < 0):
        raise NotReady(_("--seeds is at least 1, --labels at least 0."), _("Name other numbers."))
    measured = dispatch_runs.measure(_material(args), args.labels, args.seeds, has_peer=not args.no_peer)
    if args.json:
        print_json(measured)
    else:
        print(_shown(measured))
    return 0


def _material(args: argparse.Namespace) -> "dispatch_runs.Material":
    from . import dispatch_runs

    train = _labelled(args.train)
    test = _labelled(args.test) if args.test else None
    labels = {label for _text, label in train + (test or [])}
    if len(labels) < 2:
        raise NotReady(_("%s has fewer than two labels.") % args.train, _("Name a file with more."))
    unlabelled = [
        "\n".join(filter(None, (row.get("title", ""), row["text"])))
        for path in args.unlabelled
        for row in files.read(path, ["text"], ["title"])
    ]
    return dispatch_runs.Material(train, test, _taxonomy(args.taxonomy), unlabelled)


def _labelled(path: Path) -> list[tuple[str, str]]:
    rows = files.read(path, ["label", "text"], ["title"])
    if any(not row["label"].strip() for row in rows):
        raise NotReady(_("%s has messages without a label.") % path, _("Take them out, or name them as --unlabelled."))
    return [("\n".join(filter(None, (row.get("title", ""), row["text"]))), row["label"].strip()) for row in rows]


def _taxonomy(path: Path | None) -> dict[str, tuple[str, ...]]:
    """Give each first-level topic's phrases: its own and those under it, once each."""
    phrases: dict[str, dict[str, None]] = {}
    for row in files.read(path, ["level_1"], ["level_2", "level_3"]) if path else []:
        if topic := row["level_1"].strip():
            phrases.setdefault(topic, {}).update(dict.fromkeys(filter(None, row.values())))
    return {topic: tuple(under) for topic, under in phrases.items()}


def _shown(measured: dict[str, Any]) -> str:
    names = {
        "macro_f1": _("macro-F1"),
        "accuracy": _("right first"),
        "top2": _("right among the first two"),
        "ece": _("calibration error"),
        "right_on_surest_70": _("right on the surest 70 %"),
        "sure_share": _("share that is sure"),
        "right_where_sure": _("right where sure"),
    }
    rows = [
        (name, f"{measured[key]:.3f}", f"± {measured['spread'][key]:.3f}")
        for key, name in names.items()
        if measured[key] is not None
    ]
    for key, name, less in (
        ("raw_peer", _("macro-F1 of the peer on raw text"), _("difference to it")),
        ("peer", _("macro-F1 of the peer on the engine's words"), _("difference to that")),
    ):
        if peer := measured.get(key):
            rows.append((name, f"{peer['macro_f1']:.3f}", f"± {peer['spread']:.3f}"))
            rows.append((less, f"{peer['difference']:+.3f}", "{:+.3f} … {:+.3f}".format(*peer["interval"])))
    return table((_("measure"), _("mean"), _("spread over seeds")), rows)
