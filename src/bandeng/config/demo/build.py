"""Make the demonstration in an empty, migrated database."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.conf import settings
from django.utils import translation

from bandeng.ground.directory import api as directory

from . import events, setting, voices
from .fates import FATES
from .people import People
from .stage import Stage
from .stories import Matter

SEED = 2026
BEGINS = 41  # working days before the end: eight weeks and a morning
DAYS_BEFORE = timedelta(days=70)  # when the county was set up
PHOTOS = 6
ENOUGH = 40  # cases from which some are about one event


@dataclass(frozen=True)
class Built:
    """What was made: cases, and steps that a limit forestalled."""

    cases: int
    fallen: list[str]


def shares(count: int) -> list[int]:
    """Divide a number of cases among the fates, in proportion; each has one while there are enough."""
    total = sum(fate.share for fate in FATES)
    exact = [fate.share * count / total for fate in FATES]
    given = [max(1, int(part)) if count >= len(FATES) else int(part) for part in exact]
    by_rest = sorted(range(len(FATES)), key=lambda n: (int(exact[n]) - exact[n], n))
    for n in range(count - sum(given)):
        given[by_rest[n % len(FATES)]] += 1
    while sum(given) > count:
        given[given.index(max(given))] -= 1
    return given


class _Chooser:
    """Deals voices of each group in turn, shuffled, so that all are heard before one is heard twice."""

    def __init__(self, rng: Random):
        everything = voices.read()
        handled = [v for v in everything if not v.fate and v.procedure != "on_the_spot"]
        groups = {
            "handled": handled,
            "approved": [v for v in handled if v.procedure != "enquiry"],
            "missing": [v for v in handled if v.missing],
            "on_the_spot": [v for v in everything if v.procedure == "on_the_spot"],
            "redirected": [v for v in everything if v.fate == "redirected"],
            "rejected": [v for v in everything if v.fate == "rejected"],
        }
        self.rng, self.groups = rng, groups
        self.left: dict[str, list[voices.Voice]] = {name: [] for name in groups}

    def next(self, group: str) -> voices.Voice:
        if not self.left[group]:
            self.left[group] = self.rng.sample(self.groups[group], len(self.groups[group]))
        return self.left[group].pop()


def build(*, now: datetime, cases: int = 200, seed: int = SEED, progress: Callable[[], object] = lambda: None) -> Built:
    """Bring the county in as of eight weeks ago and let `cases` matters happen until `now`; the same seed, the same.

    `progress` is called once a case. Not inside a transaction.
    """
    rng = Random(seed)  # noqa: S311 - stories, not secrets
    setting.bring_county(now=now - DAYS_BEFORE)
    stage = Stage(now, People(now), rng)
    begins = stage.ago(BEGINS)
    setting.open_accounts(now=begins)
    villages = [area for area in directory.areas().values() if area.kind == "village"]
    chooser = _Chooser(rng)
    stories = []
    happened = events.read() if cases >= ENOUGH else []
    spoken = sum(len(event.voices) for event in happened)
    for fate, share in zip(FATES, shares(cases - spoken), strict=True):
        for _case in range(share):
            area = rng.choice(villages)
            voice = chooser.next(fate.voices).spoken(area.label_zh, rng)
            matter = Matter(stage, voice, area)
            stories.append((stage.ago(rng.uniform(*fate.ago)), fate, matter))
    for _at, _fate, matter in rng.sample(stories, min(PHOTOS, len(stories))):
        matter.is_photographed = True
    plays = [(at, fate.play(matter)) for at, fate, matter in stories]
    plays += [(stage.ago(e.ago), e.play(stage, events.places(e, villages, rng))) for e in happened]
    with translation.override(settings.LANGUAGE_CODE):  # what pages would have written, whatever the terminal speaks
        stage.play(plays, progress)
    return Built(len(stories) + spoken, stage.fallen)
