"""What may be shown of judgements: tables whose small groups are hidden. No function here gives a single judgement."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from bandeng.ground.directory import api as directory

from . import counting, periods, suppression
from .counting import Counts
from .periods import Period

COUNTY = "county"


@dataclass(frozen=True)
class Row:
    """One row of a table. Where `verdict` is not "shown", `counts` holds what everybody may know: answers alone."""

    level: str  # county, office, topic
    office: directory.Office | None
    topic: directory.Topic | None
    verdict: str
    counts: Counts

    @property
    def is_shown(self) -> bool:
        return self.verdict == suppression.SHOWN


def out(now: datetime) -> list[Period]:
    """Give the periods whose results are out, newest first."""
    return periods.gathered(counting.months(), now)[::-1]


def _known(counts: Counts) -> Counts:
    """Keep what the office knows without any judgement: how often it answered, and what was opened or taken back."""
    return Counts(answered=counts.answered, withdrawn=counts.withdrawn, reopened=counts.reopened)


def _tree(cells: dict[counting.Cell, Counts]) -> suppression.Node:
    offices: dict[UUID, list[suppression.Node]] = {}
    for (office, topic), counts in cells.items():
        offices.setdefault(office, []).append(suppression.Node((office, topic), counts.judged))
    nodes = tuple(
        suppression.Node(office, sum(t.people for t in topics), tuple(topics)) for office, topics in offices.items()
    )
    return suppression.Node(COUNTY, sum(node.people for node in nodes), nodes)


def table(period: Period) -> list[Row]:
    """Give county, offices and their topics for a period that is out, ordered by code: no order of merit.

    A topic is not listed where it is the office's only one, or where the office itself is hidden.
    """
    cells = counting.by_cell(period)
    verdicts = suppression.hidden(_tree(cells), periods.minimum(periods.out_on(period.last)))
    offices, topics = directory.offices(), directory.topics()

    def row(level: str, key, counts: Counts, office=None, topic=None) -> Row:
        verdict = verdicts[key]
        return Row(level, office, topic, verdict, counts if verdict == suppression.SHOWN else _known(counts))

    rows = [row("county", COUNTY, sum(cells.values(), Counts()))]
    for office in sorted({o for o, _t in cells}, key=lambda key: offices[key].code):
        own = {t: counts for (o, t), counts in cells.items() if o == office}
        rows.append(row("office", office, sum(own.values(), Counts()), offices[office]))
        if len(own) < 2 or verdicts[office] != suppression.SHOWN:
            continue
        for topic in sorted(own, key=lambda key: topics[key].code if key else "~"):
            rows.append(row("topic", (office, topic), own[topic], offices[office], topics.get(topic)))
    return rows


def county(period: Period) -> Counts:
    """Give the whole county's counts of a period that is out."""
    return sum(counting.by_cell(period).values(), Counts())


def next_out(now: datetime) -> datetime | None:
    """Give when the next month's results come out; None before the first answer."""
    first = counting.first_answer()
    if first is None:
        return None
    month = periods.month_of(first)
    while periods.out_at(month) <= now:
        month = periods.later(month, 1)
    return periods.out_at(month)
