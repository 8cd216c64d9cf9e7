"""The county's small tables, kept in memory: areas, offices and topics are read on every page and change rarely.

So do the dispatch catalogue and the duty lists; they are read with the first question about them.
"""

import time
from collections.abc import Mapping
from threading import Lock
from types import MappingProxyType
from uuid import UUID

from .models import Area, CatalogueEntry, Duty, Office, Topic

SECONDS = 60  # within which the changes of another process are seen


class _Snapshot:
    """One consistent reading of the three tables, with the rows tied to one another so that no page runs a query."""

    def __init__(self):
        # Offices before areas: whatever area an office names was there before the office.
        self.offices = {row.pk: row for row in Office.objects.order_by("code")}
        self.areas = {row.pk: row for row in Area.objects.order_by("path")}
        self.topics = {row.pk: row for row in Topic.objects.order_by("code")}
        for area in self.areas.values():
            area.parent = self.areas[area.parent_id] if area.parent_id else None
        for topic in self.topics.values():
            topic.parent = self.topics[topic.parent_id] if topic.parent_id else None
        for office in self.offices.values():
            office.area = self.areas[office.area_id]
            office.superior = self.offices[office.superior_id] if office.superior_id else None
        self.offices_at: dict[UUID, list[Office]] = {}
        for office in self.offices.values():
            self.offices_at.setdefault(office.area_id, []).append(office)
        self.areas_by_code = {area.code: area for area in self.areas.values()}
        self.offices_by_code = {office.code: office for office in self.offices.values()}
        self.topics_by_code = {topic.code: topic for topic in self.topics.values()}
        # The monotonic clock measures the age of memory, never the time of an act.
        self.stale_at = time.monotonic() + SECONDS


class _Lists:
    """The dispatch catalogue and the duty lists by topic, as read together."""

    def __init__(self):
        self.entries: dict[UUID, list[CatalogueEntry]] = {}
        self.duties: dict[UUID, list[Duty]] = {}
        for entry in CatalogueEntry.objects.order_by("pk"):
            self.entries.setdefault(entry.topic_id, []).append(entry)
        for duty in Duty.objects.order_by("pk"):
            self.duties.setdefault(duty.topic_id, []).append(duty)
        self.stale_at = time.monotonic() + SECONDS


_lock = Lock()
_snapshot: _Snapshot | None = None
_lists: _Lists | None = None
_forgotten = 0


def snapshot() -> _Snapshot:
    """Give the tables as read at most a minute ago: three queries, or none."""
    global _snapshot
    held = _snapshot
    if held is None or held.stale_at <= time.monotonic():
        forgotten = _forgotten
        held = _Snapshot()
        with _lock:
            if forgotten == _forgotten:  # else: a write came between, and what was read may lack it
                _snapshot = held
    return held


def lists() -> _Lists:
    """Give catalogue and duty lists as read at most a minute ago: two queries, or none."""
    global _lists
    held = _lists
    if held is None or held.stale_at <= time.monotonic():
        forgotten = _forgotten
        held = _Lists()
        with _lock:
            if forgotten == _forgotten:
                _lists = held
    return held


def forget() -> None:
    """Read the tables anew next time; called by whoever writes them."""
    global _snapshot, _lists, _forgotten
    with _lock:
        _forgotten += 1
        _snapshot = _lists = None


def areas() -> Mapping[UUID, Area]:
    """Give all areas by id, in order of their paths."""
    return MappingProxyType(snapshot().areas)


def offices() -> Mapping[UUID, Office]:
    """Give all offices by id, closed ones too, in order of their codes; `.area` and `.superior` cost no query."""
    return MappingProxyType(snapshot().offices)


def offices_at(area_id: UUID) -> list[Office]:
    """Give the offices of one place itself, closed ones too, in order of their codes."""
    return snapshot().offices_at.get(area_id, [])


def topics() -> Mapping[UUID, Topic]:
    """Give all topics by id, in order of their codes."""
    return MappingProxyType(snapshot().topics)


def area(code: str) -> Area | None:
    """Give the area with this code."""
    return snapshot().areas_by_code.get(code)


def office(code: str) -> Office | None:
    """Give the office with this code."""
    return snapshot().offices_by_code.get(code)


def topic(code: str) -> Topic | None:
    """Give the topic with this code."""
    return snapshot().topics_by_code.get(code)
