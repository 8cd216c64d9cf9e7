"""Cases that tell of one event, found as they come in and proposed: the worker's part of this room.

The engine remembers numbers, no texts, in the worker's memory, and begins anew each day and with each worker: what
people said of cases is read again then, and obeyed by `propose` at any time.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from bandeng.engines.similarity import events
from bandeng.ground.core import api as core
from bandeng.ground.directory import api as directory
from bandeng.speak.casework import api as cases

from .constraints import constraints
from .scope import without_compartments
from .services import Group, Link, propose, waiting_with

BACK = timedelta(days=60)  # an event is reported within weeks; what comes later is another one
MOST = 5_000  # cases read at the beginning: seconds of work
STEP = 50


LATE = timedelta(minutes=2)  # an id made earlier may be committed later: so far back is looked again


@dataclass
class _Memory:
    grouper: events.Grouper
    read: set[UUID]
    begun_on: date


_memory: _Memory | None = None


def forget() -> None:
    """Begin anew next time."""
    global _memory
    _memory = None


def find(*, now: datetime) -> int:
    """Read the cases that came in since the last step, and propose what they belong together with; gives how many.

    The first step of a day reads the last sixty days at once.
    """
    try:
        today = directory.day_of(now)
        if _memory is None or _memory.begun_on != today:
            return _begin(now, today)
        return _go_on(_memory, now)
    except Exception:
        forget()  # what was read and not proposed is read again
        raise


def _go_on(memory: _Memory, now: datetime) -> int:
    late = UUID(int=max(max(memory.read).int - (int(LATE.total_seconds() * 1000) << 80), 0))
    found = list(_cases(after=late).exclude(pk__in=[key for key in memory.read if key > late])[:STEP])
    if not found:
        return 0
    groups = []
    for case in found:
        memory.read.add(case.pk)
        assignment = memory.grouper.add(_message(case))
        members = memory.grouper.members(assignment.group)
        if len(members) > 1:
            groups.append(Group(tuple(map(UUID, members)), tuple(_links(assignment.links))))
    propose(_open_ones(_with_those_out_of_sight(groups, memory.read)), now=now)
    return len(found)


def _begin(now: datetime, today: date) -> int:
    global _memory
    newest = _cases(after=core.id_at(now - BACK)).order_by("-pk")[:MOST]
    found = sorted(newest, key=lambda case: case.pk)
    if not found:
        return 0
    names = _names()
    grouping = events.group([_message(case) for case in found], _said(found), names=names)
    _memory = _Memory(events.Grouper.of(grouping, names=names), {case.pk for case in found}, today)
    groups = [
        Group(tuple(map(UUID, members)), tuple(_links({link for one in members for link in grouping.why(one, 1)})))
        for members in grouping.groups
        if len(members) > 1
    ]
    propose(_open_ones(_with_those_out_of_sight(groups, _memory.read)), now=now)
    return 1


def _cases(*, after: UUID):
    rows = without_compartments(cases.Case.objects.filter(pk__gt=after)).exclude(words_masked="")
    return rows.only("words_masked", "received_at", "area").order_by("pk")


def _message(case: cases.Case) -> events.Message:
    area = directory.areas().get(case.area_id)
    title = case.words_masked.split("。")[0][:60]
    return events.Message(str(case.pk), title, case.words_masked, case.received_at, area.label_zh if area else None)


def _names() -> list[str]:
    return sorted({area.label_zh for area in directory.areas().values()})


def _said(found: list[cases.Case]) -> events.Constraints:
    keys = {case.pk for case in found}
    said = constraints(keys)
    together = [
        (str(one), str(other))
        for group in said.together
        for one, other in zip(sorted(group & keys), sorted(group & keys)[1:], strict=False)
    ]
    apart = [(str(one), str(other)) for one, other in said.apart if {one, other} <= keys]
    return events.Constraints.of(together, apart)


def _links(links: Iterable[events.Link]) -> Iterator[Link]:
    by_name = {area.label_zh: area.pk for area in directory.areas().values()}
    for link in sorted(links, key=lambda link: (-link.score, link.one, link.other)):
        place = next((by_name[name] for name in link.places if name in by_name), None)
        words = tuple(dict.fromkeys((*link.words, *link.title)))
        yield Link(UUID(link.one), UUID(link.other), words, place, round(link.days))


def _open_ones(groups: list[Group]) -> list[Group]:
    """Keep what lies in one place, and of that the groups in which more than one case is still open."""
    keys = {key for group in groups for key in group.cases}
    rows = cases.Case.objects.filter(pk__in=keys).values_list("pk", "area_id", "status")
    areas = {key: area for key, area, _status in rows}
    still = {key for key, _area, status in rows if status in cases.rules.OPEN}
    placed = [_in_one_place(group, areas) for group in groups]
    return [group for group in placed if len(still.intersection(group.cases)) > 1]


def _with_those_out_of_sight(groups: list[Group], read: set[UUID]) -> list[Group]:
    """Add to each group what it waits with and was not read this time: that is older than what is looked at.

    The grouping says nothing of it, so it stays with those it was proposed with; with most of them, where they parted.
    """
    named = {key: number for number, group in enumerate(groups) for key in group.cases}
    more: dict[int, list[UUID]] = {}
    for together in waiting_with(named):
        numbers = [named[key] for key in together if key in named]
        if unread := sorted(together - read):
            more.setdefault(max(sorted(set(numbers)), key=numbers.count), []).extend(unread)
    return [Group((*group.cases, *more.get(number, ())), group.links) for number, group in enumerate(groups)]


def _in_one_place(group: Group, areas: dict[UUID, UUID | None]) -> Group:
    """Keep the cases of the place that most of a group come from, those from above it, and those from nowhere.

    A light is out in one village; the same words from another are another light. What reaches over several villages is
    told from their township, or joined by a person.
    """
    told: dict[UUID | None, list[UUID]] = {}
    for key in group.cases:
        told.setdefault(areas.get(key), []).append(key)
    chains = {area: [place.pk for place in directory.area_chain(area)] for area in told}
    support = {
        area: sum(len(keys) for other, keys in told.items() if other is None or other in chain)
        for area, chain in chains.items()
    }
    main = max(chains, key=lambda area: (support[area], len(chains[area]), str(area)))
    kept = [key for key in group.cases if areas.get(key) is None or areas[key] in chains[main]]
    links = tuple(link for link in group.links if {link.first, link.second} <= set(kept))
    return Group(tuple(kept), links)
