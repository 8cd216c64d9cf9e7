"""Similar cases beside a case: what is shared, how they ended, and a passage of an answer to take over by hand."""

from dataclasses import dataclass
from datetime import datetime

from bandeng.ground.core import api as core
from bandeng.ground.directory import api as directory
from bandeng.ground.residents import api as residents
from bandeng.speak.casework import api as cases
from bandeng.speak.lookup import api as lookup

from . import services

LONGEST = 2_000  # signs of a passage


@dataclass(frozen=True)
class Shown:
    """A like with what came of it. `days` is the time from registration to the answer, None while there is none."""

    like: lookup.Like
    code: str
    status: str
    topic: str
    place: str
    days: int | None
    has_answer: bool


@dataclass(frozen=True)
class Passage:
    """A paragraph of an answer, masked; `part` is where it stands and where it goes."""

    number: int
    part: str
    label: str
    text: str


def likes_of(case: cases.Case, permissions: directory.Permissions) -> tuple[Shown, ...] | None:
    """Give the likes of a case in somebody's scope; None where the index cannot be asked."""
    found = lookup.like(permissions, case.words_masked, but_not={case.pk, *services.denied(case.pk)})
    return None if found is None else shown(found)


def denied_of(case: cases.Case, permissions: directory.Permissions) -> list[tuple[str, str]]:
    """Give the cases in somebody's scope that were said not to be like one: the code, and as it is shown."""
    rows = cases.visible(permissions).filter(pk__in=services.denied(case.pk))
    return [(code, core.show_code(code)) for code in rows.order_by("pk").values_list("code", flat=True)]


def shown(found: tuple[lookup.Like, ...]) -> tuple[Shown, ...]:
    """Add to likes how they ended and how long it took. One query."""
    keys = [like.case.pk for like in found]
    served = dict(
        cases.Reply.objects.filter(case__in=keys, served_at__isnull=False)
        .order_by("round")
        .values_list("case", "served_at")
    )
    areas, topics = directory.areas(), directory.topics()
    return tuple(
        Shown(
            like,
            core.show_code(like.case.code),
            str(cases.labels.OUTCOME.get(like.case.outcome) or cases.labels.STATUS[like.case.status]),
            topics[like.case.topic_id].label_zh if like.case.topic_id in topics else "",
            areas[like.case.area_id].label_zh if like.case.area_id in areas else "",
            (served[like.case.pk] - like.case.registered_at).days if like.case.pk in served else None,
            like.case.pk in served,
        )
        for like in found
    )


def passages(other: cases.Case) -> list[Passage]:
    """Give the last served answer of a case, masked, paragraph by paragraph; nothing where it was erased."""
    reply = other.replies.filter(served_at__isnull=False).order_by("-round").first()
    if reply is None:
        return []
    try:
        parts = reply.parts()
    except core.CannotOpen:
        return []
    found: list[Passage] = []
    for part, text in parts.items():
        for paragraph in filter(None, map(str.strip, residents.mask_of(other.resident_id, text).splitlines())):
            found.append(Passage(len(found), part, str(cases.labels.PART[part]), paragraph[:LONGEST]))
    return found


def take_over(case: cases.Case, edge: str, passage: Passage, *, owner: str, source: str, now: datetime) -> None:
    """Put a passage behind what stands in somebody's draft, and note its source. Raises ValueError if too long."""
    kept = cases.begun(case, edge, owner, now=now)
    written = kept.get(passage.part, "").rstrip()
    kept[passage.part] = f"{written}\n{passage.text}" if written else passage.text
    kept[cases.SOURCE] = "\n".join(dict.fromkeys(filter(None, [kept.get(cases.SOURCE, ""), source])))
    cases.save_draft(owner, cases.draft_name(case, edge), kept, now=now)


def case_of(permissions: directory.Permissions, code: str) -> cases.Case | None:
    """Give a case in somebody's scope; None outside it."""
    try:
        return cases.case_for(permissions, code)
    except cases.Case.DoesNotExist:
        return None


__all__ = ["Passage", "Shown", "case_of", "denied_of", "likes_of", "passages", "shown", "take_over"]
