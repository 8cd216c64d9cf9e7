"""That somebody of the staff read what was written for a matter."""

import uuid
from datetime import datetime

from bandeng.ground.directory import api as directory

from ..models import MatterView


def log_view(matter_key: uuid.UUID, *, staff_id: uuid.UUID, now: datetime) -> None:
    """Keep that somebody read note or core today; one row a day, written after the page was sent."""
    row = MatterView(matter_id=matter_key, staff_id=staff_id, viewed_on=directory.day_of(now))
    MatterView.objects.bulk_create([row], ignore_conflicts=True)
