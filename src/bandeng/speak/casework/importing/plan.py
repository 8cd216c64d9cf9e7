"""Plan an import: what each row of a table would become, and every doubt about it. Writes nothing, asks no database.

The same table, source and directory give the same plan: what a person saw in the trial run is what happens.
"""

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from django.utils.translation import gettext

from bandeng.ground.core.api import Row, Table

from . import columns, text
from .columns import Aliases, Match, loose
from .dates import Reading, read_column
from .doubts import GIVES, Doubt, doubt
from .planned import Plan, Planned

LONGEST_WORDS = 20_000
LONGEST_NUMBER = 80
_DATES = ("received_at", "closed_at", "answered_at")
_CODED = ("order_type", "is_resolved", "satisfaction")
_STEPS = re.compile(r"-+>|→|>|\uff1e|/|—+")  # between the levels of a topic in one cell
_TOPICS = ("topic_l1", "topic_l2", "topic_l3", "topic_l4", "topic_l5")


def plan(
    table: Table,
    source: str,
    aliases: Aliases,
    *,
    now: dt.datetime,
    known_offices: Mapping[str, object] | None = None,
    known_areas: Mapping[str, object] | None = None,
    known_topics: Mapping[str, object] | None = None,
) -> Plan:
    """Plan the import of one table from `source` (for example "12345").

    `known_*` map every label and other name to a key; a place or topic may also be given by its path, "town/village",
    which is tried first. An empty mapping asks for no guess and gives no doubt.
    """
    found = columns.match(table.headers, aliases)
    known = {"office": known_offices, "area": known_areas, "topic": known_topics}
    loose_known = {kind: {loose(label): key for label, key in (labels or {}).items()} for kind, labels in known.items()}
    work = _Planner(table, aliases, found, loose_known, now)
    work.check_columns()
    planned = [work.one(row, index) for index, row in enumerate(table.rows)] if not work.missing else []
    work.check_numbers(planned)
    held = {row.number for row in table.rows} if work.missing else {one.row for one in work.doubts if one.is_held}
    rows = [one for one in planned if one.row not in held and one.row not in work.repeated]
    work.doubts.sort(key=lambda one: one.row)
    counts = {
        "rows": len(table.rows),
        "planned": len(rows),
        "held": len(held),
        "repeated": len(work.repeated - held),
        "answered": sum(one.status == "answered" for one in rows),
        "open": sum(one.status == "open" for one in rows),
    }
    return Plan(
        rows,
        work.doubts,
        {name: [table.headers[at] for at in positions] for name, positions in found.mapped.items()},
        list(found.refused.values()),
        [table.headers[at] for at in found.unmapped],
        counts,
        dict(Counter(one.code for one in work.doubts)),
        aliases.kind,
    )


