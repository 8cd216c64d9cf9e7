"""The only door to `evaluation`."""

from .counting import Counts
from .integrity import altered
from .models import Judgement
from .periods import Period, out_on
from .selectors import Row, county, out, table
from .services import GO_ON, REST, CannotJudge, Opinion, judge

__all__ = [
    "GO_ON",
    "REST",
    "CannotJudge",
    "Counts",
    "Judgement",
    "Opinion",
    "Period",
    "Row",
    "altered",
    "county",
    "judge",
    "out",
    "out_on",
    "table",
]
