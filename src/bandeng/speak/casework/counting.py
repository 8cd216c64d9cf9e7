"""How many cases stand where: for those who keep the installation running, over all offices and never by one of them.

Compartments, once there are any, are left out here as in every other count.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case as Choose
from django.db.models import CharField, Count, Value, When

from .models import Case
from .rules import WITH_STAFF
from .selectors import SOON


@dataclass(frozen=True)
class Counted:
    """A number of cases. `lateness` is late, soon, fine, or none where nobody on the staff is to move."""

    status: str
    procedure: str
    lateness: str
    count: int


def counts(*, now: datetime) -> list[Counted]:
    """Count the cases in which staff are to move; one query over their partial index."""
    lateness = Choose(
        When(due_at__lte=now, then=Value("late")),
        When(due_at__lte=now + timedelta(seconds=SOON), then=Value("soon")),
        default=Value("fine"),
        output_field=CharField(),
    )
    rows = Case.objects.with_staff().values_list("status", "procedure", lateness).order_by("status", "procedure")
    return [Counted(*row) for row in rows.annotate(n=Count("id"))]


def resting_counts() -> list[Counted]:
    """Count the others: answered and waiting for the resident, or ended. Looks at every row: not for every page."""
    rest = Case.objects.exclude(status__in=sorted(WITH_STAFF)).values_list("status", "procedure")
    rows = rest.order_by("status", "procedure").annotate(n=Count("id"))
    return [Counted(status, procedure, "none", n) for status, procedure, n in rows]
