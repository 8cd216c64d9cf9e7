"""The table on the screen, the results kept, and docs/explanation/torture.md written from them."""

import json
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results"
TARGET = HERE.parent / "docs" / "explanation" / "torture.md"
HEAD = """# What survives

Written by `make torture SIZE=long` from `torture/results/`; do not edit. A county's site (`bandeng serve --workers 2`
and `bandeng worker`) is used by seven residents and five offices at once, over HTTP and by its real pages, while its
processes are killed with `kill -9` at random times. At each kill at least four requests are on their way; the harness
counts them and stops with an error where there are fewer. Whatever a client was told (a receipt's page, an upload
confirmed, an act done) is written to a journal and fsynced before the client goes on. A request that got no answer is
sent again to the last byte, as somebody does who presses the button once more. Providers of short messages and mail
stall, refuse, hang up after taking, fail after taking, and answer twice.

After each kill everything acknowledged since the one before is looked for, and now and then `bandeng check` and
`bandeng verify` run beside the traffic. At the end everything is held against the journal: each case, act, photo, word
and judgement there exactly once, each photo opened and compared; `check` and `verify` clean but for the alarms of dead
letters; each message taken by a provider or given up with an alarm, and marked “（重发）” wherever it went out again;
every signed head ever served the root of the first leaves of the log at the end, computed from RFC 6962 alone; every
receipt taken home signed by the published key.
"""
LIMITS = """
## Not shown by this

- `kill -9` ends processes, not the machine: what the disk itself loses in a power cut is not tried here. SQLite runs
  with `synchronous=FULL` and PostgreSQL with its own defaults, as a county's does.
- The full disk is the home's (files; on SQLite the database too), a small tmpfs filled to the last byte. A full disk
  under PostgreSQL itself stops PostgreSQL; that is its operator's to mend.
- A killed server is started again by the harness as a service manager does (`Restart=always`). Granian brings back one
  of its processes by itself; when the same one dies twice within 5.5 seconds it ends as a whole and needs that manager.
- The last messages wait up to hours for their next try. They are sent at the end by the same worker under a clock that
  runs ahead.
- No page asks for an e-mail address yet: e-mails are queued through `messaging`, not by an act of a page.
"""


def read(place: Path) -> list[dict]:
    """Read the results of a directory."""
    return [json.loads(path.read_text()) for path in sorted(place.glob("*.json"), reverse=True)]


def keep(results: list[dict]) -> None:
    """Keep results, and write the page from all that are kept."""
    RESULTS.mkdir(exist_ok=True)
    for result in results:
        text = json.dumps(result, ensure_ascii=False, indent=1, sort_keys=True)
        (RESULTS / f"{result['store']}.json").write_text(text + "\n")
    kept = read(RESULTS)
    TARGET.write_text("\n".join([HEAD, *table(kept), "", *killed(kept)]) + LIMITS)


def show(results: list[dict]) -> None:
    """Print the table and every fault."""
    print("\n".join(table(results)))
    for result in results:
        for fault in result["faults"]:
            print(f"FAULT {result['store']}: {fault}")


def table(results: list[dict]) -> list[str]:
    """Give the table: one column a store."""
    rows = [_figures(result) for result in results]
    lines = ["| |" + "|".join(result["store"] for result in results) + "|", "|---|" + "--:|" * len(results)]
    return (
        lines + [f"| {name} | " + " | ".join(str(row[name]) for row in rows) + " |" for name in rows[0]] if rows else []
    )


def _figures(result: dict) -> dict[str, object]:
    kills, told, full, sent = result["kills"], result["acknowledged"], result["full disk"], result["messages"]
    bad = Counter()
    for moods in result["moods"].values():
        bad.update(moods)
    again = full.get("acknowledged again after s")
    return {
        "kills": len(kills),
        "of the database itself": sum(k["what"] in {"postmaster", "backend"} for k in kills),
        "requests on their way at a kill: least, mean": f"{min(k['in_flight'] for k in kills)},"
        f" {sum(k['in_flight'] for k in kills) / len(kills):.1f}",
        "attempts without an answer, sent again": result["attempts cut off"],
        "acknowledged: cases": told.get("case", 0),
        "… photos": told.get("file", 0),
        "… acts at the desk": told.get("act", 0),
        "… words added": told.get("words", 0),
        "… judgements": told.get("judgement", 0),
        "… notes of matters": told.get("note", 0),
        "site whole again after a kill, s: mean, longest": f"{sum(k['back_after'] for k in kills) / len(kills):.1f},"
        f" {max(k['back_after'] for k in kills):.1f}",
        "full disk": f"{full['clear pages']} pages that said so, works {again} s after" if again else "not tried",
        "conversations with providers, of them good ones": f"{sum(bad.values())}, {bad['good']}",
        "messages sent, given up with an alarm": f"{sent.get('sent', 0)}, {sent.get('dead', 0)}",
        "messages that went out more than once, all marked": result["taken more than once"],
        "heads seen, all of one log": result["heads"],
        "receipts taken home, all genuine": result["receipts"],
        "acts verified": result["verified"]["acts"],
        "lost, doubled, unmarked, forked or otherwise wrong": len(result["faults"]),
    }


def killed(results: list[dict]) -> list[str]:
    """Say who was killed how often."""
    lines = []
    for result in results:
        counts = Counter(kill["what"] for kill in result["kills"])
        who = ", ".join(f"{name} {count}" for name, count in counts.most_common())
        lines.append(
            f"- {result['store']}: {who}; {result['machine']['cores']} cores, load {result['machine']['load']:.1f}."
        )
    return lines