class _Planner:
    """The state of one planning: the columns, the dates read column-wise, the doubts so far."""

    def __init__(self, table: Table, aliases: Aliases, found: Match, known: dict, now: dt.datetime):
        self.headers, self.aliases, self.found, self.known = table.headers, aliases, found, known
        self.doubts: list[Doubt] = []
        self.repeated: set[int] = set()
        self.missing = [name for name in GIVES if name not in found.mapped]
        self.dates: dict[int, Sequence[Reading | None]] = {
            at: read_column([row.cells[at] for row in table.rows], now=now)
            for name in _DATES
            for at in found.mapped.get(name, ())
        }

    def check_columns(self) -> None:
        for name in self.missing:
            names = "、".join(self.aliases.columns[name])
            self.doubts.append(doubt(0, "", "column_missing", what=gettext(GIVES[name]), names=names))
        if "answer" in self.found.mapped and not {"answered_at", "closed_at"} & set(self.found.mapped):
            self.doubt(0, self.found.mapped["answer"][0], "answers_without_dates")

    def one(self, row: Row, index: int) -> Planned:
        one = Planned(row.number, self.number(row))
        self.words(row, one)
        self.read_dates(index, one)
        self.status(row, one)
        self.coded(row, one)
        self.guesses(row, one)
        self.caller(row, one)
        self.rest(row, one)
        return one

    # -- cells --

    def cell(self, row: Row, name: str) -> tuple[object, int]:
        """Give the first cell of a field that has a value, and its position (-1: the sheet has no such column)."""
        positions = self.found.mapped.get(name)
        if positions is None:  # most fields of most sheets
            return None, -1
        for at in positions:
            if row.cells[at] is not None:
                return row.cells[at], at
        return None, positions[0]

    def short(self, row: Row, name: str) -> str:
        return text.one_line(self.cell(row, name)[0]) if name in self.found.mapped else ""

    def doubt(self, row: int, at: int, code: str, **values: object) -> None:
        self.doubts.append(doubt(row, self.headers[at] if at >= 0 else "", code, **values))

    # -- parts of a row --

    def number(self, row: Row) -> str:
        value, at = self.cell(row, "number")
        if isinstance(value, float) and abs(value) >= 1e15:
            self.doubt(row.number, at, "number_rounded")
        number = text.one_line(value)
        if not number:
            self.doubt(row.number, at, "no_number")
        elif len(number) > LONGEST_NUMBER:
            self.doubt(row.number, at, "number_too_long")
        elif text.tells_who(number):
            self.doubt(row.number, at, "number_tells_who")
        return number

    def words(self, row: Row, one: Planned) -> None:
        for name in ("title", "content", "answer"):
            value, at = self.cell(row, name)
            clean = text.tidy(value)
            setattr(one, name, clean.text)
            if clean.had_controls:
                self.doubt(row.number, at, "control_characters")
            if text.has_markup(clean.text):
                self.doubt(row.number, at, "html")
            if len(clean.text) > LONGEST_WORDS:
                self.doubt(row.number, at, "too_long", limit=LONGEST_WORDS)
        if not one.content:
            at = self.cell(row, "content")[1]
            self.doubt(row.number, at, "only_title" if one.title else "no_content")
        is_said_twice = one.content.startswith(one.title)
        one.words = one.content if is_said_twice else f"{one.title}\n{one.content}".strip()

    def read_dates(self, index: int, one: Planned) -> None:
        for name in _DATES:
            for at in self.found.mapped.get(name, ()):
                reading = self.dates[at][index]
                if reading is None:
                    continue
                if reading.doubt:
                    self.doubt(one.row, at, reading.doubt, is_held=name == "received_at")
                setattr(one, name, reading.at)
                if name == "received_at":
                    one.received_precision = reading.precision
                break
            else:
                if name == "received_at":
                    self.doubt(one.row, next(iter(self.found.mapped.get(name, ())), -1), "no_date")
        for name, code in (("answered_at", "answer_before_question"), ("closed_at", "closed_before_question")):
            if self.is_before(getattr(one, name), one.received_at):
                self.doubt(one.row, self.found.mapped[name][0], code)

    @staticmethod
    def is_before(later: dt.datetime | None, earlier: dt.datetime | None) -> bool:
        """Tell whether two moments are the wrong way round; the same day is right, one may have no time."""
        return bool(later and earlier and later.date() < earlier.date())

    def status(self, row: Row, one: Planned) -> None:
        """Tell open from answered. Without words of an answer a case is open, whatever the other system called it."""
        value, at = self.cell(row, "status")
        said = self.aliases.values.get("status", {}).get(loose(value)) if value is not None else None
        if value is not None and said is None:
            self.doubt(row.number, at, "status_unknown")
        if said == "answered" and not one.answer:
            self.doubt(row.number, at, "answered_without_answer")
        elif said == "open" and one.answer:
            self.doubt(row.number, at, "open_with_answer")
        one.status = "answered" if one.answer and said != "open" else "open"
        one.answered_at = one.answered_at or (one.closed_at if one.answer else None)
        at = self.cell(row, "answered_at")[1]
        if one.status == "answered" and one.answered_at is None and at >= 0:
            self.doubt(row.number, at, "answer_without_date")

    def coded(self, row: Row, one: Planned) -> None:
        for name in _CODED:
            value, at = self.cell(row, name)
            if value is None:
                continue
            word = self.aliases.values.get(name, {}).get(loose(value), "")
            if not word:
                self.doubt(row.number, at, "value_unknown")
            setattr(one, name, word)

    def guesses(self, row: Row, one: Planned) -> None:
        self.office(row, one)
        self.area(row, one)
        self.topic(row, one)

    def office(self, row: Row, one: Planned) -> None:
        one.office_text = self.short(row, "host_unit")
        if not one.office_text or not self.known["office"]:
            return
        one.office = self.known["office"].get(loose(one.office_text))
        if one.office is None:
            self.doubt(row.number, self.cell(row, "host_unit")[1], "office_unknown", value=text.shown(one.office_text))

    def area(self, row: Row, one: Planned) -> None:
        district, town, community = (self.short(row, name) for name in ("district", "town", "community"))
        path = [part for part in (town, community) if part]
        one.area_text = "/".join(part for part in (district, *path) if part)
        if not path or not self.known["area"]:  # a district is the county itself: it tells nothing
            return
        at = self.cell(row, "community" if community else "town")[1]
        one.area, depth = _deepest(path, self.known["area"])
        if one.area is None:
            self.doubt(row.number, at, "area_unknown", value=text.shown(one.area_text))
        elif depth < len(path):
            self.doubt(row.number, at, "area_partly", value=text.shown(community))

    def topic(self, row: Row, one: Planned) -> None:
        path = [part for name in _TOPICS if (part := self.short(row, name))]
        if not path and (whole := self.short(row, "topic")):
            path = [part.strip() for part in _STEPS.split(whole) if part.strip()]
        one.topic_text = "/".join(path)
        if path and self.known["topic"]:
            one.topic, _depth = _deepest(path, self.known["topic"])
            if one.topic is None:
                name = "topic_l1" if "topic_l1" in self.found.mapped else "topic"
                at = self.cell(row, name)[1]
                self.doubt(row.number, at, "topic_unknown", value=text.shown(one.topic_text))

    def caller(self, row: Row, one: Planned) -> None:
        one.caller_name = text.name(self.cell(row, "caller_name")[0])
        one.caller_account = self.short(row, "caller_account")
        value, at = self.cell(row, "caller_phone")
        one.caller_phone = text.phone(value)
        if value is not None and not one.caller_phone and not text.is_nothing(value) and "*" not in str(value):
            self.doubt(row.number, at, "phone_unreadable")

    def rest(self, row: Row, one: Planned) -> None:
        one.location, one.company = self.short(row, "location"), self.short(row, "company")
        one.channel = self.short(row, "channel")
        one.likes, one.dislikes = (text.count(self.cell(row, name)[0]) for name in ("likes", "dislikes"))
        one.original = {
            header: None if at in self.found.refused else text.plain(row.cells[at])
            for at, header in enumerate(self.headers)
        }
        for at in self.found.mapped.get("tags", ()):
            tags = list(columns.split_tags(text.one_line(row.cells[at])))
            kept = [tag for tag in tags if not columns.why_refused(tag)]
            one.tags += kept
            if len(kept) < len(tags):
                self.doubt(row.number, at, "tag_refused")
                one.original[self.headers[at]] = ",".join(kept) or None

    # -- between rows --

    def check_numbers(self, planned: Sequence[Planned]) -> None:
        at = next(iter(self.found.mapped.get("number", ())), -1)
        by_number: defaultdict[str, list[Planned]] = defaultdict(list)
        for one in planned:
            if one.number:
                by_number[one.number].append(one)
        for same in by_number.values():
            if len(same) == 1:
                continue
            if len({(one.words, one.received_at) for one in same}) > 1:
                for one in same:  # which of them is right, only a person can tell
                    self.doubt(one.row, at, "number_differs")
            else:
                for one in same[1:]:
                    self.repeated.add(one.row)
                    self.doubt(one.row, at, "number_repeated")


def _deepest(path: Sequence[str], known: Mapping[str, object]) -> tuple[object | None, int]:
    """Find the key of the deepest known part of a path: at each depth the whole path first, then the bare name."""
    for depth in range(len(path), 0, -1):
        for label in _labels(path[:depth]):
            if (key := known.get(loose(label))) is not None:
                return key, depth
    return None, 0


def _labels(path: Sequence[str]) -> Iterator[str]:
    yield "/".join(path)
    yield path[-1]
