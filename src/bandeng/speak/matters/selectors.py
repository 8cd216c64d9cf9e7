"""Reads of matters and proposals. What somebody gets is made of the cases they may see, and of nothing else."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery

from bandeng.ground.acts import api as acts
from bandeng.ground.core import api as core
from bandeng.ground.directory import api as directory
from bandeng.ground.residents import api as residents
from bandeng.speak.casework import api as cases

from .kinds import SUBJECT
from .models import Matter, MatterCase, Proposal, ProposedCase, ProposedLink
from .scope import cases_for, members, proposed_cases, visible
from .wording import SHOWN, told

PAGE = 50


def voices(found: Collection[cases.Case]) -> int:
    """Count who spoke: repeats by one person are one voice; each who gave no name is one.

    A name hidden from the handling office is compared with hidden names alone: that the hidden one is the person named
    beside it must not come out by counting.
    """
    return voices_each([found])[0]


def voices_each(groups: Sequence[Collection[cases.Case]]) -> list[int]:
    """Count the voices of several matters, each by itself. One query."""
    given = [[case.resident_id for case in found if case.resident_id] for found in groups]
    counts = []
    for found, people in zip(groups, residents.same_people_each(given), strict=True):
        known = {(case.identity_mode, people[case.resident_id]) for case in found if case.resident_id in people}
        counts.append(len(known) + sum(case.resident_id not in people for case in found))
    return counts


@dataclass
class Line:
    """One matter in a list."""

    matter: Matter
    title: str
    members: list[cases.Case] = field(default_factory=list)
    last_at: datetime | None = None

    @property
    def open_cases(self) -> int:
        return sum(case.status in cases.rules.WITH_STAFF for case in self.members)

    @property
    def places(self) -> list[str]:
        return [place["label"] for place in places(self.members)]


def title_of(matter: Matter) -> str:
    """Give a matter's title; empty where it was erased."""
    try:
        return matter.title_words()
    except core.CannotOpen:
        return ""


def count(permissions: directory.Permissions, *, is_closed: bool) -> int:
    """Count the matters in somebody's scope."""
    return visible(permissions).filter(closed_at__isnull=not is_closed).count()


def page(permissions: directory.Permissions, *, is_closed: bool, start: int = 0) -> list[Line]:
    """Give one page of matters, the one somebody spoke about last on top. Three queries."""
    seen = members(permissions)
    newest = seen.filter(matter=OuterRef("pk")).values("matter").annotate(at=Max("case__received_at")).values("at")
    rows = visible(permissions).filter(closed_at__isnull=not is_closed).annotate(last_at=Subquery(newest))
    found = list(rows.select_related("seal_key").order_by(F("last_at").desc(), "pk")[start : start + PAGE])
    lines = {m.pk: Line(m, title_of(m), last_at=m.last_at) for m in found}
    for row in seen.filter(matter__in=lines).select_related("case").defer("case__words", "case__words_masked"):
        lines[row.matter_id].members.append(row.case)
    return list(lines.values())


def cases_of(permissions: directory.Permissions, matter: Matter) -> list[cases.Case]:
    """Give the cases of a matter that somebody may see, oldest first, without what was said: there may be hundreds."""
    keys = list(matter.members.filter(left_at__isnull=True).values_list("case", flat=True))
    rows = cases_for(permissions).filter(pk__in=keys).defer("words", "words_masked")
    return list(rows.order_by("received_at", "pk"))


def with_masked_words(found: Sequence[cases.Case]) -> list[cases.Case]:
    """Give cases anew with their masked words, in the same order: those that are shown. One query."""
    rows = cases.Case.objects.filter(pk__in=[case.pk for case in found]).defer("words")
    return sorted(rows, key=lambda case: (case.received_at, case.pk))


_IN_MATTER = core.Prepared(
    lambda key: MatterCase.objects.filter(case=key, left_at__isnull=True).select_related("matter__seal_key"), uuid.UUID
)


def matter_of(permissions: directory.Permissions, case_key: uuid.UUID) -> Matter | None:
    """Give the matter a case is in, if it may be seen there."""
    row = _IN_MATTER.first(case_key)  # most are in none, and of no scope to be asked
    return row.matter if row and members(permissions).filter(pk=row.pk).exists() else None


def looks(matter: Matter, most: int = 7) -> list[dict]:
    """Count, for each of the last days, who of the staff read note or core."""
    days = matter.views.order_by("-viewed_on").values("viewed_on").annotate(n=Count("staff"))
    return [{"on": row["viewed_on"], "n": row["n"]} for row in days[:most]]


def places(found: Collection[cases.Case]) -> list[dict]:
    """Count cases by place, most first: label, all, and those still with staff."""
    areas = directory.areas()
    n = Counter(case.area_id for case in found if case.area_id in areas)
    still = Counter(case.area_id for case in found if case.status in cases.rules.WITH_STAFF)
    return [{"label": areas[key].label_zh, "n": total, "open": still[key]} for key, total in n.most_common()]


