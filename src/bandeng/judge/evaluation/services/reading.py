"""What residents wrote about how they were treated, for the supervision office."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from bandeng.ground.acts import api as acts
from bandeng.ground.core import api as core
from bandeng.ground.directory import api as directory

from .. import periods
from ..kinds import SUBJECT
from ..models import Judgement
from ..periods import Period


@dataclass(frozen=True)
class Words:
    """One period's own words: masked, shuffled, without case, office, topic, day or mark."""

    period: Period
    texts: tuple[str, ...]


def _supervision_office(permissions: directory.Permissions) -> UUID:
    offices = directory.offices()
    for key in sorted(permissions.offices("statistics.view")):
        if key in offices and offices[key].kind == "supervision":
            return key
    raise directory.NotPermitted(_("Only the supervision office reads what residents wrote here."))


def periods_with_words(now: datetime) -> list[Period]:
    """Give the periods in which at least the minimum of people wrote something, newest first."""
    written = Judgement.objects.filter(words__isnull=False).order_by()
    return periods.gathered(dict(written.values_list("month").annotate(Count("id"))), now)[::-1]


@transaction.atomic
def read_words(period: Period, *, permissions: directory.Permissions, now: datetime) -> Words:
    """Open one period's own words for the supervision office, on record.

    Raises directory.NotPermitted, LookupError where the period is not out or too few wrote.
    """
    office = _supervision_office(permissions)
    if period not in periods_with_words(now):
        raise LookupError(f"{period.code}: not out, or too few wrote something.")
    rows = Judgement.objects.filter(
        words__isnull=False, month__gte=period.first, month__lte=period.last
    ).select_related("seal_key")
    # An order that is the same each time and follows neither time nor office.
    shuffled = sorted(rows, key=lambda row: sha256(row.pk.bytes).digest())
    texts = tuple(core.mask(row.own_words()) for row in shuffled if row.seal_key.wrapped is not None)
    by = acts.Actor(f"staff:{permissions.staff_id}", office)
    acts.emit(acts.Draft("evaluation.words_read", SUBJECT, core.new_id(), by, payload={"period": period.code}), now=now)
    return Words(period, texts)
