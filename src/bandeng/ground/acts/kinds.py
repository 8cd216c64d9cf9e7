"""The one registry of what can be done, with a label for staff and, where residents may see it, one for them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True)
class Kind:
    """One kind of act, `noun.verb_in_the_past`. A kind without a resident's label never stands on their timeline.

    `is_reason_shared`: the reason given is addressed to the resident too (why another office, why not our duty), not a
    remark among colleagues.
    """

    code: str
    staff: str | Promise
    resident: str | Promise | None = None
    is_reason_shared: bool = False


class UnknownKind(LookupError):
    """An act of a kind that no app has declared."""


_kinds: dict[str, Kind] = {}


def register(*kinds: Kind) -> None:
    """Declare kinds of acts; called from an app's `ready`. Declaring one twice alike is harmless."""
    for kind in kinds:
        known = _kinds.setdefault(kind.code, kind)
        if (known.code, bool(known.resident)) != (kind.code, bool(kind.resident)):
            raise ValueError(f"{kind.code} is declared twice, differently")


def kind(code: str) -> Kind:
    """Give a declared kind."""
    try:
        return _kinds[code]
    except KeyError:
        raise UnknownKind(f"No app declares acts of kind {code!r}; add it to the app's kinds.py.") from None


def kinds() -> Iterable[Kind]:
    """Give all declared kinds, sorted by code."""
    return [_kinds[code] for code in sorted(_kinds)]
