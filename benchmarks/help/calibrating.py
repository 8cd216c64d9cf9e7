"""How right the suggested office is, by time: each month is suggested with what was learned before it began.

Cases go through the services: registered at the hour of the message, suggested for by the worker's own step, dispatched
to the department that answered and signed for there. Beside it, for the same cases: what a county has on its first day
(the catalogue alone), and always the office that had most cases so far.
"""

import statistics
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from . import county
from .labels import label

FIRST = (2018, 1)  # month from which months are held out
PAGES = [(2018, 6), (2018, 12), (2019, 6), (2019, 12)]  # months after which the page is read; it shows half a year
SOON = timedelta(seconds=10)


@dataclass(frozen=True)
class Led:
    """A message with the department that answered it; `at` is shifted."""

    at: datetime
    words: str
    department: str
    month: tuple[int, int]


def main() -> dict:
    """Measure, in a fresh county; one process, one database."""
    county.start("calibrating")
    county.build()
    from bandeng.speak.suggestions import api as suggestions

    led, facts = _led()
    before = [one for one in led if one.month < FIRST]
    begins = before[0].at - timedelta(days=1)
    with county.moved(begins):
        for subject in suggestions.SUBJECTS:
            suggestions.learn(subject, now=begins)
    first_day = _first_day([one for one in led if one.month >= FIRST], begins)
    road = _Road()
    for one in before:
        road.lead(one, is_suggested=False)
    months, pages = [], []
    for month, led_then in groupby((one for one in led if one.month >= FIRST), key=lambda one: one.month):
        ours = list(led_then)
        months.append(_month(road, f"{month[0]}-{month[1]:02}", ours))
        print(months[-1], flush=True)
        if month in PAGES:
            pages.append({"until": months[-1]["month"], **_page(max(one.at for one in ours) + timedelta(hours=1))})
    return {
        "labels": facts,
        "led_before": len(before),
        "months": months,
        "all": _all(months),
        "first_day": first_day,
        "pages": pages,
        "learned_cpu_s": round(statistics.median(month["learned_s"] for month in months), 1),
    }


def _led() -> tuple[list[Led], dict]:
    from bandeng.config.cli.evaluate import files

    rows = files.read(county.DATA / "replied.xlsx", ("title", "at", "text", "reply"))
    steps, led = Counter(), []
    for row in rows:
        if found := label(row["reply"]):
            steps[found.step] += 1
            at = county.written(row["at"])
            words = f"{row['title'].strip()}\n{row['text'].strip()}"
            led.append(Led(at + county.SHIFT, words, found.department, (at.year, at.month)))
    led.sort(key=lambda one: one.at)
    facts = {"replies": len(rows), "labelled": len(led), "share": round(len(led) / len(rows), 3), "by_step": steps}
    return led, facts | {"departments": len({one.department for one in led})}


class _Road:
    """The way of a case from the message to the office that signs for it."""

    def __init__(self):
        from bandeng.ground.directory import api as directory

        self.offices = {office.code: office.pk for office in directory.offices().values()}
        self.went: Counter[str] = Counter()

    def lead(self, one: Led, *, is_suggested: bool) -> str:
        """Lead one case; give what the office with most cases was."""
        from bandeng.speak.casework import api as cases
        from bandeng.speak.suggestions import api as suggestions

        most = self.went.most_common(1)
        with county.moved(one.at):
            item = cases.Registration(one.words, "web", self.offices[county.RECEPTION])
            by = county.hand("receptionist.reception", one.at)
            (made,) = cases.register_many([item], by=by, now=one.at)
            if is_suggested:
                suggestions.suggest_for_new(now=one.at + SOON)
            to, key = self.offices[one.department], made.case.pk
            at = one.at + 2 * SOON
            cases.dispatch(key, to=to, by=county.hand("dispatcher.reception", at), now=at)
            cases.accept(key, by=county.hand(f"handler.{one.department}", at), now=at + SOON)
            suggestions.settle(now=at + 2 * SOON)
        self.went[one.department] += 1
        return most[0][0] if most else ""


