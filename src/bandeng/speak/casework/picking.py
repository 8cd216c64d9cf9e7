"""A registry: what higher rooms do with several cases ticked in the queue (docs/adr/0013). Filled in `AppConfig.ready`.

Ticked cases travel as `case=CODE` in the address of a page of that room, which asks before it does anything.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse


@dataclass(frozen=True)
class Pick:
    """One thing to do with ticked cases: its words, the name of its page, the permission it asks for, its key."""

    label: str
    url_name: str
    permission: str
    key: str = ""


_picks: dict[str, Pick] = {}


def add(*, label: str, url_name: str, permission: str, key: str = "") -> None:
    """Offer it under the queue; the same page again replaces it."""
    _picks[url_name] = Pick(label, url_name, permission, key)


def offered(allowed: Callable[[str], bool]) -> list[dict]:
    """List what somebody may do, ready to draw; nothing whose page is not installed."""
    found = []
    for pick in _picks.values():
        if not allowed(pick.permission):
            continue
        try:
            found.append({"label": pick.label, "url": reverse(pick.url_name), "key": pick.key})
        except NoReverseMatch:
            continue
    return found
