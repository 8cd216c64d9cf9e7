"""Events of which several people speak: cases that somebody links as one matter, or that wait to be linked."""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from uuid import UUID

from bandeng.ground.directory import api as directory
from bandeng.speak.casework import api as casework
from bandeng.speak.matters import api as matters

from .people import identity
from .stage import Stage, Story
from .stories import Matter, accepted, approved, dispatched, registers, served
from .voices import REMEDY, Voice

CENTRE = "qzzx"  # the county's centre hears of an event from several places, and links what it heard


@dataclass(frozen=True)
class Event:
    """What happened, in the words of those who spoke, and what the office writes for all of them (events.toml)."""

    fate: str
    topic: str
    ago: float
    voices: list[str]
    villages: int = 1
    title: str = ""
    note: str = ""
    core: str = ""
    opinion: str = ""
    basis: str = ""
    shared: list[str] = field(default_factory=list)
    handled_by: str = ""  # an office's code; none: whom the dispatch catalogue names

    def play(self, stage: Stage, areas: list[directory.Area]) -> Story:
        """Let everybody speak, and then whoever links them."""
        told = [self._told(stage, areas[n % len(areas)], words) for n, words in enumerate(self.voices)]
        told[-1].who = told[0].who  # the last to speak spoke before
        for m in told:
            yield from registers(m)
            yield from dispatched(m, to=directory.office(self.handled_by).pk if self.handled_by else None)
            yield from accepted(m)
            yield stage.later(0.5, 2)
        if self.fate == "proposed":
            self._propose(told)
            return
        yield from self._one_matter(told)

    def _told(self, stage: Stage, area: directory.Area, words: str) -> Matter:
        said = Voice(self.topic, words.format(v=area.label_zh), self.core, basis=self.basis, facts=self.note)
        who = identity(area.label_zh, stage.rng)
        return Matter(stage, said, area, who=who, counter=directory.office(CENTRE).pk)

    def _propose(self, told: list[Matter]) -> None:
        pairs = zip(told, told[1:], strict=False)
        links = tuple(matters.Link(a.key, b.key, tuple(self.shared), a.area.pk, days=1) for a, b in pairs)
        matters.propose([matters.Group(tuple(m.key for m in told), links)], now=told[0].now)

    def _one_matter(self, told: list[Matter]) -> Story:
        stage, case = told[0].stage, told[0].case
        by = told[0].hand("dispatcher", directory.office(CENTRE).pk)
        title = self.title.format(v=told[0].area.label_zh)
        made = matters.make([m.key for m in told], title=title, by=by, now=stage.now)
        yield stage.later(0.5, 2)
        handler = told[0].hand("handler", case.holder_id)
        matters.write_text(made.pk, "note", self.note, seen=0, by=handler, now=stage.now)
        yield stage.later(0.2, 1)
        matters.write_text(made.pk, "core", self.core, seen=0, by=handler, now=stage.now)
        matters.make_drafts(made.pk, by=handler, now=stage.now)
        if self.fate != "answered":
            return
        for m in told:
            yield from self._answered(m, handler)
        matters.close(made.pk, by=by, now=stage.now)

    def _answered(self, m: Matter, by: casework.Hand) -> Story:
        """Send the draft that begins with the core, with what is particular to this person, on its way."""
        yield m.stage.later(0.3, 2)
        case = m.case
        name = casework.draft_name(case, "draft")
        begun = casework.load_draft(by.key, name, now=m.now)["opinion"]
        text = casework.ReplyText(
            opinion=f"{begun}\n\n{self.opinion}", facts=self.note, basis=self.basis, remedy=REMEDY, result="supported"
        )
        casework.draft_reply(m.key, text, by=by, now=m.now)
        casework.drop_draft(by.key, name)
        yield from approved(m)
        yield from served(m)


def read() -> list[Event]:
    """Read all of them."""
    text = (Path(__file__).parent / "events.toml").read_text(encoding="utf-8")
    return [Event(**row) for row in tomllib.loads(text)["event"]]


def places(event: Event, villages: list[directory.Area], rng: Random) -> list[directory.Area]:
    """Choose where it happened: so many villages of one township."""
    towns: dict[UUID, list[directory.Area]] = {}
    for village in villages:
        towns.setdefault(village.parent_id, []).append(village)
    fit = [those for those in towns.values() if len(those) >= event.villages]
    return rng.sample(rng.choice(fit), event.villages)
