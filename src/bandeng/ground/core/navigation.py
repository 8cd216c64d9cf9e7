"""The registry of ways in: lower apps say in `AppConfig.ready` where they can be entered, the faces draw the links.

An entry whose URL name does not resolve is left out, so that a face never shows a door to a room not built yet.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

PLACES = ("portal.home", "portal.footer", "desk.menu")


class NoSuchPlace(ValueError):
    """A link was added to a place no face draws; the message lists those there are."""


@dataclass(frozen=True)
class Entry:
    """One way in. `label` and `hint` are (lazily translated) words; `key` is the desk's shortcut, as in `g q`."""

    place: str
    label: str
    url_name: str
    permission: str | None = None
    order: int = 100
    hint: str = ""
    key: str = ""


@dataclass(frozen=True)
class Link:
    """An entry with its address, ready to draw."""

    label: str
    url: str
    url_name: str
    hint: str
    key: str


_entries: dict[tuple[str, str], Entry] = {}


def add(
    *,
    place: str,
    label: str,
    url_name: str,
    permission: str | None = None,
    order: int = 100,
    hint: str = "",
    key: str = "",
) -> None:
    """Add a link to `place`; the same place and URL name again replaces it. Lower `order` comes first."""
    if place not in PLACES:
        raise NoSuchPlace(f"{place!r} is not drawn anywhere; use one of {', '.join(PLACES)}.")
    _entries[place, url_name] = Entry(place, label, url_name, permission, order, hint, key)


def links(place: str, *, allowed: Callable[[str], bool] = lambda permission: False) -> list[Link]:
    """List the links of `place` whose page exists and whose permission, if it wants one, `allowed` grants."""
    found = []
    for entry in sorted((e for e in _entries.values() if e.place == place), key=lambda e: (e.order, e.url_name)):
        if entry.permission and not allowed(entry.permission):
            continue
        try:
            url = reverse(entry.url_name)
        except NoReverseMatch:
            continue
        found.append(Link(entry.label, url, entry.url_name, entry.hint, entry.key))
    return found
