"""Cases that tell of one event, found as they come in and proposed: the worker's part of this room.

The engine remembers numbers, no texts, in the worker's memory, and begins anew each day and with each worker: what
people said of cases is read again then, and obeyed by `propose` at any time.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import combinations
from typing import TypeVar
from uuid import UUID

from django.db.models import QuerySet

from bandeng.engines.similarity import events
from bandeng.ground.core import api as core
from bandeng.ground.directory import api as directory
from bandeng.speak.casework import api as cases

from .constraints import constraints
from .scope import without_compartments
from .services import Group, Link, full_with, propose, still_full, waiting_with
from .services.common import MOST as TOGETHER

Key = TypeVar("Key", str, UUID)

BACK = timedelta(days=60)  # an event is reported within weeks; what comes later is another one
MOST = 5_000  # cases read at the beginning
STEP = 100  # cases that came in, and are read and proposed in a step
READ = 500  # cases read in a step of the beginning
PROPOSED = 50  # cases proposed in a step of the beginning, with the group that reaches it
LATE = timedelta(minutes=2)  # an id made earlier may be committed later: so far back is looked again


@dataclass
class _Memory:
    """What was read: `grouper` once the beginning has come so far, and `beginning` until it is through."""

    begun_on: date
    now: datetime
    areas: dict[str, UUID | None] = field(default_factory=dict)  # of each case that was read; one's area never changes
    full: dict[UUID, frozenset[str]] = field(default_factory=dict)  # proposals without room, and the cases they name
    grouper: events.Grouper | None = None
    beginning: Iterator[None] | None = None


_memory: _Memory | None = None


def forget() -> None:
    """Begin anew next time."""
    global _memory
    _memory = None


def find(*, now: datetime, limit: int = STEP) -> int:
    """Read cases that came in since the last step, and propose what they belong together with; gives how many.

    The first steps of a day read the last sixty days, each a bounded part (`limit` while there is more). A worker
    that is killed meanwhile begins anew: what it has proposed is known then.
    """
    global _memory
    try:
        today = directory.day_of(now)
        if _memory is None or (_memory.begun_on != today and _memory.beginning is None):
            _memory = _Memory(today, now)
            _memory.beginning = _begin(_memory)
        _memory.now = now
        return _go_on(_memory, limit) if _memory.beginning is None else _begin_further(_memory, limit)
    except Exception:
        forget()  # what was read and not proposed is read again
        raise


def _begin_further(memory: _Memory, limit: int) -> int:
    """Take one step of the beginning. Where there was no case at all the next step looks again."""
    for _step in memory.beginning or ():
        return limit  # there is more to do
    memory.beginning = None
    if not memory.areas:
        forget()
        return 0
    return limit


def _go_on(memory: _Memory, limit: int) -> int:
    late = UUID(int=max(UUID(max(memory.areas)).int - (int(LATE.total_seconds() * 1000) << 80), 0))
    latest = _cases(after=late).values_list(
        "pk", flat=True
    )  # compared here: a list of all that was read is dear to ask
    found = list(_cases().filter(pk__in=[key for key in latest if str(key) not in memory.areas][:limit]))
    links: list[events.Link] = []
    for case in found:
        memory.areas[str(case.pk)] = case.area_id
        links += memory.grouper.add(_message(case)).links
    groups = {memory.grouper.group_of(str(case.pk)): None for case in found}  # as they are after the last of them
    members = [keys for group in groups if len(keys := memory.grouper.members(group)) > 1]
    _propose(memory, [_group(keys, links) for keys in _with_room(memory, members)])
    return len(found)


def _begin(memory: _Memory) -> Iterator[None]:
    newest = _cases(after=core.id_at(memory.now - BACK)).order_by("-pk").values_list("pk", flat=True)[:MOST]
    keys = sorted(newest)
    messages = []
    memory.areas |= dict.fromkeys(map(str, keys))  # one that is gone meanwhile is not waited for
    for start in range(0, len(keys), READ):
        for case in _cases().filter(pk__in=keys[start : start + READ]):
            memory.areas[str(case.pk)] = case.area_id
            messages.append(_message(case))
        yield
    if not messages:
        return
    said = _said(set(keys))
    yield
    grouping, memory.grouper = yield from events.in_steps(messages, said, names=_names())
    waiting: list[Group] = []
    for members in grouping.groups:
        if len(members) == 1:
            continue
        kept = members[:TOGETHER]  # of all pairs there are too many beyond
        more = [grouping.link(kept[0], other) for other in members[TOGETHER:]]
        waiting.append(_group(members, [*_strongest(grouping, kept), *more]))
        if sum(len(group.cases) for group in waiting) >= PROPOSED:
            _propose(memory, waiting)
            waiting = []
            yield
    _propose(memory, waiting)


def _strongest(grouping: events.Grouping, members: Sequence[str]) -> list[events.Link]:
    """Give each member's strongest link to another; each pair is explained once."""
    best: dict[str, events.Link] = {}
    for one, other in combinations(members, 2):
        link = grouping.link(one, other)
        for id_ in (one, other):
            if id_ not in best or link.score > best[id_].score:
                best[id_] = link
    return list(dict.fromkeys(best.values()))


