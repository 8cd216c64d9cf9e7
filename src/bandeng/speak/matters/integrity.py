"""Hold the rows of matters against their acts: who is in a matter, and what was written, changed behind our back."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from bandeng.ground.acts import api as acts
from bandeng.ground.core import api as core

from .kinds import SUBJECT
from .models import Matter


@dataclass(frozen=True)
class Altered:
    """A matter that is not what its acts say. `what` names the part."""

    matter_key: uuid.UUID
    what: str


def altered() -> Iterator[Altered | None]:
    """Go through all matters; yield None for one that holds, Altered for each part of one that does not."""
    for matter in Matter.objects.select_related("seal_key").order_by("id").iterator(chunk_size=200):
        wrong = list(_wrong(matter))
        yield from (Altered(matter.pk, what) for what in wrong) if wrong else (None,)


def _wrong(matter: Matter) -> Iterator[str]:
    history = acts.history(SUBJECT, matter.pk)
    members, is_closed = replayed(history)
    if members != set(matter.members.filter(left_at__isnull=True).values_list("case", flat=True)):
        yield "its cases"
    if is_closed != (matter.closed_at is not None):
        yield "whether it is closed"
    told = {act.pk: act for act in history}
    titled = next((act for act in history[::-1] if act.kind in {"matter.made", "matter.retitled"}), None)
    if titled is None or not _is_as_told(titled, "title", matter.title, matter.title_words):
        yield "its title"
    for text in matter.texts.select_related("matter__seal_key"):
        act = told.get(text.act_key)
        is_same = act is not None and act.payload.get("number") == text.number and act.actor_key == text.written_by
        if not is_same or not _is_as_told(act, "words", text.words, text.text):
            yield f"its {text.kind}, version {text.number}"


def _is_as_told(act: acts.Act, name: str, sealed: bytes, opened) -> bool:
    if not bytes(sealed):
        return True  # emptied with the last of its cases
    try:
        words = opened()
    except core.CannotOpen:
        return False
    return act.salt is None or act.payload["sealed"][name] == acts.words_digest(bytes(act.salt), name, words.encode())


def replayed(history: list[acts.Act]) -> tuple[set[uuid.UUID], bool]:
    """Work out from the acts alone which cases are in a matter, and whether it is closed."""
    members: set[uuid.UUID] = set()
    is_closed = False
    steps = {str(act.pk): act for act in history}
    for act in history:
        undone = steps.get(act.payload.get("step", "")) if act.kind == "matter.undone" else None
        kind = undone.kind if undone else act.kind
        named = {uuid.UUID(key) for key in act.payload.get("cases", ())}
        is_in = kind in {"matter.made", "matter.joined"}
        if is_in or kind == "matter.split":
            members = members | named if is_in == (undone is None) else members - named
        elif kind in {"matter.closed", "matter.reopened"}:
            is_closed = (kind == "matter.closed") == (undone is None)
    return members, is_closed
