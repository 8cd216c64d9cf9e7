"""Write docs/explanation/help.md and its chart from benchmarks/results/help.json: `python -m benchmarks.help.page`."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence

from benchmarks.engines.svg import chart
from benchmarks.environment import HERE

from .__main__ import TARGET

PAGES = HERE.parent / "docs" / "explanation"
JUDGED, RIGHT_LABELS = 50, 43  # replies read by a person beside their label
EVENTS = ("E1", "E3", "E5", "E7")

HEAD = """# What help beside a case is worth

Written by `python -m benchmarks.help` from `benchmarks/results/help.json`; do not edit. Messages of residents to a
city, real ones, go through the product as a county's would: imported by `bandeng import cases`, worked on by the
worker, asked through the functions that the pages call. No constant was set by the labels used here. Of the
messages only aggregates are kept. Whoever has the data repeats it (`BANDENG_DATA`); without it nothing is measured.
"""

OFFICE = """## The right office, month by month

*Labels.* No column says who answered. `benchmarks/help/labels.py` reads it off the reply: a signature, "passed on
to", who looked into it, or the one department named at the beginning. That labels {labelled:,} of {replies:,} replies
({share:.0%}); of {judged} read by a person {right} were right ({judged_share:.0%}). A label that is wrong counts here
as an error of the suggestion, so that no method can reach much more than that.

*The way.* A county with {departments} departments, their duties in our own words as topics and catalogue
(`departments.toml`). The cases are led in order of time through the services: registered, suggested for, dispatched,
signed for, settled. Before each of {months} months the model learns from what went before, {led_before} cases at the
beginning. All cities of the file are taken for one county; places say nothing.

| on {suggested} cases, as they came | right at once | right in two |
|---|--:|--:|
| suggested, learned before each month | {right_share:.1%} ({low:.1%} to {high:.1%}) | {two:.1%} |
| the first day: catalogue and duties alone | {first:.1%} ({first_low:.1%} to {first_high:.1%}) | {first_two:.1%} |
| always the department with most cases so far | {most:.1%} | |

Expected by the suggestions themselves: {expected:.1%} right at once, {right_share:.1%} were. The model was sure of
{sure} of them: with a few hundred examples it promises nothing, and the page says so by showing no share. The engine
by itself is on [its page](engines/dispatch.md). Learning took {learned} s of CPU.
"""

LIKES = """## Likes

{imported:,} cases imported ({doubts} doubtful rows). Each of {labelled} messages whose event is known asks, as a
dispatcher who sees all, for ten likes; recall averaged over an event's messages, then over events. What is not of the
event is an error, whatever it is like. These events showed that likes asked without a title, while documents have one
(.894 for the whole message); nothing else was changed for them.

| asked | recall@10 | {names} | p50 ms |
|---|--:|{rule}--:|
"""

MATTERS = """## One matter from many

What `matters.find` proposes, held against the same events; nobody decides on a proposal. *By time*: each day's
messages imported in the evening of that day, the worker's beginning of a day once a week. *At once*: the whole year
imported in one go, as a county's first import is; the product then takes all of it for received on that day.

| | by time | at once |
|---|--:|--:|
"""

COST = """## What it costs

Over HTTP, one request after another, one process; another's work on the machine is in the wall-clock p95 and
not in the CPU.

| page | {sizes} |
|---|{rule}
"""

LIMITS = """## What this does not show, and what is open

- Four events, all of one city and large ones; that small ones are told apart is shown on planted streams alone.
- A reply's department is not a dispatcher's decision, and many cities are not one county. A county's own dispatches are
  cleaner labels; how much better they make it this cannot say.
- Of the proposals that hold no labelled message nobody has judged whether they are one matter.
- Places are not known to the import (the file has no column for them), so that neither suggestions nor proposals could
  use where a case lies.
- Cases whose words say nothing of where they went are the worst case for learning: it ends after a hundred rounds.
  With 60 offices drawn at random 3,000 messages took 17 s of CPU, 30,000 took 88 s and 2 GB, on a machine at work.
"""
LEARNING = """## Learning at size

