"""When to learn anew: once a night, and on the first day at once."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bandeng.ground.directory import api as directory

from .models import LearnedModel

SHANGHAI = ZoneInfo("Asia/Shanghai")
NIGHT = time(2, 30)  # nobody sits at a counter


def is_due(*, now: datetime) -> bool:
    """Tell whether nothing was learned since the last night began, and there is something to learn."""
    if len(directory.topics()) < 2:
        return False  # a county that has brought in nothing yet
    here = now.astimezone(SHANGHAI)
    night = datetime.combine(here.date(), NIGHT, SHANGHAI)
    if here < night:
        night -= timedelta(days=1)
    newest = LearnedModel.objects.order_by("-learned_at").values_list("learned_at", flat=True).first()
    return newest is None or newest < night
