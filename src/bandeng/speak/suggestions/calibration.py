"""How right suggestions are: by topic and by how certain they were, never by person."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Avg, Case, Count, F, IntegerField, Q, Value, When

from bandeng.ground.directory import api as directory

from .models import Suggested

SPAN = timedelta(days=180)
BANDS = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95)  # lower edges: most suggestions that help lie above one half
FEW = 10  # of fewer no share is shown: one case more would turn it over

RIGHT = Count("pk", filter=Q(chosen=F("first")))
RIGHT_IN_TWO = Count("pk", filter=Q(chosen=F("first")) | Q(chosen=F("second")))


@dataclass(frozen=True)
class Share:
    """So many suggestions, so many of which were right."""

    label: str
    number: int
    right: int
    right_in_two: int
    expected: float | None = None  # mean probability, of a band

    @property
    def is_few(self) -> bool:
        return self.number < FEW

    @property
    def percent(self) -> int:
        return round(100 * self.right / self.number) if self.number else 0

    @property
    def percent_in_two(self) -> int:
        return round(100 * self.right_in_two / self.number) if self.number else 0

    @property
    def expected_percent(self) -> int:
        return round(100 * (self.expected or 0))


def _settled(now: datetime):
    return Suggested.objects.filter(settled_at__gte=now - SPAN)


def overall(*, now: datetime) -> Share:
    """Count all settled suggestions of half a year."""
    found = _settled(now).aggregate(n=Count("pk"), right=RIGHT, two=RIGHT_IN_TWO)
    return Share("", found["n"], found["right"], found["two"])


def sure(*, now: datetime) -> Share:
    """Count those of which the model was sure."""
    found = _settled(now).filter(is_sure=True).aggregate(n=Count("pk"), right=RIGHT, two=RIGHT_IN_TWO)
    return Share("", found["n"], found["right"], found["two"])


def by_band(*, now: datetime) -> list[Share]:
    """Count by how certain the first suggestion was, with what was expected: both are to agree."""
    band = Case(
        *(When(probability__gte=edge, then=Value(n)) for n, edge in reversed(list(enumerate(BANDS)))),
        default=Value(0),
        output_field=IntegerField(),
    )
    rows = _settled(now).annotate(band=band).values("band").order_by("band")
    rows = rows.annotate(n=Count("pk"), right=RIGHT, two=RIGHT_IN_TWO, expected=Avg("probability"))
    edges = [*BANDS, 1.0]
    return [
        Share(
            f"{round(edges[row['band']] * 100)}–{round(edges[row['band'] + 1] * 100)}%",
            row["n"],
            row["right"],
            row["two"],
            row["expected"],
        )
        for row in rows
    ]


def by_topic(*, now: datetime) -> list[Share]:
    """Count by the first level of the topic that people gave the case; many first."""
    rows = _settled(now).values("case__topic").order_by().annotate(n=Count("pk"), right=RIGHT, two=RIGHT_IN_TWO)
    sums: dict[UUID | None, list[int]] = {}
    for row in rows:
        chain = directory.topic_chain(row["case__topic"])
        total = sums.setdefault(chain[-1].pk if chain else None, [0, 0, 0])
        for n, name in enumerate(("n", "right", "two")):
            total[n] += row[name]
    topics = directory.topics()
    shares = [Share(topics[key].label_zh if key else "", *total) for key, total in sums.items()]
    return sorted(shares, key=lambda share: (-share.number, share.label))


def accepted(*, now: datetime) -> dict[UUID, tuple[int, int]]:
    """Give, for each office suggested first, (how often in half a year, how often right)."""
    rows = _settled(now).values_list("first").order_by()
    return {key: (n, right) for key, n, right in rows.annotate(n=Count("pk"), right=RIGHT)}
