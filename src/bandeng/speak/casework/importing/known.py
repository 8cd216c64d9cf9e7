"""By which labels a sheet may name the county's offices, places and topics: each label that means one row alone."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from uuid import UUID

from bandeng.ground.directory import api as directory


def known_offices() -> dict[str, UUID]:
    """Map the names of offices in use."""
    offices = [office for office in directory.offices().values() if office.is_active]
    return _only((name, o.pk) for o in offices for name in (o.label_zh, o.short_zh, o.label_en))


def known_areas(on: date) -> dict[str, UUID]:
    """Map the names of places that exist on a day, below the county also by their paths, "town/village"."""
    areas = [a for a in directory.areas().values() if a.valid_from <= on and (a.valid_to is None or on <= a.valid_to)]
    paths = ((_path(directory.area_chain(area)[:-1]), area.pk) for area in areas)
    return _only([*((name, a.pk) for a in areas for name in (a.label_zh, a.label_en)), *paths])


def known_topics() -> dict[str, UUID]:
    """Map the names of topics in use, also by their paths."""
    topics = [topic for topic in directory.topics().values() if topic.is_active]
    paths = ((_path(directory.topic_chain(topic)), topic.pk) for topic in topics)
    return _only([*((name, t.pk) for t in topics for name in (t.label_zh, t.label_en)), *paths])


def _path(chain: list) -> str:
    return "/".join(row.label_zh for row in reversed(chain))


def _only(named: Iterable[tuple[str, UUID]]) -> dict[str, UUID]:
    """Leave out names that two rows have: which is meant, only a person can tell."""
    keys: defaultdict[str, set[UUID]] = defaultdict(set)
    for name, key in named:
        keys[name].add(key)
    return {name: found.pop() for name, found in keys.items() if name and len(found) == 1}