Offices are learned from the newest 30,000 cases at most. With {cases:,} of {mean_characters} characters and {classes}
classes it took {cpu_s} s of CPU and {peak_mib:,} MiB at its peak (`benchmarks/help/learning.py`: sentences of 2,570
real messages put together anew; real cases have more different words and take more). It is a process of its own, once
a night; the worker's unit allows for it.
"""


def main() -> None:
    """Write the page from what was measured."""
    found = json.loads(TARGET.read_text())
    parts = [HEAD, _office(found["calibrating"])]
    parts += [_likes(found["finding"]), _matters(found["grouping"], found["finding"]["matters_as_imported"])]
    parts += [_cost([found[name] for name in ("cost", "cost_generated") if name in found])]
    parts += [LEARNING.format(**found["learning"]), LIMITS]
    (PAGES / "help.md").write_text("\n".join(parts))
    print(PAGES / "help.md")


def _office(found: dict) -> str:
    every, first, labels = found["all"], found["first_day"], found["labels"]
    said = OFFICE.format(
        **{name: labels[name] for name in ("labelled", "replies", "share", "departments")},
        **{name: every[name] for name in ("suggested", "right_share", "sure")},
        judged=JUDGED, right=RIGHT_LABELS, judged_share=RIGHT_LABELS / JUDGED, months=len(found["months"]),
        led_before=found["led_before"], low=every["right_interval"][0], high=every["right_interval"][1],
        two=every["right_in_two_share"], first=first["right_share"], first_low=first["right_interval"][0],
        first_high=first["right_interval"][1], first_two=first["right_in_two_share"],
        most=every["most_frequent_right_share"], expected=every["expected_share"], learned=found["learned_cpu_s"],
    )  # fmt: skip
    bands = _bands(found["pages"])
    lines = ["", "The page about suggestions, read after each half year and added up:", ""]
    lines += ["| certainty | cases | expected | right |", "|---|--:|--:|--:|"]
    lines += [f"| {name} | {number} | {expected:.0f}% | {right:.0f}% |" for name, number, expected, right in bands]
    points = [(expected, right) for _name, _number, expected, right in bands]
    chart(
        PAGES / "help-calibration.svg",
        "The right office: how often it was right, by how certain it was",
        "expected, %",
        "right, %",
        [("suggested", points), ("as expected", [(0, 0), (100, 100)])],
    )
    lines += ["", "![How often suggestions were right, by certainty](help-calibration.svg)", ""]
    quarters = _quarters(found["months"])
    lines += [f"| right at once | {' | '.join(quarters)} |", f"|---|{'--:|' * len(quarters)}"]
    lines += [f"| suggested | {' | '.join(f'{ours:.0%}' for ours, _ in quarters.values())} |"]
    lines += [f"| most frequent | {' | '.join(f'{most:.0%}' for _, most in quarters.values())} |", ""]
    return said + "\n".join(lines)


def _bands(pages: Iterable[dict]) -> list[tuple[str, int, float, float]]:
    """Add up the bands of the half years: (name, cases, expected per cent, right per cent)."""
    sums: dict[str, list[float]] = defaultdict(lambda: [0, 0, 0])
    for page in pages:
        for band in page["bands"]:
            number = band["number"]
            for n, value in enumerate((number, number * band["expected_percent"], number * band["percent"])):
                sums[band["band"]][n] += value
    return [(name, number, expected / number, right / number) for name, (number, expected, right) in sums.items()]


def _quarters(months: Sequence[dict]) -> dict[str, tuple[float, float]]:
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for month in months:
        year, number = month["month"].split("-")
        own = sums[f"{year} Q{(int(number) + 2) // 3}"]
        for n, name in enumerate(("suggested", "right", "most_frequent_right")):
            own[n] += month[name]
    return {name: (right / number, most / number) for name, (number, right, most) in sums.items()}


def _likes(found: dict) -> str:
    imports = found["imports"].values()
    text = LIKES.format(
        imported=sum(one["imported"] for one in imports),
        doubts=sum(sum(one["doubts"].values()) for one in imports),
        labelled=found["matters_as_imported"]["labelled"],
        names=" | ".join(EVENTS),
        rule="--:|" * len(EVENTS),
    )
    rows = [
        f"| {name} | {one['recall_at_10']:.3f} | {_shares(one['by_event'])} | {one['p50_ms']:.0f} |"
        for name, one in found["likes"].items()
    ]
    return text + "\n".join([*rows, ""])


def _shares(by_event: dict[str, float]) -> str:
    return " | ".join(f"{by_event[event]:.2f}" for event in EVENTS)


def _matters(by_time: dict, at_once: dict) -> str:
    def row(name: str, tell) -> str:
        return f"| {name} | {tell(by_time)} | {tell(at_once)} |"

    def sizes(one: dict) -> str:
        return ", ".join(f"{number} of {size}" for size, number in one["sizes"].items())

    rows = [
        row(
            "B³ F1 over labelled messages",
            lambda o: "{:.3f} ({:.3f} to {:.3f})".format(o["b3_f1"], *o["b3_f1_interval"]),
        ),
        row("precision, recall", lambda o: f"{o['b3_precision']:.3f}, {o['b3_recall']:.3f}"),
        row("F1 with unlabelled members counted as errors", lambda o: f"{o['b3_f1_with_intruders']:.3f}"),
        row("labelled messages in a proposal", lambda o: f"{o['in_a_proposal']:.1%}"),
        *(
            row(
                f"{event}: in its largest group, of all; others there",
                lambda o, event=event: "{in_its_largest_group} of {messages}; {strangers_there}".format(
                    **o["by_event"][event]
                ),
            )
            for event in EVENTS
        ),
        row("proposals", lambda o: f"{o['proposals']}"),
        row("… by number of cases", sizes),
        row("cases in a proposal", lambda o: f"{o['cases_in_proposals']:,} of 4,326"),
        row("cases in more than one", lambda o: f"{o['cases_in_several']}"),
        row("proposals that name several districts", lambda o: f"{o['several_districts_named']:.1%}"),
    ]
    day, step = by_time["beginning_of_a_day_cpu_ms"], by_time["a_step_cpu_ms"]
    text = (
        f"The beginning of a day, over sixty days: {day['median']:,.0f} ms of CPU (p95 {day['p95']:,.0f}), in steps of "
        f"at most {step['most']:,.0f} ms (p95 {step['p95']:,.0f}), between which the worker does its other work."
    )
    return MATTERS + "\n".join([*rows, "", text, ""])


def _cost(found: Sequence[dict]) -> str:
    counts = "CPU ms, median | CPU ms, p95 | wall ms, p95"
    sizes = " | ".join(f"{one['cases_there']:,} cases, {one.get('store', 'sqlite')}: {counts}" for one in found)
    text = COST.format(sizes=sizes, rule="--:|--:|--:|" * len(found))
    rows = []
    for name in found[0]["pages"]:
        cells = " | ".join(
            f"{one['cpu_of_one'][name]['p50_ms']:.0f} | {one['cpu_of_one'][name]['p95_ms']:.0f} "
            f"| {one['pages'][name]['p95_ms']:.0f}"
            for one in found
        )
        rows.append(f"| {name} | {cells} |")
    memory = "; ".join(
        f"{one['memory']['web_private_mib'] - one['memory']['of_which_mapped_files']:.0f} MiB of its own and "
        f"{one['memory']['of_which_mapped_files']:.0f} MiB of the mapped index, which the kernel takes back "
        f"where memory is wanted, at {one['cases_there']:,} cases (model of offices "
        f"{one['prepared']['model_mb']['office']} MB, of topics {one['prepared']['model_mb']['topic']} MB)"
        for one in found
    )
    load = ", ".join(f"{one['machine']['load']}" for one in found)
    rows += ["", f"Private memory of the web process after 1,000 more of them: {memory}. Limit: 200.", ""]
    return text + "\n".join([*rows, f"Load of the machine (2 cores) at the end: {load}.", ""])


if __name__ == "__main__":
    main()