def _group(members: Sequence[str], links: Iterable[events.Link]) -> Group:
    within = set(members)
    return Group(tuple(map(UUID, members)), tuple(_links(link for link in links if {link.one, link.other} <= within)))


def _propose(memory: _Memory, groups: list[Group]) -> None:
    propose(_open_ones(_with_those_out_of_sight(groups, memory.areas)), now=memory.now)


def _cases(*, after: UUID | None = None) -> QuerySet[cases.Case]:
    rows = without_compartments(cases.Case.objects.exclude(words_masked=""))
    rows = rows.filter(pk__gt=after) if after else rows
    return rows.only("words_masked", "received_at", "area").order_by("pk")


def _message(case: cases.Case) -> events.Message:
    area = directory.areas().get(case.area_id)
    title = case.words_masked.split("。")[0][:60]
    return events.Message(str(case.pk), title, case.words_masked, case.received_at, area.label_zh if area else None)


def _names() -> list[str]:
    return sorted({area.label_zh for area in directory.areas().values()})


def _said(keys: set[UUID]) -> events.Constraints:
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


def _with_room(memory: _Memory, groups: Sequence[Collection[str]]) -> list[Collection[str]]:
    """Leave out groups of an event that is proposed with as many cases as an act may name: the next wait for that one.

    Of large events this is what becomes of nearly every case, and all else that is asked of a group is dearer.
    """
    placed = [frozenset(_of_one_place(group, memory.areas)) for group in groups]
    known = memory.full.keys() & {proposal for proposal, _number in _proposed(memory, placed)}
    for proposal in known - still_full(known) if known else ():
        del memory.full[proposal]
    done = {number for _proposal, number in _proposed(memory, placed)}
    if len(done) < len(placed):
        rest = frozenset().union(*(keys for number, keys in enumerate(placed) if number not in done))
        memory.full |= {key: frozenset(map(str, named)) for key, named in full_with(map(UUID, rest)).items()}
        done = {number for _proposal, number in _proposed(memory, placed)}
    return [group for number, group in enumerate(groups) if number not in done]


def _proposed(memory: _Memory, groups: Sequence[Set[str]]) -> Iterator[tuple[UUID, int]]:
    """Give each full proposal that has a group's event, with the group's place.

    Cases of it that were not read this time stand with the group that has the most of the others.
    """
    for proposal, named in memory.full.items() if groups else ():
        within = [len(named & keys) for keys in groups]
        most = within.index(max(within))
        if within[most]:
            within[most] += len(named - memory.areas.keys())
            yield from ((proposal, number) for number, often in enumerate(within) if 2 * often >= len(named))


def _with_those_out_of_sight(groups: list[Group], read: Collection[str]) -> list[Group]:
    """Add to each group what it waits with and was not read this time: that is older than what is looked at.

    The grouping says nothing of it, so it stays with those it was proposed with; with most of them, where they parted.
    """
    named = {key: number for number, group in enumerate(groups) for key in group.cases}
    more: dict[int, list[UUID]] = {}
    for together in waiting_with(named):
        numbers = [named[key] for key in together if key in named]
        if unread := sorted(key for key in together if str(key) not in read):
            more.setdefault(max(sorted(set(numbers)), key=numbers.count), []).extend(unread)
    return [Group((*group.cases, *more.get(number, ())), group.links) for number, group in enumerate(groups)]


def _in_one_place(group: Group, areas: Mapping[UUID, UUID | None]) -> Group:
    kept = _of_one_place(group.cases, areas)
    return Group(tuple(kept), tuple(link for link in group.links if {link.first, link.second} <= set(kept)))


def _of_one_place(keys: Sequence[Key], areas: Mapping[Key, UUID | None]) -> list[Key]:
    """Keep the cases of the place that most of a group come from, those from above it, and those from nowhere.

    A light is out in one village; the same words from another are another light. What reaches over several villages is
    told from their township, or joined by a person.
    """
    told = Counter(areas.get(key) for key in keys)
    chains = {area: [place.pk for place in directory.area_chain(area)] for area in told}
    support = {
        area: sum(often for other, often in told.items() if other is None or other in chain)
        for area, chain in chains.items()
    }
    main = max(chains, key=lambda area: (support[area], len(chains[area]), str(area)))
    within = {area for area in told if area is None or area in chains[main]}
    return [key for key in keys if areas.get(key) in within]
