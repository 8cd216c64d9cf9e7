"""Count answers and what residents think of them, by office and topic, for one period."""

from collections import defaultdict
from dataclasses import dataclass, fields
from datetime import date
from uuid import UUID

from django.db.models import Count, Exists, F, Min, OuterRef, Q
from django.db.models.functions import TruncMonth

from bandeng.engines.deadlines import SHANGHAI
from bandeng.ground.directory import api as directory
from bandeng.speak.casework import api as cases

from .models import Judgement
from .periods import Period
from .wilson import interval

Cell = tuple[UUID, UUID | None]  # office, topic


@dataclass(frozen=True)
class Counts:
    """Answers that reached residents, and what became of each. `answered` = judged + silent + withdrawn."""

    answered: int = 0
    judged: int = 0
    yes: int = 0
    partly: int = 0
    no: int = 0
    silent: int = 0
    withdrawn: int = 0
    reopened: int = 0
    asked_for_mark: int = 0
    result_good: int = 0
    manner_good: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))

    @property
    def solved_share(self) -> tuple[float, float, float] | None:
        """Give the share of the judged who say that it is solved, with its Wilson interval; None where nobody did."""
        if not self.judged:
            return None
        return (self.yes / self.judged, *interval(self.yes, self.judged))


def _answers(period: Period | None = None):
    served = cases.Reply.objects.filter(served_at__isnull=False)
    if period is not None:
        served = served.filter(served_at__gte=period.start, served_at__lt=period.end)
    return served.order_by()


def months() -> dict[date, int]:
    """Count the judged answers of every month in which answers were served, also where nobody judged: two queries."""
    found = _answers().annotate(month=TruncMonth("served_at", tzinfo=SHANGHAI)).values_list("month").distinct()
    people = {month.astimezone(SHANGHAI).date(): 0 for (month,) in found}
    for month, n in Judgement.objects.order_by().values_list("month").annotate(Count("id")):
        people[month] = n
    return people


def first_answer():
    """Give when the first answer was served; None before."""
    return _answers().aggregate(first=Min("served_at"))["first"]


def _topic(key: UUID | None) -> UUID | None:
    """Give the topic of the first level: finer ones would leave too few people in a cell."""
    topic = directory.topics().get(key) if key else None
    while topic is not None and topic.parent is not None:
        topic = topic.parent
    return topic.pk if topic else None


def by_cell(period: Period) -> dict[Cell, Counts]:
    """Count one period by office and topic of the first level: two queries."""
    judged = Judgement.objects.filter(case_key=OuterRef("case_id"), round=OuterRef("round"))
    withdrawn = Q(is_judged=False, case__outcome="withdrawn", round=F("case__reopen_count"))
    rows = (
        _answers(period)
        .annotate(is_judged=Exists(judged))
        .values("office_id", "case__topic_id", "is_judged")
        .annotate(
            answered=Count("id"),
            withdrawn=Count("id", filter=withdrawn),
            reopened=Count("id", filter=Q(round__lt=F("case__reopen_count"))),
        )
    )
    cells: dict[Cell, Counts] = defaultdict(Counts)
    for row in rows:
        silent = 0 if row["is_judged"] else row["answered"] - row["withdrawn"]
        cells[row["office_id"], _topic(row["case__topic_id"])] += Counts(
            answered=row["answered"], silent=silent, withdrawn=row["withdrawn"], reopened=row["reopened"]
        )
    for cell, counts in _marks(period):
        cells[cell] += counts
    return dict(cells)


def _marks(period: Period) -> list[tuple[Cell, Counts]]:
    """Count the marks. The case's topic of today is not asked for: a judgement keeps that of its day."""
    rows = (
        Judgement.objects.filter(month__gte=period.first, month__lte=period.last)
        .order_by()
        .values("office_key", "topic_key")
        .annotate(
            judged=Count("id"),
            yes=Count("id", filter=Q(is_solved="yes")),
            partly=Count("id", filter=Q(is_solved="partly")),
            no=Count("id", filter=Q(is_solved="no")),
            asked_for_mark=Count("id", filter=Q(was_asked_for_good_mark=True)),
            result_good=Count("id", filter=Q(result="good")),
            manner_good=Count("id", filter=Q(manner="good")),
        )
    )
    return [((row.pop("office_key"), _topic(row.pop("topic_key"))), Counts(**row)) for row in rows]
