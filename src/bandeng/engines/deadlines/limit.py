"""What is counted, and what comes out."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

UNITS = ("same_day", "working_day", "calendar_day", "office_hour", "office_minute")


@dataclass(frozen=True, slots=True)
class Limit:
    """A length of time the law or the county sets, e.g. `Limit(5, "working_day")`; `same_day` has amount 1."""

    amount: int
    unit: str

    def __post_init__(self) -> None:
        if self.unit not in UNITS:
            raise ValueError(f"{self.unit!r} is no unit of a limit; choose from {', '.join(UNITS)}.")
        if isinstance(self.amount, bool) or not isinstance(self.amount, int) or self.amount < 1:
            raise ValueError(f"A limit is a whole number of at least 1, not {self.amount!r}.")
        if self.unit == "same_day" and self.amount != 1:
            raise ValueError("`same_day` is one day; use `working_day` for more.")


class Due(NamedTuple):
    """When a limit ends. A tuple, because millions are made in one go.

    `strict`: without rolling, what warnings and the office's own lists go by. `legal`: rolled past days off
    (民法典 203), what "late" means. `is_estimated`: a day beyond the calendar's coverage took part.
    `alerts`: instants in office hours, ascending, after the start and before `strict`; whole minutes, but where
    less than a few are left.
    """

    strict: datetime
    legal: datetime
    is_estimated: bool
    alerts: tuple[datetime, ...]