def steps(matter: Matter, found: Sequence[cases.Case]) -> list[tuple[acts.Act, list[cases.Case]]]:
    """Give the steps of a matter with those of the cases they name that are in `found` or were.

    A step that named only cases one does not see is left out: that there are such is not told.
    """
    history = acts.history(SUBJECT, matter.pk)
    by_key = {str(case.pk): case for case in found}
    told = []
    for act in history:
        named = act.payload.get("cases")
        shown = [by_key[key] for key in named or () if key in by_key]
        if named is None or shown:
            told.append((act, shown))
    return told


def named_in(permissions: directory.Permissions, matter: Matter) -> list[cases.Case]:
    """Give every case a matter ever had that somebody may see."""
    keys = list(matter.members.values_list("case", flat=True))
    return list(cases_for(permissions).filter(pk__in=keys).defer("words", "words_masked"))


def offices_of(found: Collection[cases.Case]) -> set[uuid.UUID]:
    """Give the offices that may see one of these cases. Another one's name would tell that there are further cases."""
    rows = cases.Case.objects.filter(pk__in=[case.pk for case in found])
    return set(rows.values_list("access__office", flat=True))


# ---- proposals ------------------------------------------------------------------------------------------------------


def proposals(permissions: directory.Permissions) -> QuerySet[Proposal]:
    """Give the open proposals somebody can judge: two cases of a new matter in sight, or one and the matter itself.

    Oldest first: what waits longest is decided first.
    """
    seen = proposed_cases(permissions).filter(proposal=OuterRef("pk"))
    n = seen.values("proposal").annotate(n=Count("pk")).values("n")
    rows = Proposal.objects.filter(state="open").annotate(n_seen=Subquery(n))
    is_new = Q(matter__isnull=True, n_seen__gte=2)
    is_more = Q(matter__in=visible(permissions).filter(closed_at__isnull=True).values("pk"), n_seen__gte=1)
    return rows.filter(is_new | is_more).order_by("proposed_at", "pk")


@dataclass
class Proposed:
    """A proposal as one person sees it: its cases in sight, and for each why."""

    proposal: Proposal
    members: list[cases.Case]
    reasons: dict[uuid.UUID, list[dict]]

    @property
    def words(self) -> list[str]:
        """What most links share, most often first."""
        n = Counter(piece for rows in self.reasons.values() for row in rows for piece in row["words"])
        return told(piece for piece, _n in n.most_common(2 * SHOWN))


def proposed(permissions: directory.Permissions, rows: Collection[Proposal]) -> list[Proposed]:
    """Give proposals with what somebody may see of them. Links to cases out of sight are left out."""
    keys = [row.pk for row in rows]
    seen = cases_for(permissions)
    named = proposed_cases(permissions).filter(proposal__in=keys)
    found: dict[uuid.UUID, list[cases.Case]] = defaultdict(list)
    for row in named.select_related("case").defer("case__words").order_by("case__received_at", "case"):
        found[row.proposal_id].append(row.case)
    links = list(ProposedLink.objects.filter(proposal__in=keys).select_related("proposal__seal_key"))
    # Asked by themselves: with both ends held against the scope in one question SQLite walks all cases twice over.
    ends = {end for link in links for end in (link.first_id, link.second_id)}
    codes = dict(seen.filter(pk__in=ends).values_list("pk", "code"))
    reasons: dict[uuid.UUID, dict[uuid.UUID, list[dict]]] = defaultdict(lambda: defaultdict(list))
    for link in links:
        if link.first_id in codes and link.second_id in codes:
            for one, other in ((link.first_id, link.second_id), (link.second_id, link.first_id)):
                reasons[link.proposal_id][one].append(_reason(link, codes[other]))
    return [Proposed(row, found[row.pk], reasons[row.pk]) for row in rows]


def _reason(link: ProposedLink, other: str) -> dict:
    areas = directory.areas()
    try:
        words = link.shared()
    except core.CannotOpen:
        words = []
    place = areas[link.area_id].label_zh if link.area_id in areas else ""
    return {"code": core.show_code(other), "words": list(filter(None, words)), "place": place, "days": link.days}


def waiting_wrongly() -> QuerySet[cases.Case]:
    """Give the cases that stand in two open proposals, or in one and in a matter; there are none where all holds."""
    waits = ProposedCase.objects.filter(case=OuterRef("pk"), proposal__state="open")
    n = waits.values("case").annotate(n=Count("pk")).values("n")
    is_in = MatterCase.objects.filter(case=OuterRef("pk"), left_at__isnull=True)
    rows = cases.Case.objects.filter(pk__in=ProposedCase.objects.filter(proposal__state="open").values("case"))
    return rows.annotate(n_waits=Subquery(n)).filter(Q(n_waits__gt=1) | Exists(is_in)).order_by("pk")
