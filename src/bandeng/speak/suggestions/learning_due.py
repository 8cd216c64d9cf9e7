"""When to learn anew: once a night, and on the first day at once."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bandeng.ground.directory import api as directory

from .material import descriptions
from .models import LearnedModel
from .models.learned_model import SUBJECTS

SHANGHAI = ZoneInfo("Asia/Shanghai")
NIGHT = time(2, 30)  # nobody sits at a counter


def is_due(*, now: datetime) -> bool:
    """Tell whether a subject was not learned since the last night began, and has something to choose between.

    Each is asked by itself: learning may be broken off between the two.
    """
    if len(directory.topics()) < 2:
        return False  # a county that has brought in nothing yet
    here = now.astimezone(SHANGHAI)
    night = datetime.combine(here.date(), NIGHT, SHANGHAI)
    if here < night:
        night -= timedelta(days=1)
    rows = LearnedModel.objects.filter(learned_at__gte=night)
    done = set(rows.values_list("subject", flat=True))
    return any(subject not in done and len(descriptions(subject, now=now)) > 1 for subject in SUBJECTS)