def _month(road: _Road, name: str, ours: Sequence[Led]) -> dict:
    """Learn, then lead a month's cases; give what was right."""
    from bandeng.speak.suggestions import api as suggestions
    from bandeng.speak.suggestions import learned
    from bandeng.speak.suggestions.models import Suggested

    begins = ours[0].at - timedelta(hours=1)
    began = time.process_time()
    with county.moved(begins):
        suggestions.learn("office", now=begins)
    took = time.process_time() - began
    learned.forget()
    before = set(Suggested.objects.values_list("pk", flat=True))
    most = sum(road.lead(one, is_suggested=True) == one.department for one in ours)
    rows = list(Suggested.objects.exclude(pk__in=before).exclude(settled_at=None))
    return {
        "month": name,
        "cases": len(ours),
        "suggested": len(rows),
        "right": sum(row.chosen_id == row.first_id for row in rows),
        "right_in_two": sum(row.chosen_id in (row.first_id, row.second_id) for row in rows),
        "sure": sum(row.is_sure for row in rows),
        "sure_right": sum(row.is_sure and row.chosen_id == row.first_id for row in rows),
        "expected": round(sum(row.probability for row in rows), 2),
        "most_frequent_right": most,
        "learned_s": round(took, 1),
    }


def _all(months: Sequence[dict]) -> dict:
    """Add the months up."""
    total = {name: sum(month[name] for month in months) for name in months[0] if name not in {"month", "learned_s"}}
    number = total["suggested"]
    shares = ("right", "right_in_two", "sure", "expected", "most_frequent_right")
    return (
        total
        | {f"{name}_share": round(total[name] / number, 3) for name in shares}
        | {
            "right_interval": wilson(total["right"], number),
            "sure_right_share": round(total["sure_right"] / total["sure"], 3) if total["sure"] else None,
        }
    )


def wilson(right: int, number: int) -> list[float]:
    """Give the 95 % interval of a share (Wilson)."""
    z, share = 1.96, right / number
    middle = share + z * z / (2 * number)
    half = z * (share * (1 - share) / number + z * z / (4 * number * number)) ** 0.5
    whole = 1 + z * z / number
    return [round((middle - half) / whole, 3), round((middle + half) / whole, 3)]


def _first_day(held_out: Sequence[Led], now: datetime) -> dict:
    """Ask for the same cases what is suggested before any case was seen: names, duties and catalogue alone."""
    from bandeng.ground.core import api as core
    from bandeng.ground.directory import api as directory
    from bandeng.speak.suggestions import api as suggestions

    offices = {office.code: office for office in directory.offices().values()}
    right = in_two = 0
    for one in held_out:
        found = suggestions.beside(
            core.mask(one.words), area_id=None, dispatch_office_id=offices[county.RECEPTION].pk, topic_id=None, now=now
        )
        codes = [each.office.code for each in found.offices]
        right += codes[:1] == [one.department]
        in_two += one.department in codes[:2]
    number = len(held_out)
    return {
        "cases": number,
        "right_share": round(right / number, 3),
        "right_interval": wilson(right, number),
        "right_in_two_share": round(in_two / number, 3),
    }


def _page(now: datetime) -> dict:
    """Read what the page about suggestions shows."""
    from bandeng.speak.suggestions import calibration

    return {
        "all": _share(calibration.overall(now=now)),
        "sure": _share(calibration.sure(now=now)),
        "bands": [{"band": band.label, **_share(band)} for band in calibration.by_band(now=now)],
    }


def _share(share) -> dict:
    figures = {"number": share.number, "percent": share.percent, "percent_in_two": share.percent_in_two}
    return figures | ({"expected_percent": share.expected_percent} if share.expected is not None else {})
